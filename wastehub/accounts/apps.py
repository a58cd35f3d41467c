from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "wastehub.accounts"
    verbose_name = "Accounts"
