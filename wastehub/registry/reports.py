"""What a laboratory report may say of a material, so that slips are caught in time."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.catalogue.models import Material, Parameter, TypicalValue
from wastehub.registry import checks
from wastehub.registry.models import Assay
from wastehub.units import dry_from_wet

MOISTURE: Final = "moisture"
# A full analysis adds up to 100 %; what it may pass that by is rounding and method.
OXIDES_AT_MOST_PERCENT: Final = 105.0

Range = tuple[float, float]


def reported_values(
    *,
    material: Material,
    sampled_on: date,
    values: Mapping[str, float],
    reported_basis: str,
) -> list[tuple[Parameter, float]]:
    """The values of a report in each parameter's own basis, by code.

    Raises
    ------
    Refused
        ``invalid``, with everything at fault by its field.
    """
    parameters = {row.code: row for row in Parameter.objects.filter(code__in=values)}
    faults: checks.Faults = {}
    _check_occasion(faults, sampled_on, values)
    for code in values.keys() - parameters.keys():
        faults[f"values.{code}"] = _("This parameter is not in the catalogue.")
    if reported_basis == Assay.Basis.WET:
        values = _dried(faults, parameters, values)
    _check_values(faults, material, parameters, values)
    checks.refuse_if_any(faults)
    return [(parameters[code], values[code]) for code in sorted(values)]


def _check_occasion(
    faults: checks.Faults, sampled_on: date, values: Mapping[str, float]
) -> None:
    if sampled_on > timezone.localdate():
        faults["sampled_on"] = _("A sample can not be taken in the future.")
    if not values:
        faults["values"] = _("An assay has at least one value.")


def _dried(
    faults: checks.Faults,
    parameters: Mapping[str, Parameter],
    values: Mapping[str, float],
) -> Mapping[str, float]:
    """Values of the sample as received, on the dry basis where the parameter is."""
    try:
        return {
            code: dry_from_wet(value, values[MOISTURE])
            if code in parameters and parameters[code].basis == Parameter.Basis.DRY
            else value
            for code, value in values.items()
        }
    except (KeyError, ValueError):
        faults[f"values.{MOISTURE}"] = _(
            "A report on the sample as received needs its moisture, below 100 %."
        )
        return values


def _check_values(
    faults: checks.Faults,
    material: Material,
    parameters: Mapping[str, Parameter],
    values: Mapping[str, float],
) -> None:
    ranges = _plausible(material, parameters)
    for code, parameter in parameters.items():
        low, high = ranges[code]
        # Not a number is in no range.
        if not low <= values[code] <= high:
            faults.setdefault(
                f"values.{code}", _slip(parameter, values[code], low, high)
            )
    oxides = sum(values[code] for code, row in parameters.items() if row.is_oxide)
    if oxides > OXIDES_AT_MOST_PERCENT and not faults:
        faults["values"] = _(
            "The oxides add up to %(total).1f %%, more than the whole: is a value "
            "mistyped, or stated twice in two forms?"
        ) % {"total": oxides}


def _plausible(
    material: Material, parameters: Mapping[str, Parameter]
) -> dict[str, Range]:
    """What may be reported of each parameter in this material."""
    ranges = {
        code: (row.plausible_low, row.plausible_high)
        for code, row in parameters.items()
    }
    usual = TypicalValue.objects.filter(
        material=material, parameter__code__in=parameters
    ).select_related("parameter")
    for row in usual:
        low, high = ranges[row.parameter.code]
        ranges[row.parameter.code] = (
            low if row.plausible_low is None else row.plausible_low,
            high if row.plausible_high is None else row.plausible_high,
        )
    return ranges


def _slip(parameter: Parameter, value: float, low: float, high: float) -> str:
    return _(
        "%(value)s %(unit)s is not plausible: it lies between %(low)s and %(high)s. "
        "Are the decimal point, the unit and the basis right?"
    ) % {
        "value": f"{value:g}",
        "unit": parameter.unit,
        "low": f"{low:g}",
        "high": f"{high:g}",
    }
