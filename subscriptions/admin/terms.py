"""The versions of the terms, and who has accepted each."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from history.admin import FindsNames
from organisations.forms.admin_fields import TEXTS
from subscriptions.models import Terms


@admin.register(Terms)
class TermsAdmin(FindsNames, admin.ModelAdmin):
    list_display = ["service", "version", "created_at", "sha256", "approvals"]
    list_filter = ["service"]
    list_select_related = ["service"]
    search_fields = ["service__name", "sha256"]
    autocomplete_fields = ["service"]
    asked_on_adding = ["service", "version", "text", "text_en"]
    formfield_overrides = TEXTS

    def get_fields(self, request: HttpRequest, obj: Terms | None = None) -> list:
        return [*self.asked_on_adding, "sha256", "created_at", "approvals"] if obj else [*self.asked_on_adding]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Terms]:
        return super().get_queryset(request).annotate(approval_count=Count("receipts"))

    @admin.display(description=_("godkjent av"), ordering="approval_count")
    def approvals(self, terms: Any) -> SafeString:
        """The way to the list of who has approved this version."""
        address = f"{reverse('admin:commitments_receipt_changelist')}?terms__id__exact={terms.pk}"
        return format_html('<a href="{}">{}</a>', address, terms.approval_count)

    def has_change_permission(self, request: HttpRequest, obj: Terms | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Terms | None = None) -> bool:
        return False
