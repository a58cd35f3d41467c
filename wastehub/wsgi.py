"""What gunicorn serves."""

from django.core.wsgi import get_wsgi_application

from wastehub import celery  # noqa: F401  (so that views can enqueue tasks)

application = get_wsgi_application()
