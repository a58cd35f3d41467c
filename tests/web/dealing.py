"""People of the market, in front of their browsers."""

from django.test import Client

from tests.exchange.market import Market
from wastehub.accounts.models import Jurisdiction, User


def as_(user: User | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user)
    return client


def seller(at: Market) -> Client:
    return as_(at.seller.actor.user)


def buyer(at: Market) -> Client:
    return as_(at.buyer.actor.user)


def regulator(adcode: str = "510104") -> User:
    user = User.objects.create_user("regulator")
    Jurisdiction.objects.create(user=user, adcode=adcode)
    return user
