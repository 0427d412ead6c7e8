"""Requests, collaborations and receipts: history, to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from collaboration.models import Activation, Collaboration, Receipt
from history.admin import FindsNames, LookOnly
from notifications.admin import FindsAddresses


@admin.register(Activation)
class ActivationAdmin(FindsAddresses, LookOnly, admin.ModelAdmin):
    list_display = ["client", "firm", "service", "variant", "scenario", "status", "requested_at", "decided_at"]
    list_filter = ["status", "scenario", "service", "firm"]
    list_select_related = ["client", "firm", "service", "variant"]
    search_fields = [
        "client__name", "=client__number", "client__org_number", "company__name", "contact_email", "firm__name",
    ]  # fmt: skip
    date_hierarchy = "requested_at"
    ordering = ["-started_at", "-pk"]
    show_full_result_count = False
    exclude = ["token_hash"]


@admin.register(Collaboration)
class CollaborationAdmin(FindsNames, LookOnly, admin.ModelAdmin):
    list_display = ["client", "firm", "company", "service", "started_on", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), "service", "firm"]
    list_select_related = ["client", "firm", "company", "service"]
    search_fields = ["client__name", "=client__number", "company__name", "company__org_number", "firm__name"]
    date_hierarchy = "started_on"
    ordering = ["-started_on", "-pk"]
    exclude = ["people_told"]


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
