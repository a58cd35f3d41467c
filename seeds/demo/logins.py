"""Log-ins to try the demo with: one of each role, and a second operator."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from seeds.demo.generating import Site
from seeds.demo.loading import owner_of
from seeds.turns import wait_for_turn
from wastehub.accounts.models import Jurisdiction, Membership, User
from wastehub.errors import Refused

OPEN_PASSWORD = "wastehub-demo"  # noqa: S105 - printed on purpose, refused over HTTPS


@dataclass(frozen=True)
class Login:
    """Who may log in: an editor of a site's owner, a regulator, or the operator."""

    username: str
    role: str
    site: str = ""
    adcode: str = ""

    @property
    def is_operator(self) -> bool:
        """Whether it is bound to no site and no region, but runs the platform."""
        return not (self.site or self.adcode)


LOGINS = (
    Login("demo-operator", "operator: the whole platform and its administration"),
    Login("demo-reviewer", "operator: publishes what another operator has drafted"),
    Login("demo-producer", "editor of a producer", site="phosphate_shifang"),
    Login("demo-consumer", "editor of a consumer", site="cement_jintang"),
    Login("demo-province", "regulator of Sichuan", adcode="510000"),
    Login("demo-deyang", "regulator of Deyang", adcode="510600"),
)


def password(given: str) -> str:
    """The demo's password: the one given, or the open one.

    Raises
    ------
    Refused
        None is given and the site is served over HTTPS, so perhaps to the world.
    """
    if not given and settings.HTTPS:
        message = _("Set DEMO_PASSWORD: over HTTPS no demo log-in is made without it.")
        raise Refused("demo_password_missing", message)
    return given or OPEN_PASSWORD


@transaction.atomic
def load_logins(sites: dict[str, Site], given: str) -> int:
    """Create the log-ins that are missing, and give all of them a password if given.

    A password that somebody has set since is left as it is, unless one is given.

    Returns
    -------
    How many users were created or given another password.
    """
    secret = password(given)
    wait_for_turn()
    return sum(_put(login, sites, secret, bool(given)) for login in LOGINS)


def known_password(login: Login, given: str) -> str:
    """The log-in's password if it is the given or the open one, else nothing."""
    user = User.objects.filter(username=login.username).first()
    candidates = filter(None, (given, OPEN_PASSWORD))
    return next((word for word in candidates if user and user.check_password(word)), "")


def _put(login: Login, sites: dict[str, Site], secret: str, is_given: bool) -> bool:
    user, is_changed = _put_user(login, secret, is_given)
    if login.site:
        Membership.objects.get_or_create(
            user=user,
            organisation=owner_of(sites[login.site]),
            defaults={"role": Membership.Role.EDITOR},
        )
    if login.adcode:
        Jurisdiction.objects.get_or_create(user=user, adcode=login.adcode)
    return is_changed


def _put_user(login: Login, secret: str, is_given: bool) -> tuple[User, bool]:
    user = User.objects.filter(username=login.username).first()
    if user is None:
        make = (
            User.objects.create_superuser
            if login.is_operator
            else User.objects.create_user
        )
        return make(username=login.username, password=secret), True
    if not is_given or user.check_password(secret):
        return user, False
    user.set_password(secret)
    user.save(update_fields=["password"])
    return user, True
