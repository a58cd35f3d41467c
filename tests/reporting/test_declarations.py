"""A declaration from the ledger to the authority, and back."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests.ledger.yard import add, gypsum
from tests.reporting import office
from tests.reporting.office import SEPTEMBER, Office, drafted, submitted
from wastehub.errors import Conflict, NotYours, Refused
from wastehub.ledger.kinds import Kind
from wastehub.ledger.periods import month_of
from wastehub.registry.models import Facility
from wastehub.reporting.declarations import (
    books_of,
    declaration_accept,
    declaration_fill,
    declaration_return,
    declaration_submit,
)
from wastehub.reporting.figures import Figures
from wastehub.reporting.models import Declaration
from wastehub.reporting.standing import Standing, due_on, owed, standing_of
from wastehub.trail.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Office:
    return office.office()


def filled(at: Office, declaration: Declaration, figures: Figures, zero: bool = False):
    return declaration_fill(
        declaration=declaration,
        figures=figures,
        is_zero=zero,
        explanation="weighed twice",
        actor=at.declarant,
    )


def test_a_month_is_drawn_up_from_its_entries(here: Office) -> None:
    assert drafted(here).figures == Figures(
        generated_kg=500,
        used_on_site_kg=300,
        used_kg=300,
        used_old_kg=300,
        stored_kg=500 - 20,
        carried_kg=1000 + 500 - 300 - 20,
    )


def test_the_gap_of_a_month_from_the_ledger_is_what_was_lost(here: Office) -> None:
    drawn_up = drafted(here)
    assert drawn_up.figures.gap_kg == books_of(drawn_up).lost_kg == 20


def test_a_gap_does_not_stop_a_declaration(here: Office) -> None:
    assert submitted(here).status == "submitted"


def test_a_month_that_is_not_over_is_refused(here: Office) -> None:
    with pytest.raises(Refused) as refusal:
        drafted(here, month_of(timezone.localdate()))
    assert set(refusal.value.fields) == {"month"}


def test_a_month_has_one_open_declaration(here: Office) -> None:
    drafted(here)
    with pytest.raises(Conflict) as refusal:
        drafted(here)
    assert refusal.value.code == "already_declared"


def test_only_an_editor_of_the_site_declares(here: Office) -> None:
    with pytest.raises(NotYours):
        drafted(replace(here, declarant=here.regulator))


def test_only_a_regulator_of_the_place_accepts(here: Office) -> None:
    told = submitted(here)
    for actor in (here.declarant, here.stranger):
        with pytest.raises(NotYours):
            declaration_accept(declaration=told, actor=actor)
    assert declaration_accept(declaration=told, actor=here.regulator).decided_at


def test_a_draft_is_not_accepted(here: Office) -> None:
    with pytest.raises(Conflict):
        declaration_accept(declaration=drafted(here), actor=here.regulator)


def test_a_return_gives_its_reason(here: Office) -> None:
    with pytest.raises(Refused) as refusal:
        declaration_return(
            declaration=submitted(here), reason=" ", actor=here.regulator
        )
    assert set(refusal.value.fields) == {"reason"}


def test_a_returned_declaration_is_mended_and_submitted_again(here: Office) -> None:
    told = submitted(here)
    back = declaration_return(declaration=told, reason="no scale", actor=here.regulator)
    mended = filled(here, back, replace(back.figures, generated_kg=520))
    again = declaration_submit(declaration=mended, actor=here.declarant)
    assert (again.status, again.generated_kg) == ("submitted", 520)
    assert again.submitted_at == told.submitted_at


def test_a_correction_after_acceptance_is_a_version_and_keeps_the_earlier(
    here: Office,
) -> None:
    first = declaration_accept(declaration=submitted(here), actor=here.regulator)
    add(here.site, Kind.GENERATED, 30, occurred_on=date(2026, 9, 2))
    second = drafted(here)
    assert (second.version, second.generated_kg) == (2, 530)
    first.refresh_from_db()
    assert (first.version, first.generated_kg) == (1, 500)
    assert first.decided_at


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        (Figures(generated_kg=-1), "generated_kg"),
        (Figures(used_kg=1, used_old_kg=2), "used_old_kg"),
        (Figures(disposed_kg=1, disposed_old_kg=2), "disposed_old_kg"),
        (Figures(dumped_kg=10**13), "dumped_kg"),
    ],
)
def test_figures_that_can_not_be_are_refused_by_field(
    here: Office, figures: Figures, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        filled(here, drafted(here), figures)
    assert set(refusal.value.fields) == {field}


def test_a_month_in_which_nothing_moved_is_said_to_be_zero(here: Office) -> None:
    empty = filled(here, drafted(here), Figures(carried_kg=5), zero=True)
    assert declaration_submit(declaration=empty, actor=here.declarant).is_zero


@pytest.mark.parametrize(("generated_kg", "zero"), [(0, False), (5, True)])
def test_zero_is_neither_inferred_nor_wrongly_said(
    here: Office, generated_kg: int, zero: bool
) -> None:
    with pytest.raises(Refused) as refusal:
        filled(here, drafted(here), Figures(generated_kg=generated_kg), zero)
    assert set(refusal.value.fields) == {"is_zero"}


def test_the_database_keeps_what_is_accepted(here: Office) -> None:
    told = declaration_accept(declaration=submitted(here), actor=here.regulator)
    rows = Declaration.objects.filter(pk=told.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(generated_kg=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_the_database_keeps_the_figures_that_are_submitted(here: Office) -> None:
    told = submitted(here)
    with pytest.raises(DatabaseError):
        Declaration.objects.filter(pk=told.pk).update(generated_kg=1)


def test_the_database_draws_the_same_moves(here: Office) -> None:
    told = drafted(here)
    with pytest.raises(DatabaseError):
        Declaration.objects.filter(pk=told.pk).update(status="accepted")


def test_every_act_is_on_the_trail(here: Office) -> None:
    told = submitted(here)
    declaration_return(declaration=told, reason="no scale", actor=here.regulator)
    acts = TrailEntry.objects.filter(subject_id=told.public_id)
    assert list(acts.values_list("action", flat=True)) == ["draft", "submit", "return"]


def standing(at: Office, today: date) -> Standing:
    [one] = owed(Facility.objects.filter(pk=at.site.pk), SEPTEMBER, today)
    return one.standing


def test_a_month_is_due_on_the_fifteenth_of_the_next(settings) -> None:
    settings.DECLARATION_DUE_DAY = 15
    assert due_on(date(2026, 12, 1)) == date(2027, 1, 15)


def test_a_due_day_that_a_month_has_not_is_its_last(settings) -> None:
    settings.DECLARATION_DUE_DAY = 31
    assert due_on(date(2026, 1, 1)) == date(2026, 2, 28)


def test_a_month_without_a_declaration_is_missing_and_then_overdue(
    here: Office,
) -> None:
    assert standing(here, date(2026, 10, 15)) == Standing.NOT_GIVEN
    assert standing(here, date(2026, 10, 16)) == Standing.OVERDUE


def test_a_draft_is_not_given(here: Office) -> None:
    drafted(here)
    assert standing(here, date(2026, 10, 16)) == Standing.OVERDUE


def test_a_declaration_after_the_due_day_is_late(here: Office) -> None:
    told = submitted(here)
    told.submitted_at = timezone.now().replace(year=2026, month=10, day=20)
    assert standing_of(told, SEPTEMBER, date(2027, 1, 1)) == Standing.GIVEN_LATE


def test_a_correction_of_an_accepted_month_is_not_late(here: Office) -> None:
    declaration_accept(declaration=submitted(here), actor=here.regulator)
    assert standing_of(drafted(here), SEPTEMBER, date(2027, 1, 1)) == Standing.GIVEN


def test_a_site_owes_nothing_before_its_first_entry(here: Office) -> None:
    rows = Facility.objects.filter(pk=here.site.pk)
    assert owed(rows, date(2026, 7, 1), date(2026, 12, 1)) == []


def test_one_material_is_owed_once(here: Office) -> None:
    [one] = owed(Facility.objects.all(), SEPTEMBER, date(2026, 10, 1))
    assert (one.facility, one.material) == (here.site, gypsum())
