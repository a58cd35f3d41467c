"""Months declared and accepted, by the services that do so in earnest."""

from datetime import date

from tests.ledger.yard import gypsum
from tests.reporting.office import Office
from wastehub.reporting.declarations import (
    declaration_accept,
    declaration_draft,
    declaration_fill,
    declaration_submit,
)
from wastehub.reporting.figures import Figures
from wastehub.reporting.models import Declaration


def accepted(at: Office, month: date, figures: Figures) -> Declaration:
    """A month of gypsum; the next version where one is accepted already."""
    drawn_up = declaration_draft(
        facility=at.site, material=gypsum(), month=month, actor=at.declarant
    )
    declaration_fill(
        declaration=drawn_up,
        figures=figures,
        is_zero=figures.is_nothing,
        explanation="",
        actor=at.declarant,
    )
    declaration_submit(declaration=drawn_up, actor=at.declarant)
    return declaration_accept(declaration=drawn_up, actor=at.regulator)
