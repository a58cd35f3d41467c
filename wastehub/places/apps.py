from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "wastehub.places"
    verbose_name = "Places"
