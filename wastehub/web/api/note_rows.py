"""How transfer notes are told and asked: masses of vehicles in whole kilograms.

A weighbridge shows kilograms, so vehicles are told in them; what is planned is told in
tonnes, as everywhere. The price is not part of a note.
"""

from typing import Any

from rest_framework import serializers

from wastehub.exchange.loads import Load, Refusal, Weighing
from wastehub.exchange.models import (
    Attachment,
    Proposal,
    Signature,
    TransferNote,
    Vehicle,
)
from wastehub.web import policy
from wastehub.web.api.fields import NumberField, TonnesField, VisibleField
from wastehub.web.api.rows import FacilityRow, MaterialRow

MOST_VEHICLES = 200


class VehicleRow(serializers.ModelSerializer):
    """A vehicle with its two weighings."""

    origin_net_kg = serializers.IntegerField(help_text="what was loaded")
    net_kg = serializers.IntegerField(allow_null=True, help_text="what arrived")
    accepted_kg = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Vehicle
        fields = (
            "id",
            "plate",
            "loaded_on",
            "origin_gross_kg",
            "origin_tare_kg",
            "origin_net_kg",
            "received_on",
            "gross_kg",
            "tare_kg",
            "net_kg",
            "settled_kg",
            "refused_kg",
            "accepted_kg",
            "refusal",
        )


class SignatureRow(serializers.ModelSerializer):
    """Who did an act, for which side, over which version."""

    user = serializers.CharField(source="user.username", default=None)

    class Meta:
        model = Signature
        fields = ("act", "side", "version", "user", "at")


class ProposalRow(serializers.ModelSerializer):
    """What one side asks the other to approve."""

    class Meta:
        model = Proposal
        fields = ("kind", "side", "terms", "reason", "status", "made_at", "answered_at")


class AttachmentRow(serializers.ModelSerializer):
    """A file kept with the note; its address is a page's, for the same people."""

    class Meta:
        model = Attachment
        fields = (
            "public_id",
            "kind",
            "name",
            "content_type",
            "size_bytes",
            "sha256",
            "side",
            "at",
        )


class NoteRow(serializers.ModelSerializer):
    """A note in a list."""

    agreement = serializers.UUIDField(source="agreement.public_id")
    consignor = FacilityRow(source="agreement.consignor")
    consignee = FacilityRow(source="agreement.consignee")
    material = MaterialRow(source="agreement.material")
    planned_t = TonnesField(source="planned_kg")
    waits_for_me = serializers.BooleanField(
        source="waits", help_text="whether a site you sign for has to act next"
    )

    class Meta:
        model = TransferNote
        fields: tuple[str, ...] = (
            "public_id",
            "number",
            "agreement",
            "consignor",
            "consignee",
            "material",
            "planned_t",
            "planned_on",
            "carrier",
            "remark",
            "tolerance_frac",
            "status",
            "version",
            "made_at",
            "changed_at",
            "waits_for_me",
        )


class NotePage(NoteRow):
    """A note by itself, with all that was weighed, signed, proposed and attached."""

    vehicles = VehicleRow(many=True)
    signatures = SignatureRow(many=True)
    proposals = ProposalRow(many=True)
    attachments = AttachmentRow(many=True)

    class Meta(NoteRow.Meta):
        fields = (
            *NoteRow.Meta.fields,
            "vehicles",
            "signatures",
            "proposals",
            "attachments",
        )


class PlanChange(serializers.Serializer):
    """What may be revised of a note."""

    planned_t = TonnesField(source="planned_kg", required=False)
    planned_on = serializers.DateField(required=False)
    carrier = serializers.CharField(max_length=200, required=False)
    remark = serializers.CharField(max_length=500, required=False, allow_blank=True)


class NoteEntry(PlanChange):
    """A delivery as drawn up."""

    agreement = VisibleField(policy.draftable_agreements)
    planned_t = TonnesField(source="planned_kg")
    planned_on = serializers.DateField()
    carrier = serializers.CharField(max_length=200)
    tolerance_frac = NumberField(
        required=False, help_text="0 to 0.05; how far the two net weights may lie apart"
    )


class WeightsEntry(serializers.Serializer):
    """A vehicle on a weighbridge."""

    gross_kg = serializers.IntegerField()
    tare_kg = serializers.IntegerField()


class LoadEntry(WeightsEntry):
    """A vehicle where it is loaded."""

    plate = serializers.CharField(max_length=20)


class WeighingEntry(WeightsEntry):
    """A vehicle where it arrives."""

    vehicle = serializers.IntegerField(help_text="its id on the note")


class LoadingEntry(serializers.Serializer):
    """What is loaded, and when."""

    loads: Any = serializers.ListSerializer(child=LoadEntry(), max_length=MOST_VEHICLES)
    loaded_on = serializers.DateField()

    def asked(self) -> dict[str, Any]:
        """What the service takes."""
        told = self.validated_data
        return told | {"loads": [Load(**load) for load in told["loads"]]}


class ReceivingEntry(serializers.Serializer):
    """What arrives, and when."""

    weighings: Any = serializers.ListSerializer(
        child=WeighingEntry(), max_length=MOST_VEHICLES
    )
    received_on = serializers.DateField()

    def asked(self) -> dict[str, Any]:
        """What the service takes."""
        told = self.validated_data
        return told | {"weighings": [Weighing(**one) for one in told["weighings"]]}


class RefusalEntry(serializers.Serializer):
    """What of a vehicle goes back, and why."""

    vehicle = serializers.IntegerField(help_text="its id on the note")
    refused_kg = serializers.IntegerField()
    reason = serializers.CharField(max_length=500)


class JudgementEntry(serializers.Serializer):
    """What is refused; nothing unless said."""

    refusals: Any = serializers.ListSerializer(
        child=RefusalEntry(), required=False, max_length=MOST_VEHICLES
    )

    def asked(self) -> dict[str, Any]:
        """What the service takes."""
        told = self.validated_data.get("refusals", [])
        return {"refusals": [Refusal(**one) for one in told]}


class ReasonEntry(serializers.Serializer):
    """Why."""

    reason = serializers.CharField(max_length=500)


class ProposalEntry(ReasonEntry):
    """What the other side is asked: other words of the note, or settled masses."""

    revision = PlanChange(required=False)
    settled_kg = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text="kilograms by id of the vehicle",
    )


class AnswerEntry(serializers.Serializer):
    """Yes or no to what is proposed."""

    approve = serializers.BooleanField()


class AttachmentEntry(serializers.Serializer):
    """A file to keep with the note."""

    kind = serializers.ChoiceField(Attachment.Kind.choices)
    file = serializers.FileField()
