"""What a person wants to be told, and how."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from wastehub.accounts.models import User
from wastehub.errors import Refused
from wastehub.notices.kinds import Kind
from wastehub.notices.models import Preference


class Ways(NamedTuple):
    """How one is told: in the list of the site, by e-mail."""

    in_app: bool = True
    by_mail: bool = False


def ways_of(user: User) -> dict[Kind, Ways]:
    """How a user is told of each kind of act; in the list only, unless chosen."""
    chosen = {
        row.kind: Ways(row.in_app, row.by_mail)
        for row in Preference.objects.filter(user=user)
    }
    return {kind: chosen.get(kind.value, Ways()) for kind in Kind}


@transaction.atomic
def ways_choose(*, user: User, chosen: Mapping[str, Ways]) -> None:
    """Choose the ways of some kinds; the others stay as they are.

    Raises
    ------
    Refused
        ``invalid``: there is no such kind of notice.
    """
    unknown = {
        kind: _("There is no such kind of notice.")
        for kind in set(chosen) - set(Kind.values)
    }
    if unknown:
        told = _("These settings can not be saved.")
        raise Refused("invalid", told, unknown)
    Preference.objects.bulk_create(
        [
            Preference(user=user, kind=kind, **ways._asdict())
            for kind, ways in chosen.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=list(Ways._fields),
    )
