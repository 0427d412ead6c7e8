"""The events in the admin, and what the admins of all apps have in common."""

import unicodedata

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ground.org_number import clean_org_number, is_org_number
from history.models import Event


class FindsNames:
    """For an admin with a search: what is typed is looked for as names, and organisation numbers, are kept."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        number = clean_org_number(search_term)
        term = number if is_org_number(number) else unicodedata.normalize("NFC", search_term)
        return super().get_search_results(request, queryset, term)  # type: ignore[misc]


class LookOnly:
    """Mixin of an admin or an inline that only shows rows, since deeds elsewhere make and change them."""

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(FindsNames, LookOnly, admin.ModelAdmin):
    list_display = ["at", "subject_type", "subject", "verb", "firm", "company", "by"]
    list_filter = ["verb", "subject_type"]
    list_select_related = ["firm", "company", "by"]
    search_fields = ["=subject_id", "firm__name", "company__name", "company__org_number", "by__email"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    show_full_result_count = False
    fields = ["at", "subject_type", "subject", "verb", "before", "after", "firm", "company", "by"]

    @admin.display(description=_("rad"), ordering="subject_id")
    def subject(self, event: Event) -> str:
        return str(event.subject_id)
