"""What workers do for notices; each may be sent twice, and does its work once."""

from celery import shared_task

from wastehub.notices import deliveries, mails, telling


@shared_task
def tell_untold() -> int:
    """Tell what was done and nobody knows yet."""
    return telling.tell_untold()


@shared_task
def send_mails() -> int:
    """Send the notices that go by e-mail."""
    return mails.send_mails()


@shared_task
def deliver_due() -> int:
    """Send to webhooks what is due."""
    return deliveries.deliver_due()
