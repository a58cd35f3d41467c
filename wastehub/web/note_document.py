"""A transfer note on paper, in Chinese and English together."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wastehub.accounts.models import User
from wastehub.exchange.models import TransferNote, Vehicle
from wastehub.exchange.states import NoteStatus, Side
from wastehub.registry.models import Facility
from wastehub.units import tonnes_from_kg
from wastehub.web.note_story import ACTS, called
from wastehub.web.paper import BODY, CODE_MM, MARGIN_MM, SMALL, Paper, in_both, names

PERCENT = 100


def note_document(note: TransferNote, code: str, code_ends_at: datetime) -> bytes:
    """The note as a PDF.

    Parameters
    ----------
    note
        With its agreement, vehicles and signatures.
    code
        The address that the QR code carries, which can be read until ``code_ends_at``.
    """
    printed = in_both(_("printed")) + f" {_moment(timezone.now())}"
    paper = Paper(note.number, f"WasteHub · {note.number} · {printed}")
    _head(paper, note, code, code_ends_at)
    paper.pairs(list(_about(note)))
    _vehicles(paper, note)
    _signatures(paper, note)
    return bytes(paper.output())


def _head(paper: Paper, note: TransferNote, code: str, ends_at: datetime) -> None:
    paper.code(code, paper.w - MARGIN_MM - CODE_MM, MARGIN_MM)
    paper.set_right_margin(MARGIN_MM + CODE_MM + 4)
    paper.heading(in_both(_("Transfer note of solid waste")))
    paper.line_of(f"No. {note.number}", size=13)
    status = in_both(NoteStatus(note.status).label)
    paper.line_of(f"{status} · {in_both(_('version'))} {note.version}")
    if note.agreement.consignor.origin == Facility.Origin.DEMO:
        paper.line_of(
            in_both(_("Invented for demonstration: no such delivery was made."))
        )
    scan = in_both(_("Scan to see the note as it is now, until"))
    paper.line_of(f"{scan} {_moment(ends_at)}", size=SMALL)
    paper.set_right_margin(MARGIN_MM)
    paper.set_y(max(paper.get_y(), MARGIN_MM + CODE_MM) + 3)


def _about(note: TransferNote) -> Iterator[tuple[str, str]]:
    agreement = note.agreement
    yield in_both(_("Consignor")), _site(agreement.consignor)
    yield in_both(_("Carrier")), note.carrier
    yield in_both(_("Consignee")), _site(agreement.consignee)
    yield in_both(_("Material")), names(agreement.material)
    planned = f"{tonnes_from_kg(note.planned_kg):,} t · {note.planned_on.isoformat()}"
    yield in_both(_("Planned")), planned
    yield in_both(_("Agreement")), agreement.number
    yield in_both(_("Tolerance")), f"±{PERCENT * note.tolerance_frac:g} %"
    if note.remark:
        yield in_both(_("Remark")), note.remark


def _vehicles(paper: Paper, note: TransferNote) -> None:
    vehicles = list(note.vehicles.all())
    if not vehicles:
        return
    paper.heading(f"{in_both(_('Vehicles'))} (kg)", size=BODY + 2)
    head = [
        _("Plate"),
        pgettext_lazy("act of a note", "Loaded"),
        _("Gross"),
        _("Tare"),
        _("Net"),
        _("Arrived"),
        _("Gross"),
        _("Tare"),
        _("Net"),
        pgettext_lazy("mass", "Settled"),
        pgettext_lazy("mass", "Refused"),
    ]
    rows = [[in_both(word, "\n") for word in head], *map(_weights, vehicles)]
    paper.grid(rows, widths=(12, 12, 9, 9, 9, 12, 9, 9, 9, 9, 9))
    for vehicle in vehicles:
        if vehicle.refused_kg:
            told = in_both(_("Reason of refusal"))
            paper.line_of(f"{vehicle.plate} · {told}: {vehicle.refusal}")
    paper.line_of(f"{_total(vehicles)}")


def _weights(vehicle: Vehicle) -> list[str]:
    return [
        vehicle.plate,
        _day(vehicle.loaded_on),
        _kg(vehicle.origin_gross_kg),
        _kg(vehicle.origin_tare_kg),
        _kg(vehicle.origin_net_kg),
        _day(vehicle.received_on),
        _kg(vehicle.gross_kg),
        _kg(vehicle.tare_kg),
        _kg(vehicle.net_kg),
        _kg(vehicle.settled_kg),
        _kg(vehicle.refused_kg or None),
    ]


def _total(vehicles: list[Vehicle]) -> str:
    loaded_kg = sum(vehicle.origin_net_kg for vehicle in vehicles)
    told = f"{in_both(_('Loaded in all'))}: {loaded_kg:,} kg"
    if any(vehicle.settled_kg is None for vehicle in vehicles):
        return told
    accepted_kg = sum(vehicle.accepted_kg or 0 for vehicle in vehicles)
    return f"{told} · {in_both(_('Accepted in all'))}: {accepted_kg:,} kg"


def _signatures(paper: Paper, note: TransferNote) -> None:
    paper.heading(in_both(_("Signatures")), size=BODY + 2)
    head = (_("Act"), _("Side"), _("Signed by"), _("version"), _("When"))
    drawn = _signed("draft", Side.CONSIGNOR, note.made_by, 1, note.made_at)
    signed = [
        _signed(one.act, one.side, one.user, one.version, one.at)
        for one in note.signatures.all()
    ]
    paper.grid([[*map(in_both, head)], drawn, *signed], widths=(9, 7, 8, 4, 9))


def _signed(
    act: str, side: str, user: User | None, version: int, at: datetime
) -> list[str]:
    said = in_both(ACTS[act]), in_both(Side(side).label)
    return [*said, called(user), str(version), _moment(at)]


def _site(site: Any) -> str:
    county = names(site.county)
    return f"{names(site)}\n{names(site.organisation)} · {county}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _kg(mass_kg: int | None) -> str:
    return f"{mass_kg:,}" if mass_kg is not None else ""


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
