"""Typed text that could not be taken, until its page is looked at again."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.models.company import Company
from organisations.models.firm import Firm

KEPT_FOR = timedelta(hours=1)


class KeptFormQuerySet(models.QuerySet["KeptForm"]):
    def expired(self, at: datetime) -> "KeptFormQuerySet":
        return self.filter(kept_at__lt=at - KEPT_FOR)

    def waiting(self, at: datetime) -> "KeptFormQuerySet":
        """Forms that can still be given back, the newest first."""
        return self.filter(kept_at__gte=at - KEPT_FOR).order_by("-pk")


class KeptForm(models.Model):
    """Shown once, to the one who typed it alone (docs/adr/0014). A form of a firm's or company's page names the
    place.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("bruker"))
    firm = models.ForeignKey(Firm, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("byrå"))
    company = models.ForeignKey(
        Company, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("selskap")
    )
    path = models.TextField(_("side"))  # with what was chosen in the address, without the place
    fields = models.JSONField(_("skrevet"), null=True)  # the values by the field's name; None: too much to keep
    # Given back only to who has just signed in, or proved to be the one who is.
    needs_proof = models.BooleanField(_("etter innlogging"), default=False)
    kept_at = models.DateTimeField(_("tidspunkt"))

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("skjema som venter")
        verbose_name_plural = _("skjemaer som venter")
        indexes = [models.Index(fields=["user", "-id"], name="kept_form_by_user")]

    def __str__(self) -> str:
        return self.path
