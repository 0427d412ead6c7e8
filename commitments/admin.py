"""Receipts, to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from commitments.models import Receipt
from history.admin import FindsNames, LookOnly


@admin.register(Receipt)
class ReceiptAdmin(FindsNames, LookOnly, admin.ModelAdmin):
    """Who has approved which version of which service's terms."""

    list_display = ["plain_number", "company", "approver_name", "service", "terms_version", "firm", "created_at"]
    list_filter = ["subscription__service", "terms__version", "firm"]
    list_select_related = ["company", "firm", "subscription__service", "terms"]
    search_fields = [
        "=number", "company__name", "company__org_number", "firm__name", "approver_name", "=terms__sha256",
    ]  # fmt: skip
    date_hierarchy = "created_at"
    ordering = ["-number"]
    fields = [
        "plain_number", "activation", "company", "firm", "terms", "record", "approver_name", "approver_email",
        "created_at",
    ]  # fmt: skip

    @admin.display(description=_("nummer"), ordering="number")
    def plain_number(self, receipt: Receipt) -> str:
        """Without the space that a number of thousands would get."""
        return str(receipt.number)

    @admin.display(description=_("tjeneste"), ordering="subscription__service__name")
    def service(self, receipt: Receipt) -> str:
        return receipt.subscription.service.name

    @admin.display(description=_("vilkårenes versjon"), ordering="terms__version")
    def terms_version(self, receipt: Receipt) -> int | None:
        return receipt.terms.version if receipt.terms else None
