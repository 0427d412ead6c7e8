from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Varsling"

    def ready(self) -> None:
        from notifications import webhooks  # noqa: F401  it listens to django-anymail
