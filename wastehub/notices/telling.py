"""From the trail to those it concerns: each act once, whatever becomes of the worker.

An act that nobody has been told of has a row of its own (:class:`Untold`). It is
locked, told and deleted in one transaction, so that an act is told by one worker only
and is still untold when that worker dies.
"""

import logging

from django.db import transaction
from django.db.models import Q, QuerySet

from wastehub.accounts.models import Organisation, User
from wastehub.notices.kinds import REGULATED, Kind, kind_of
from wastehub.notices.models import Delivery, Hook, Notice, Preference
from wastehub.notices.subjects import region_of, sites_of
from wastehub.places import adcodes
from wastehub.places.retired import with_retired
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.trail.models import TrailEntry, Untold

AT_ONCE = 500

log = logging.getLogger(__name__)


def tell_untold() -> int:
    """Tell what was done and nobody knows yet, oldest first; returns how many acts.

    An act that can not be told is logged, stays, and does not stop the others.
    """
    keys = list(Untold.objects.values_list("pk", flat=True)[:AT_ONCE])
    return sum(map(_try, keys))


def _try(key: int) -> bool:
    try:
        return _tell(key)
    except Exception:
        log.exception("act %s could not be told", key)
        return False


@transaction.atomic
def _tell(key: int) -> bool:
    rows = Untold.objects.select_for_update(of=["self"], skip_locked=True)
    row = rows.select_related("entry__user").filter(pk=key).first()
    if row is None:
        return False
    kind = kind_of(row.entry)
    if kind is not None:
        _notify(row.entry, kind)
    row.delete()
    return True


def _notify(entry: TrailEntry, kind: Kind) -> None:
    sites = sites_of(entry.subject, entry.subject_id)
    owners = Organisation.objects.filter(facilities__in=sites)
    users = _readers(owners, sites, kind, region_of(entry.subject, entry.subject_id))
    if entry.user is not None:  # who knows already
        users = users.exclude(pk=entry.user.pk)
    wishes = {
        wish.user_id: wish
        for wish in Preference.objects.filter(kind=kind, user__in=users)
    }
    notices = [_notice(entry, kind, user, wishes.get(user.pk)) for user in users]
    Notice.objects.bulk_create(n for n in notices if n.in_app or n.by_mail)
    hooks = Hook.objects.filter(organisation__in=owners, kinds__contains=[kind])
    Delivery.objects.bulk_create(
        Delivery(hook=hook, entry=entry, kind=kind) for hook in hooks
    )


def _notice(
    entry: TrailEntry, kind: Kind, user: User, wish: Preference | None
) -> Notice:
    wish = wish or Preference()
    by_mail = wish.by_mail and bool(user.email)
    return Notice(
        user=user, entry=entry, kind=kind, in_app=wish.in_app, by_mail=by_mail
    )


def _readers(
    owners: QuerySet[Organisation],
    sites: FacilityQuerySet,
    kind: Kind,
    region: str | None,
) -> QuerySet[User]:
    """The members of the organisations, and of some acts the places' regulators."""
    found = Q(memberships__organisation__in=owners)
    if region is not None:
        found |= Q(jurisdictions__adcode=region)
    if kind in REGULATED:
        found |= Q(jurisdictions__adcode__in=_codes_around(sites))
    return User.objects.filter(found, is_active=True).distinct()


def _codes_around(sites: FacilityQuerySet) -> set[str]:
    """The counties of sites and all around them; of real ones, where there are any.

    Retired codes of these are among them: a regulator may still have one.
    """
    watched = sites.real() if Facility.objects.real().exists() else sites
    counties = watched.values_list("county__adcode", flat=True)
    return with_retired(code for county in counties for code in adcodes.around(county))
