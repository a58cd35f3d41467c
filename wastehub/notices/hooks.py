"""Webhooks of organisations: entered, given a new secret, removed by their editors."""

from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wastehub.accounts.models import Membership, Organisation, User
from wastehub.errors import Conflict, NotYours, refuse_if_any
from wastehub.notices.addresses import AddressFault, Target, target_of
from wastehub.notices.kinds import Kind
from wastehub.notices.models import Hook, new_secret

MOST_HOOKS: Final = 10


@transaction.atomic
def hook_create(
    *, organisation: Organisation, url: str, kinds: Sequence[str], user: User
) -> Hook:
    """Enter an address; its secret is shown to whoever enters it and never again.

    Raises
    ------
    Refused
        ``invalid``, at ``url`` or ``kinds``.
    Conflict
        ``too_many``; ``hook_exists``.
    NotYours
        The user does not write for the organisation.
    """
    _require_editor(organisation, user)
    _refuse_if_faulty(url, kinds)
    # One at a time, so that their number can be held.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if organisation.hooks.count() >= MOST_HOOKS:
        told = _("An organisation has at most %(most)s webhooks.")
        raise Conflict("too_many", told % {"most": MOST_HOOKS})
    wanted = [kind for kind in Kind.values if kind in kinds]
    try:
        with transaction.atomic():
            return Hook.objects.create(
                organisation=organisation, url=url, kinds=wanted, made_by=user
            )
    except IntegrityError as fault:
        told = _("This address is entered already.")
        raise Conflict("hook_exists", told, {"url": told}) from fault


def hook_renew_secret(*, hook: Hook, user: User) -> Hook:
    """Give a webhook another secret; the old one is worth nothing from now on."""
    _require_editor(hook.organisation, user)
    hook.secret = new_secret()
    hook.save(update_fields=["secret"])
    return hook


def hook_remove(*, hook: Hook, user: User) -> None:
    """Forget a webhook and its deliveries."""
    _require_editor(hook.organisation, user)
    hook.delete()


def callable_target(url: str) -> Target:
    """Where a webhook's call goes, by what this machine allows.

    Raises
    ------
    AddressFault
        The address is none that may be called.
    """
    return target_of(
        url,
        plain_allowed=settings.DEBUG,
        private_allowed=settings.WEBHOOKS_INTO_PRIVATE_NETWORKS,
    )


def _require_editor(organisation: Organisation, user: User) -> None:
    editing = Membership.objects.filter(role=Membership.Role.EDITOR, user=user)
    if not editing.filter(organisation=organisation).exists():
        told = _("You may not write for this organisation.")
        raise NotYours("not_your_organisation", told)


def _refuse_if_faulty(url: str, kinds: Sequence[str]) -> None:
    faults = {}
    try:
        callable_target(url)
    except AddressFault as fault:
        faults["url"] = str(fault)
    if not kinds or set(kinds) - set(Kind.values):
        faults["kinds"] = _("Choose what the webhook is told of.")
    refuse_if_any(faults, _("This webhook can not be entered."))
