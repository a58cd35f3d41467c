"""What workers do for the exchange."""

from celery import shared_task

from wastehub.exchange import agreements, offers


@shared_task
def expire_offers() -> int:
    """Close offers whose last day is over."""
    return offers.offers_expire()


@shared_task
def expire_agreements() -> int:
    """End agreements whose term is over."""
    return agreements.agreements_expire()
