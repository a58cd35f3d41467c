"""What an alert says, in one sentence of the reader's language, and by which rule."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from maps.alerts.kinds import AlertKind
from maps.alerts.terms import USUAL
from maps.models import Alert
from wastehub.web.declaration_forms import WORDS
from wastehub.web.templatetags.figures import (
    count,
    exact_tonnes,
    mass,
    percent,
    signed_mass,
)

Figures = Mapping[str, Any]


def sentence(alert: Alert) -> str:
    """What is wrong, with its figures."""
    month = f"{alert.month:%Y-%m}" if alert.month else ""
    return _SENTENCES[AlertKind(alert.kind)](alert.figures, month)


def rules_told() -> list[tuple[str, str]]:
    """Each kind, and when something is one, with the thresholds in use."""
    return [(str(kind.label), tell()) for kind, tell in _RULES.items()]


def _deficit(told: Figures, month: str) -> str:
    words = _(
        "In the last %(months)s months %(share)s of what was generated was consumed; "
        "%(surplus)s were left over."
    )
    return words % {
        "months": told["months"],
        "share": percent(told["balance_frac"]),
        "surplus": mass(told["surplus_kg"]),
    }


def _yard(told: Figures, month: str) -> str:
    days = told.get("days_left")
    if days is None:
        words = _("The yard is %(share)s full: %(stock)s of %(capacity)s.")
    elif days:
        words = _("The yard is %(share)s full; at its rate it lasts %(days)s days.")
    else:
        words = _("The yard is full: %(stock)s lie where %(capacity)s fit.")
    return words % {
        "share": percent(told["fill_frac"]),
        "days": days,
        "stock": mass(told["stock_kg"]),
        "capacity": mass(told["capacity_kg"]),
    }


def _missing(told: Figures, month: str) -> str:
    if told["months"] == 1:
        return _("The declaration of %(month)s is overdue.") % {"month": month}
    words = _("%(count)s monthly declarations are overdue, the oldest of %(month)s.")
    return words % {"count": told["months"], "month": month}


def _weights(told: Figures, month: str) -> str:
    words = _(
        "Two weighings differ by %(apart)s kg, at most by %(share)s of a load, and "
        "nobody has settled it."
    )
    return words % {
        "apart": count(told["apart_kg"]),
        "share": percent(told["worst_frac"]),
    }


def _declared(told: Figures, month: str) -> str:
    name = next(key for key in told if key.startswith("declared_"))
    figure = name.removeprefix("declared_")
    words = _(
        "%(month)s: “%(figure)s” is declared as %(declared)s t, the ledger has "
        "%(ledger)s t."
    )
    return words % {
        "month": month,
        "figure": WORDS[figure],
        "declared": exact_tonnes(told[name]),
        "ledger": exact_tonnes(told[f"ledger_{figure}"]),
    }


def _stock(told: Figures, month: str) -> str:
    words = _("In %(months)s months the stock changed by %(mass)s that nothing tells.")
    return words % {
        "months": told["months"],
        "mass": signed_mass(told["unexplained_kg"]),
    }


def _loss(told: Figures, month: str) -> str:
    words = _(
        "In %(months)s months %(mass)s were entered as loss: %(share)s of what came."
    )
    return words % {
        "months": told["months"],
        "mass": mass(told["loss_kg"]),
        "share": percent(told["loss_frac"]),
    }


def _excess(told: Figures, month: str) -> str:
    words = _(
        "In %(months)s months %(mass)s more were used or shipped than made: is it old "
        "stock that is not marked so?"
    )
    return words % {"months": told["months"], "mass": mass(told["excess_kg"])}


def _jump(told: Figures, month: str) -> str:
    if "generated_kg" in told:
        mass_kg = told["generated_kg"]
        words = _("In %(month)s %(mass)s were generated; a usual month has %(usual)s.")
    else:
        mass_kg = told["left_kg"]
        words = _("In %(month)s %(mass)s left the pile; in a usual month %(usual)s do.")
    return words % {
        "month": month,
        "mass": mass(mass_kg),
        "usual": mass(told["median_kg"]),
    }


_SENTENCES: Final[Mapping[AlertKind, Callable[[Figures, str], str]]] = {
    AlertKind.DEFICIT: _deficit,
    AlertKind.YARD: _yard,
    AlertKind.MISSING: _missing,
    AlertKind.WEIGHTS: _weights,
    AlertKind.DECLARED: _declared,
    AlertKind.STOCK: _stock,
    AlertKind.LOSS: _loss,
    AlertKind.EXCESS: _excess,
    AlertKind.JUMP: _jump,
}


def _deficit_rule() -> str:
    words = _(
        "A prefecture or province consumed less than %(share)s of what it generated in "
        "12 months, or only in the last 3 (to watch); below %(severe)s it is severe."
    )
    return words % {
        "share": percent(USUAL.deficit_below_frac),
        "severe": percent(USUAL.deficit_severe_frac),
    }


def _yard_rule() -> str:
    words = _(
        "A yard is at least %(share)s full, or full within %(days)s days; within "
        "%(severe)s days it is severe."
    )
    return words % {
        "share": percent(USUAL.yard_full_frac),
        "days": USUAL.yard_days,
        "severe": USUAL.yard_severe_days,
    }


def _missing_rule() -> str:
    words = _(
        "A month of the last %(months)s is not declared after its due day; "
        "%(severe)s months are severe."
    )
    return words % {
        "months": USUAL.missing_months,
        "severe": USUAL.missing_severe_months,
    }


def _weights_rule() -> str:
    words = _(
        "A vehicle's two net weights differ by more than the note's tolerance and "
        "nobody has settled it; beyond %(share)s it is severe."
    )
    return words % {"share": percent(USUAL.weights_severe_frac)}


def _declared_rule() -> str:
    words = _("A declared figure is more than %(share)s from that of the ledger.")
    return words % {"share": percent(USUAL.closing_apart_frac)}


def _stock_rule() -> str:
    words = _("A stock changed by more than %(share)s beyond what came and left.")
    return words % {"share": percent(USUAL.closing_apart_frac)}


def _loss_rule() -> str:
    words = _("More than %(share)s of what was there and came is entered as loss.")
    return words % {"share": percent(USUAL.loss_above_frac)}


def _excess_rule() -> str:
    return _("More of its own was used or shipped than was made and marked as old.")


def _jump_rule() -> str:
    words = _(
        "A month lies beyond a modified z-score of %(score)s from the median of the "
        "%(months)s months before it (Iglewicz and Hoaglin 1993)."
    )
    return words % {"score": USUAL.jump_score, "months": USUAL.jump_history_months}


_RULES: Final[Mapping[AlertKind, Callable[[], str]]] = {
    AlertKind.DEFICIT: _deficit_rule,
    AlertKind.YARD: _yard_rule,
    AlertKind.MISSING: _missing_rule,
    AlertKind.WEIGHTS: _weights_rule,
    AlertKind.DECLARED: _declared_rule,
    AlertKind.STOCK: _stock_rule,
    AlertKind.LOSS: _loss_rule,
    AlertKind.EXCESS: _excess_rule,
    AlertKind.JUMP: _jump_rule,
}
