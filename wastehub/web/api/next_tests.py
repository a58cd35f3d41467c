"""How the tests worth paying for are told."""

from rest_framework import serializers

from wastehub.catalogue.models import Parameter
from wastehub.web.api.catalogue import TestRow
from wastehub.web.api.fields import TonnesField, YuanField
from wastehub.web.api.rows import RouteRow


class TestedRow(serializers.ModelSerializer):
    """A parameter to be measured, in its unit and basis."""

    class Meta:
        model = Parameter
        fields = ("code", "name_zh", "name_en", "unit", "basis")


class RoomRow(serializers.Serializer):
    """What demands could take of the supply in twelve months."""

    demands = serializers.IntegerField()
    mass_t = TonnesField(source="mass_kg", help_text="at most what is on offer")
    worth_yuan = YuanField(
        help_text="offered less haul and treatment: a planning estimate"
    )


class OpeningRow(serializers.Serializer):
    """A use that the test opens, where the other tests pass as well."""

    route = RouteRow()
    others = TestedRow(many=True)
    room = RoomRow()


class NextTestRow(serializers.Serializer):
    """A missing test: its price, what it could open alone, and together with others."""

    parameter = TestedRow()
    test = TestRow(allow_null=True)
    opened_t_per_100_yuan = TonnesField(
        source="opened_kg_per_100_yuan",
        allow_null=True,
        help_text="alone, for each hundred yuan of its price",
    )
    alone = RoomRow()
    together = RoomRow()
    openings = OpeningRow(many=True)
