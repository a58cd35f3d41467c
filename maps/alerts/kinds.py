"""What an alert is about, how grave it is, and how far it has been worked off."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AlertKind(models.TextChoices):
    """The rules, in the order of the work list."""

    DEFICIT = "deficit", _("Consumption behind generation")
    YARD = "yard", _("Yard nearly full")
    MISSING = "missing", _("Declarations missing")
    WEIGHTS = "weights", _("Weights that differ")
    DECLARED = "declared", _("Declared unlike the ledger")
    STOCK = "stock", _("Stock that does not close")
    LOSS = "loss", _("Large losses")
    EXCESS = "excess", _("More used than made")
    JUMP = "jump", _("Sudden jump")


MONTHLY: Final = frozenset({AlertKind.DECLARED, AlertKind.JUMP})
"""Kinds of which each month is an alert of its own."""


class Severity(models.IntegerChoices):
    """How soon somebody should look."""

    WATCH = 1, _("to watch")
    WARNING = 2, _("warning")
    SEVERE = 3, _("severe")


class AlertState(models.TextChoices):
    """What the regulator has made of it."""

    OPEN = "open", pgettext_lazy("state of an alert", "open")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    SETTLED = "settled", pgettext_lazy("state of an alert", "settled")


TO_DO: Final = (AlertState.OPEN, AlertState.ACKNOWLEDGED)
"""States in which somebody still has to act."""

MOVES: Final[list[tuple[str, str]]] = [
    (AlertState.OPEN, AlertState.ACKNOWLEDGED),
    (AlertState.OPEN, AlertState.SETTLED),
    (AlertState.ACKNOWLEDGED, AlertState.SETTLED),
    (AlertState.SETTLED, AlertState.OPEN),
]
"""What may follow what; the last one only where a settled thing got worse."""
