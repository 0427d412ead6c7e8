"""Privacy in the admin: hand out what we have about a person, and erase it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ground.refusals import NotAllowed
from history.admin import LookOnly
from notifications.admin import FindsAddresses
from organisations.models import User
from privacy.actions.erasure import ERASED_DOMAIN, erase_person
from privacy.export import export_person
from privacy.models import Erasure, Person
from privacy.views import archive_response


@admin.register(Person)
class PersonAdmin(FindsAddresses, LookOnly, admin.ModelAdmin):
    """One person at a time: tick, choose, and read what will happen before it does.

    Only a superuser may do either, with a sign-in of the last quarter of an hour (settings.ASKED_ANEW).
    """

    list_display = ["email", "name", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = ["email", "name", "phone", "language", "is_active", "last_login", "date_joined"]
    actions = ["export", "erase"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return super().get_queryset(request).exclude(email__endswith=ERASED_DOMAIN)

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    @admin.action(description=gettext_lazy("Last ned alt om personen"), permissions=["erase"])
    def export(self, request: HttpRequest, queryset: QuerySet[Person]) -> HttpResponse | None:
        person = self.the_one(request, queryset)
        if person is None:
            return None
        assert isinstance(request.user, User)
        return archive_response(export_person(email=person.email, by=request.user))

    @admin.action(description=gettext_lazy("Slett personen"), permissions=["erase"])
    def erase(self, request: HttpRequest, queryset: QuerySet[Person]) -> HttpResponse | None:
        person = self.the_one(request, queryset)
        if person is None:
            return None
        if "confirmed" not in request.POST:
            context = {**self.admin_site.each_context(request), "title": _("Slett personen"), "person": person}
            return TemplateResponse(request, "admin/privacy/erase.html", context)
        assert isinstance(request.user, User)
        try:
            erase_person(email=person.email, by=request.user, contacts="contacts" in request.POST)
        except NotAllowed as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
        else:
            self.message_user(request, _("Personen er slettet."), messages.SUCCESS)
        return None

    def the_one(self, request: HttpRequest, queryset: QuerySet[Person]) -> Person | None:
        people = list(queryset[:2])
        if len(people) == 1:
            return people[0]
        self.message_user(request, _("Velg én person om gangen."), messages.ERROR)
        return None


@admin.register(Erasure)
class ErasureAdmin(FindsAddresses, LookOnly, admin.ModelAdmin):
    list_display = ["pk", "erased_at", "by"]
    search_fields = ["=user__id", "by__email"]
    list_select_related = ["by"]
    fields = ["erased_at", "by", "counts"]
    ordering = ["-erased_at", "-pk"]
