"""What can happen to a mass at a site, and how a site knows it."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The terms of the identity that closes.

    opening + generated + received - used - shipped - disposed - loss = closing
    """

    OPENING = "opening", _("opening stock")
    GENERATED = "generated", _("generated")
    RECEIVED = "received", _("received")
    USED = "used", _("used")
    SHIPPED = "shipped", _("shipped")
    DISPOSED = "disposed", _("disposed")
    LOSS = "loss", _("loss")


class Evidence(models.TextChoices):
    """How a mass is known, best first."""

    WEIGHED = "weighed", _("weighed")
    DECLARED = "declared", _("declared")
    ESTIMATED = "estimated", _("estimated")


ADDS: Final = frozenset({Kind.OPENING, Kind.GENERATED, Kind.RECEIVED})
"""Kinds that make the stock larger; all others make it smaller."""

MOVES: Final = frozenset({Kind.RECEIVED, Kind.SHIPPED})
"""Kinds that have another site at their other end."""

TAKES_OLD_STOCK: Final = frozenset({Kind.USED, Kind.DISPOSED, Kind.SHIPPED})
"""Kinds of which a part may come from what former years left (往年贮存量)."""


def change_kg(kind: str, mass_kg: int) -> int:
    """What a mass of a kind does to the stock."""
    return mass_kg if kind in ADDS else -mass_kg
