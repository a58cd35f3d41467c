"""What workers do for the trail."""

from celery import shared_task

from wastehub.trail import answers


@shared_task
def drop_old_answers() -> int:
    """Forget the keys of requests that are some days old."""
    return answers.drop_old()
