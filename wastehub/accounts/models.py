"""Users, organisations and who may act for which."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who logs in. ``is_staff`` marks the operator of the platform."""


class Organisation(models.Model):
    """A company or public body; its credit code is unknown for tracker data only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        null=True,
        blank=True,
        help_text=_("18 characters, GB 32100-2015"),
    )
    is_invented = models.BooleanField(_("invented for demonstration"), default=False)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    source_key = models.CharField(max_length=200, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(User, through="Membership")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                name="organisation_credit_code_valid",
                condition=Q(credit_code__isnull=True)
                | Q(
                    Func(
                        F("credit_code"),
                        function="credit_code_is_valid",
                        output_field=models.BooleanField(),
                    )
                ),
                violation_error_message=_("The credit code's check digit is wrong."),
            ),
            models.CheckConstraint(
                name="organisation_has_code_or_source",
                condition=Q(credit_code__isnull=False) | Q(source_key__isnull=False),
                violation_error_message=_("A credit code is required."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Membership(models.Model):
    """A user's role in an organisation; editors write, viewers read."""

    class Role(models.TextChoices):
        EDITOR = "editor", _("editor")
        VIEWER = "viewer", _("viewer")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], name="membership_once_per_user"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.role}"


class Jurisdiction(models.Model):
    """The region a regulator watches, by adcode, so that it outlives boundary sets."""

    user = models.ForeignKey(User, models.CASCADE, related_name="jurisdictions")
    adcode = models.CharField(max_length=6)

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "adcode"], name="jurisdiction_once_per_user"
            ),
            models.CheckConstraint(
                name="jurisdiction_adcode_form", condition=Q(adcode__regex=r"^\d{6}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.adcode}"
