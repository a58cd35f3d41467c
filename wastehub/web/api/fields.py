"""Fields at the edge: tonnes and yuan outside, kilograms inside, nothing infinite."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from wastehub import units
from wastehub.web import policy

_CODE = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)


@extend_schema_field(OpenApiTypes.DOUBLE)
class TonnesField(serializers.DecimalField):
    """Tonnes, to the kilogram; whole kilograms inside."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=18, decimal_places=3, **options)

    def to_internal_value(self, data: Any) -> int:
        """Whole kilograms of entered tonnes."""
        return units.kg_from_tonnes(super().to_internal_value(data))

    def to_representation(self, mass_kg: int) -> float:
        """Tonnes of stored kilograms."""
        return float(units.tonnes_from_kg(mass_kg))


@extend_schema_field(OpenApiTypes.DOUBLE)
class YuanField(serializers.DecimalField):
    """Yuan, to the fen, written as a number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **options)

    def to_representation(self, yuan: Decimal) -> float:
        """The amount as a JSON number."""
        return float(yuan)


class NumberField(serializers.FloatField):
    """A finite number; true and false are none."""

    def to_internal_value(self, data: Any) -> float:
        """The number."""
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class MeasuredField(serializers.DictField):
    """Measured values by the code of their parameter."""

    child = NumberField()
    default_error_messages = {"code": _("Keys are codes of parameters, such as loi.")}

    def to_internal_value(self, data: Any) -> dict[str, float]:
        """The values, with keys that at least look like codes."""
        if isinstance(data, dict) and not all(map(_CODE.fullmatch, data)):
            self.fail("code")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.STR)
class CodeField(serializers.SlugRelatedField):
    """A row of the catalogue by its code."""

    default_error_messages = {"does_not_exist": _("The catalogue has no such code.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="code", **options)

    def to_internal_value(self, data: Any) -> Any:
        """The row."""
        return super().to_internal_value(serializers.CharField().run_validation(data))


@extend_schema_field(OpenApiTypes.UUID)
class VisibleField(serializers.SlugRelatedField):
    """A row by its public identity, among those that the user may see.

    Parameters
    ----------
    visible
        What the policy shows to a user.
    """

    default_error_messages = {"does_not_exist": _("There is no such thing here.")}

    def __init__(
        self, visible: Callable[[policy.Viewer], QuerySet[Any]], **options: Any
    ) -> None:
        self._visible = visible
        super().__init__(slug_field="public_id", **options)

    def get_queryset(self) -> QuerySet[Any]:
        """What this request's user may see."""
        return self._visible(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Any:
        """The row."""
        return super().to_internal_value(serializers.UUIDField().run_validation(data))
