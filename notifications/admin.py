"""Mails, their delivery, and alerts in the admin. Their text is for the readers, so it is not shown."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ground.mail_addresses import searched_address, shown_address
from ground.refusals import NotAllowed
from history.admin import FindsNames, LookOnly
from notifications.actions import retry_email
from notifications.models import Alert, Email


class FindsAddresses(FindsNames):
    """FindsNames for rows with an address: a domain with letters beyond a–z is found by them too."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        found, repeats = super().get_search_results(request, queryset, search_term)
        term = searched_address(search_term)
        if term == search_term:
            return found, repeats
        by_address, _repeats = super().get_search_results(request, queryset, term)
        return found | by_address, repeats


@admin.register(Email)
class EmailAdmin(FindsAddresses, LookOnly, admin.ModelAdmin):
    list_display = ["posted_at", "kind", "to", "subject", "status", "attempts", "sent_at", "bounced_at", "reason"]
    list_filter = ["status", ("bounced_at", admin.EmptyFieldListFilter), "kind"]
    list_select_related = ["firm"]
    search_fields = ["to", "subject", "key"]
    date_hierarchy = "posted_at"
    ordering = ["-posted_at", "-pk"]
    show_full_result_count = False
    actions = ["retry"]
    fields = [
        "key", "kind", "to", "subject", "firm", "status", "attempts", "posted_at", "next_attempt_at", "lease_until",
        "sent_at", "delivered_at", "delayed_at", "bounced_at", "last_error", "message_id", "provider_id",
    ]  # fmt: skip

    @admin.display(description=_("grunn"))
    def reason(self, email: Email) -> str:
        return email.last_error[:80]

    @admin.action(description=_("Prøv igjen"))
    def retry(self, request: HttpRequest, queryset: QuerySet[Email]) -> None:
        for email in queryset:
            try:
                retry_email(email=email, by=cast(Model, request.user))
            except NotAllowed as refusal:
                words = {"to": shown_address(email.to), "refusal": refusal.sentence}
                self.message_user(request, _("E-posten til %(to)s: %(refusal)s") % words, messages.ERROR)
            else:
                self.message_user(request, _("E-posten til %(to)s er i kø igjen.") % {"to": shown_address(email.to)})


@admin.register(Alert)
class AlertAdmin(FindsAddresses, LookOnly, admin.ModelAdmin):
    list_display = ["created_at", "kind", "user", "firm", "read_at", "digest_due"]
    list_filter = ["kind", ("read_at", admin.EmptyFieldListFilter), "digest_due"]
    list_select_related = ["user", "firm"]
    search_fields = ["user__name", "user__email", "firm__name", "key"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False
    fields = [
        "key", "kind", "user", "firm", "subject_type", "subject_id", "path", "created_at", "read_at", "digest_due",
    ]  # fmt: skip
