"""Transfer notes: drawing up, every act, and the files kept with them."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from wastehub.errors import Conflict, Refused
from wastehub.exchange import notes, proposals
from wastehub.exchange.attachments import attachment_add
from wastehub.exchange.models import Proposal, TransferNote
from wastehub.web import note_reading, policy
from wastehub.web.acting import actor_of
from wastehub.web.api import edge, note_rows
from wastehub.web.note_filters import NoteFilterSet
from wastehub.web.note_sides import answering_side, open_proposal, speaking_side

_NAMES = {"planned_kg": "planned_t"}


class NoteViewSet(edge.PolicyViewSet):
    """Deliveries under an agreement (转移联单)."""

    serializer_class = note_rows.NoteRow
    filterset_class = NoteFilterSet

    def visible(self, user: policy.Viewer) -> QuerySet[TransferNote]:
        """Notes of the user's own sites and of watched ones."""
        return note_reading.notes_listed(user)

    @extend_schema(responses=note_rows.NotePage)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One note with all that hangs on it."""
        return self._told(self.get_object())

    @extend_schema(request=note_rows.NoteEntry, responses={201: note_rows.NotePage})
    def create(self, request: Request) -> Response:
        """Draw up a delivery, as the consignor."""
        entry = self._entered(note_rows.NoteEntry)
        with edge.fields_named(_NAMES):
            note = notes.note_draft(actor=actor_of(request), **entry.validated_data)
        return edge.made(request, "note", self._told(note).data)

    @extend_schema(request=None, responses=note_rows.NotePage)
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, public_id: str) -> Response:
        """Sign it, as the consignor."""
        return self._acted(notes.note_issue)

    @extend_schema(request=note_rows.LoadingEntry, responses=note_rows.NotePage)
    @action(detail=True, methods=["post"])
    def load(self, request: Request, public_id: str) -> Response:
        """Weigh what is loaded, as the consignor."""
        return self._acted(notes.note_load, note_rows.LoadingEntry)

    @extend_schema(request=note_rows.ReceivingEntry, responses=note_rows.NotePage)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, public_id: str) -> Response:
        """Weigh what arrives, as the consignee."""
        return self._acted(notes.note_receive, note_rows.ReceivingEntry)

    @extend_schema(request=note_rows.JudgementEntry, responses=note_rows.NotePage)
    @action(detail=True, methods=["post"])
    def judge(self, request: Request, public_id: str) -> Response:
        """Accept what arrived, or refuse of it, as the consignee."""
        return self._acted(notes.note_judge, note_rows.JudgementEntry)

    @extend_schema(request=None, responses=note_rows.NotePage)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, public_id: str) -> Response:
        """Sign that what was accepted is right, as the consignor."""
        return self._acted(notes.note_close)

    @extend_schema(request=note_rows.ReasonEntry, responses=note_rows.NotePage)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Give it up before it is loaded, as the consignor."""
        note = self.get_object()
        reason = self._entered(note_rows.ReasonEntry).validated_data["reason"]
        notes.note_cancel(note=note, reason=reason, actor=actor_of(request))
        return self._told(note)

    @extend_schema(request=note_rows.ProposalEntry, responses=note_rows.NotePage)
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, public_id: str) -> Response:
        """Ask the other side for other words, or for masses to reckon with."""
        note = self.get_object()
        told = self._entered(note_rows.ProposalEntry).validated_data
        _propose(note, told, actor_of(request))
        return self._told(note)

    @extend_schema(request=note_rows.AnswerEntry, responses=note_rows.NotePage)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, public_id: str) -> Response:
        """Approve or reject what the other side proposed."""
        note = self.get_object()
        approve = self._entered(note_rows.AnswerEntry).validated_data["approve"]
        asked = _asked(note)
        actor = actor_of(request)
        with edge.fields_named(_NAMES):
            proposals.proposal_answer(
                proposal=asked,
                side=answering_side(actor.user, asked),
                approve=approve,
                actor=actor,
            )
        return self._told(note)

    @extend_schema(
        request={"multipart/form-data": note_rows.AttachmentEntry},
        responses={201: note_rows.AttachmentRow},
    )
    @action(detail=True, methods=["post"])
    def attachments(self, request: Request, public_id: str) -> Response:
        """Keep a weigh slip or a laboratory report with the note, as either side."""
        note = self.get_object()
        told = self._entered(note_rows.AttachmentEntry).validated_data
        actor = actor_of(request)
        kept = attachment_add(
            note=note,
            side=speaking_side(actor.user, note),
            kind=told["kind"],
            upload=told["file"],
            actor=actor,
        )
        return Response(note_rows.AttachmentRow(kept).data, status=201)

    def _acted(
        self,
        service: Callable[..., TransferNote],
        form: type[Any] | None = None,
    ) -> Response:
        note = self.get_object()
        asked = self._entered(form).asked() if form else {}
        service(note=note, actor=actor_of(self.request), **asked)
        return self._told(note)

    def _entered(self, form: type[serializers.Serializer]) -> Any:
        entry = form(data=self.request.data, context={"request": self.request})
        entry.is_valid(raise_exception=True)
        return entry

    def _told(self, note: TransferNote) -> Response:
        rows = note_reading.notes_listed(self.request.user)
        whole = note_reading.in_full(rows).get(pk=note.pk)
        return Response(note_rows.NotePage(whole).data)


def _propose(note: TransferNote, told: dict[str, Any], actor: Any) -> None:
    if ("revision" in told) == ("settled_kg" in told):
        fault = _("Propose either a revision or settled masses.")
        raise Refused("invalid", fault, {"revision": fault})
    common = {
        "note": note,
        "side": speaking_side(actor.user, note),
        "reason": told["reason"],
        "actor": actor,
    }
    if "revision" in told:
        with edge.fields_named(_NAMES):
            proposals.revision_propose(terms=told["revision"], **common)
    else:
        settled = _by_vehicle(told["settled_kg"])
        proposals.settlement_propose(settled_kg=settled, **common)


def _by_vehicle(settled: dict[str, int]) -> dict[int, int]:
    try:
        return {int(key): mass_kg for key, mass_kg in settled.items()}
    except ValueError:
        fault = _("Keys are the ids of the note's vehicles.")
        raise Refused("invalid", fault, {"settled_kg": fault}) from None


def _asked(note: TransferNote) -> Proposal:
    asked = open_proposal(note)
    if asked is None:
        raise Conflict("nothing_proposed", _("Nothing waits for an answer."))
    return asked
