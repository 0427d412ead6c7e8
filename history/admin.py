"""The events, to look at."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history.models import Event


class LookOnly:
    """For an admin or an inline: its rows are made and changed by deeds elsewhere, here they are only shown."""

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(LookOnly, admin.ModelAdmin):
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
