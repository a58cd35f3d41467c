"""The smallest fix of several refusals, in words, with what it costs."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.models import Refusal
from wastehub.catalogue.models import Confidence, Limit, Material, Parameter, Treatment
from wastehub.web.templatetags.figures import money, yuan_per_t
from wastehub.web.templatetags.naming import name


class Fixes:
    """What the fixes of a supply's refusals speak of; two queries for all of them."""

    def __init__(self, rows: list[Refusal], material: Material) -> None:
        steps = {code for row in rows for code in row.fix.get("codes", ())}
        tests = {code for row in rows for code in row.fix.get("parameters", ())}
        treatments = Treatment.objects.filter(code__in=steps, material=material)
        self._steps = {row.code: row for row in treatments}
        parameters = Parameter.objects.select_related("test").filter(code__in=tests)
        self._tests = {row.code: row for row in parameters}

    def subject(self, row: Refusal) -> str:
        """The parameter that a refusal is about; empty where it is about none."""
        parameter = self._parameter(row)
        return name(parameter) if parameter else ""

    def is_calculated(self, row: Refusal) -> bool:
        """Whether the value comes of a calculation, so that nobody can measure it."""
        parameter = self._parameter(row)
        return parameter is not None and parameter.is_calculated

    def treated(self, rows: list[Refusal]) -> str:
        """The treatment that mends all these broken limits, and its cost."""
        codes = dict.fromkeys(code for row in rows for code in row.fix["codes"])
        return _("Smallest fix: %(steps)s, about %(cost)s.") % {
            "steps": _(", ").join(self._step_name(code) for code in codes),
            "cost": yuan_per_t(self._cost_yuan_per_t(rows)),
        }

    def measured(self, rows: list[Refusal]) -> str:
        """The tests that would tell, and how many of them are likely to fail."""
        parameters = set(filter(None, map(self._parameter, rows)))
        words = ngettext(
            "Smallest fix: have it measured.",
            "Smallest fix: have all %(count)s measured.",
            len(parameters),
        ) % {"count": len(parameters)}
        limits = [row.limit for row in rows if is_beyond(row)]
        doubtful = {limit.parameter_id for limit in limits if limit}
        return " ".join(
            filter(None, [words, _price(parameters), _warning(len(doubtful))])
        )

    def _parameter(self, row: Refusal) -> Parameter | None:
        codes = row.fix.get("parameters", ())
        named = next((self._tests[code] for code in codes if code in self._tests), None)
        return named or (row.limit.parameter if row.limit else None)

    def _step_name(self, code: str) -> str:
        return name(self._steps[code]) if code in self._steps else code

    def _cost_yuan_per_t(self, rows: Iterable[Refusal]) -> float:
        """Of all the rows together: a step's fixed cost is charged once.

        What mends the dearest limit on one side of a parameter mends the others there.
        """
        dearest: dict[object, float] = {}
        for row in rows:
            side = (row.limit.parameter_id, row.limit.operator) if row.limit else row.pk
            dearest[side] = max(dearest.get(side, 0), row.fix["yuan_per_t"])
        codes = {code for row in rows for code in row.fix["codes"]}
        fixed = sum(
            (self._steps[code].fixed_yuan_per_t for code in codes & set(self._steps)),
            Decimal(0),
        )
        return sum(dearest.values()) - float(fixed) * (len(dearest) - 1)


def _price(parameters: Iterable[Parameter]) -> str:
    """What the laboratory charges for all of them; empty where one has no price."""
    rows = list(parameters)
    tests = [row.test for row in rows if hasattr(row, "test")]
    if not tests or len(tests) < len(rows):
        return ""
    price = money(float(sum(test.price_yuan for test in tests)))
    if any(test.confidence == Confidence.LOW for test in tests):
        return _("A laboratory charges about %(price)s, an estimate.") % {
            "price": price
        }
    return _("A laboratory charges about %(price)s.") % {"price": price}


def _warning(doubtful: int) -> str:
    if not doubtful:
        return ""
    return ngettext(
        "The usual value of %(count)s is beyond its limit: test that first.",
        "The usual values of %(count)s are beyond their limits: test those first.",
        doubtful,
    ) % {"count": doubtful}


def is_beyond(row: Refusal) -> bool:
    """Whether the value, measured or usual, is known to be beyond the limit."""
    if row.limit is None or row.limit.value is None or row.value is None:
        return False
    if row.limit.operator == Limit.Operator.AT_MOST:
        return row.value > row.limit.value
    return row.value < row.limit.value
