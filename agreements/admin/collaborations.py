"""Collaborations, to look at."""

from datetime import date

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.models import Collaboration
from history.admin import FindsNames, LookOnly


@admin.register(Collaboration)
class CollaborationAdmin(FindsNames, LookOnly, admin.ModelAdmin):
    list_display = ["client", "firm", "company", "service", "started_on", "last_day"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), "service", "firm"]
    list_select_related = ["client", "firm", "company", "service", "subscription"]
    search_fields = ["client__name", "=client__number", "company__name", "company__org_number", "firm__name"]
    date_hierarchy = "started_on"
    ordering = ["-started_on", "-pk"]
    exclude = ["people_told", "ends_on"]
    readonly_fields = ["last_day"]

    @admin.display(description=_("siste dag"), ordering="ended_at")
    def last_day(self, collaboration: Collaboration) -> date | None:
        return collaboration.last_day
