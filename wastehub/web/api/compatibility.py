"""How a supply that is held against every use of its material is told."""

from typing import Any

from rest_framework import serializers

from matching.models import Verdict
from wastehub.web.api.fields import YuanField
from wastehub.web.api.results import AdmissionRow
from wastehub.web.api.rows import NamedRow, RouteRow


class ReadingRow(serializers.Serializer):
    """A limit, and how the lot stands to it."""

    parameter = serializers.CharField(source="limit.parameter.code")
    operator = serializers.CharField(source="limit.operator")
    value = serializers.FloatField(
        help_text="the assay's where measured, else the middle of the usual range"
    )
    measured = serializers.BooleanField(source="is_measured")
    bound = serializers.FloatField(
        source="limit.value", help_text="null where not read in the standard yet"
    )
    unit = serializers.CharField(source="limit.parameter.unit")
    grade = serializers.CharField(
        source="limit.grade", help_text="empty where the limit holds for every grade"
    )
    basis = serializers.CharField(source="limit.parameter.basis")
    margin_frac = serializers.FloatField(
        help_text="left to the bound, over the bound; below 0 where broken"
    )
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    standard: Any = serializers.StringRelatedField(source="limit.standard")
    clause = serializers.CharField(source="limit.clause")
    confidence = serializers.CharField(source="limit.confidence")


class CompatibilityRow(serializers.Serializer):
    """What the rules of one use say of the lot."""

    route = RouteRow()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    grade = serializers.CharField(
        help_text="the grade met, or come nearest to; empty where limits have none"
    )
    rule = AdmissionRow(help_text="what forbids the use, or null")
    deciding = ReadingRow(help_text="of the limit that sets the verdict, or null")
    treatments = NamedRow(many=True)
    treatment_yuan_per_t = YuanField()
    blocking = ReadingRow(
        many=True, help_text="limits broken beyond mending or not known, worst first"
    )
