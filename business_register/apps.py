from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BusinessRegisterConfig(AppConfig):
    name = "business_register"
    verbose_name = _("Enhetsregisteret")
