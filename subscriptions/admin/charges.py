"""The charges of all companies, to look at."""

from typing import Protocol

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from history.admin import FindsNames, LookOnly
from subscriptions.models import Charge, Subscription


class HasSubscription(Protocol):
    @property
    def subscription(self) -> Subscription: ...


class OfSubscription:
    """For a list of rows that hang on a subscription: whose, and of which service."""

    @admin.display(description=_("selskap"), ordering="subscription__company__name")
    def company(self, row: HasSubscription) -> str:
        return row.subscription.company.name

    @admin.display(description=_("tjeneste"), ordering="subscription__service__name")
    def service(self, row: HasSubscription) -> str:
        return row.subscription.service.name


@admin.register(Charge)
class ChargeAdmin(FindsNames, OfSubscription, LookOnly, admin.ModelAdmin):
    list_display = ["company", "service", "variant", "kind", "period", "paying_firm", "monthly_price", "amount"]
    list_filter = ["kind", "subscription__service"]
    list_select_related = ["subscription__company", "subscription__service", "variant", "paying_firm"]
    search_fields = ["subscription__company__name", "subscription__company__org_number", "paying_firm__name"]
    ordering = ["-period", "-pk"]
