from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "wastehub.web"
    verbose_name = "Web"
