"""The changes of agreements, and what payers have been told of renewals, to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.models import RenewalNotice, SubscriptionChange
from history.admin import FindsNames, LookOnly
from organisations.models import Firm
from subscriptions.admin.charges import OfSubscription
from subscriptions.models import Variant


@admin.register(SubscriptionChange)
class SubscriptionChangeAdmin(FindsNames, OfSubscription, LookOnly, admin.ModelAdmin):
    list_display = ["company", "service", "kind", "change_from", "change_to", "status", "effective_on", "asked_at"]
    list_filter = ["status", "kind", "subscription__service"]
    list_select_related = [
        "subscription__company", "subscription__service", "from_variant", "to_variant", "from_firm", "to_firm",
    ]  # fmt: skip
    search_fields = [
        "subscription__company__name", "subscription__company__org_number", "asking_firm__name", "answering_firm__name",
    ]  # fmt: skip
    date_hierarchy = "asked_at"
    ordering = ["-asked_at", "-pk"]

    @admin.display(description=_("fra"))
    def change_from(self, change: SubscriptionChange) -> str:
        return self.side(change, change.from_variant, change.from_firm, change.from_months)

    @admin.display(description=_("til"))
    def change_to(self, change: SubscriptionChange) -> str:
        return self.side(change, change.to_variant, change.to_firm, change.to_months)

    def side(self, change: SubscriptionChange, variant: Variant | None, firm: Firm | None, months: int | None) -> str:
        """A change names one thing; where it names no firm, the company pays."""
        return str(variant or months or firm or change.subscription.company)


@admin.register(RenewalNotice)
class RenewalNoticeAdmin(FindsNames, OfSubscription, LookOnly, admin.ModelAdmin):
    list_display = ["company", "service", "renews_on", "variant", "months", "paying_firm", "monthly_price", "posted_at"]
    list_filter = ["subscription__service", "months"]
    list_select_related = ["subscription__company", "subscription__service", "variant", "paying_firm"]
    search_fields = ["subscription__company__name", "subscription__company__org_number", "paying_firm__name"]
    date_hierarchy = "renews_on"
    ordering = ["-renews_on", "-pk"]
