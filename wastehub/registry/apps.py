from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "wastehub.registry"
    verbose_name = "Registry"
