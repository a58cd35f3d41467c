"""What both an offer and an agreement say."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import UseRoute
from wastehub.registry.models import (
    MASS_CEILING_KG,
    Facility,
    Supply,
    price_check,
)

# What an agreement takes over from its offer.
TERMS = (
    "supply",
    "consignee",
    "route",
    "kind",
    "mass_kg",
    "price_yuan_per_t",
    "haulier",
    "starts_on",
    "ends_on",
)


class Terms(models.Model):
    """What both an offer and an agreement say: how much, at what price, by when.

    The price is what the consignee pays the consignor for a tonne, before the haul; it
    is below 0 where the consignor pays.
    """

    class Kind(models.TextChoices):
        ONE_OFF = "one_off", _("one delivery or a few")
        FRAMEWORK = "framework", _("yearly framework with call-offs")

    class Haulier(models.TextChoices):
        CONSIGNOR = "consignor", _("the consignor hauls")
        CONSIGNEE = "consignee", _("the consignee hauls")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supply = models.ForeignKey(Supply, models.PROTECT, related_name="%(class)ss")
    consignee = models.ForeignKey(
        Facility, models.PROTECT, related_name="%(class)ss_to_it"
    )
    route = models.ForeignKey(UseRoute, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    mass_kg = models.BigIntegerField()
    price_yuan_per_t = models.DecimalField(max_digits=10, decimal_places=2)
    haulier = models.CharField(max_length=9, choices=Haulier)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_mass_plausible",
                condition=Q(mass_kg__range=(1, MASS_CEILING_KG)),
            ),
            price_check(),
            models.CheckConstraint(
                name="%(class)s_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
        ]
