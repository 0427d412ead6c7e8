from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientImportsConfig(AppConfig):
    name = "client_imports"
    verbose_name = _("Import av kunder")
