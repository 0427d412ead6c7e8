"""What the payer was told of a renewal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.models import Firm
from subscriptions.models.service import Variant
from subscriptions.models.subscription import Subscription


class RenewalNotice(models.Model):
    """The price that the payer was told 30 days before: for this variant and length it holds on that day."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="notices")
    renews_on = models.DateField(_("fornyes"))
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField(_("måneder"))
    paying_firm = models.ForeignKey(Firm, models.PROTECT, null=True, blank=True, related_name="+")
    monthly_price = models.DecimalField(_("pris per måned"), max_digits=10, decimal_places=2)
    posted_at = models.DateTimeField(_("varslet"))

    class Meta:
        verbose_name = _("fornyelsesvarsel")
        verbose_name_plural = _("fornyelsesvarsler")
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "renews_on", "variant", "months", "paying_firm"],
                nulls_distinct=False,
                name="renewal_notice_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.renews_on}"
