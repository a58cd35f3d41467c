from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "wastehub.catalogue"
    verbose_name = "Catalogue"
