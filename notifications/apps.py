from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Varsling")

    def ready(self) -> None:
        from notifications import webhooks  # noqa: F401  it listens to django-anymail
