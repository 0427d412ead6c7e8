"""People in the admin. Firms stand in clients.admin and companies in subscriptions.admin, with the rows that they
show.
"""

from collections.abc import Callable
from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin
import django.contrib.auth.admin  # noqa: F401 (registers the models that are taken out here)
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from ground.clock import database_clock
from ground.mail_addresses import shown_address
from ground.names import NorwegianOrder
from ground.refusals import NotAllowed
from history.admin import LookOnly
from notifications.admin import FindsAddresses
from organisations import actions
from organisations.actions.invitations import invite_by_platform, resend_invitation, withdraw_invitation
from organisations.forms.admin_fields import TEXTS
from organisations.invitations.rules import (
    check_has_no_administrator,
    check_is_somebody_else,
    check_new,
    check_role,
)
from organisations.models import Company, CompanyUser, Employee, Firm, Invitation, User

admin.site.unregister(Group)
admin.site.unregister(allauth.account.admin.EmailAddress)
admin.site.unregister(allauth.mfa.admin.Authenticator)  # its page shows the secrets
admin.site.unregister(allauth.usersessions.admin.UserSession)


class EmailAddressInline(LookOnly, admin.TabularInline):
    model = EmailAddress
    fields = ["email", "verified", "primary"]
    extra = 0


class EmploymentInline(LookOnly, admin.TabularInline):
    model = Employee
    fields = ["firm", "role", "client_access", "deactivated_at"]
    extra = 0

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("firm", "user")


@admin.register(User)
class UserAdmin(FindsAddresses, admin.ModelAdmin):
    """A person comes by an invitation. Here one is shut out, or made a platform administrator."""

    list_display = ["email", "name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = [
        "email",
        "name",
        "phone",
        "language",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
        "date_joined",
    ]
    readonly_fields = ["email", "last_login", "date_joined"]
    inlines = [EmploymentInline, EmailAddressInline]
    formfield_overrides = TEXTS
    actions = ["remove_second_factors"]

    @admin.action(description=_("Fjern totrinnsbekreftelsen til valgte (mistet telefon)"), permissions=["change"])
    def remove_second_factors(self, request: HttpRequest, queryset) -> HttpResponse | None:
        """Remove the second factors of the chosen people, after a page that asks whether to."""
        assert isinstance(request.user, User)
        if "confirmed" not in request.POST:
            shown = {"title": _("Fjern totrinnsbekreftelsen"), "people": queryset, "opts": self.opts}
            context = {**self.admin_site.each_context(request), **shown}
            return TemplateResponse(request, "admin/organisations/remove_second_factors.html", context)
        for user in queryset:
            try:
                actions.remove_second_factors(user=user, by=request.user)
            except NotAllowed as refusal:
                self.message_user(request, refusal.sentence, messages.WARNING)
            else:
                text = _("%(email)s setter opp totrinnsbekreftelse på nytt ved neste innlogging.")
                self.message_user(request, text % {"email": shown_address(user.email)}, messages.SUCCESS)
        return None

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        own = actions.RIGHTS if obj == request.user else ()
        return [*self.readonly_fields, *own]

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        rights = {name: getattr(obj, name) for name in actions.RIGHTS if name in form.changed_data}
        form.instance.save(update_fields=["name", "phone", "language"])
        if rights:
            self.change_rights(request, obj, rights)

    def change_rights(self, request: HttpRequest, user: User, rights: dict[str, bool]) -> None:
        assert isinstance(request.user, User)
        try:
            actions.change_rights(user=user, rights=rights, by=request.user)
        except NotAllowed as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return
        for place in (*Firm.objects.left_by(user), *Company.objects.known().left_by(user)):
            text = _("%(place)s har ingen administrator lenger. Inviter en ny under Invitasjoner.")
            self.message_user(request, text % {"place": place}, messages.WARNING)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(CompanyUser)
class CompanyUserAdmin(FindsAddresses, LookOnly, admin.ModelAdmin):
    """A place comes by an invitation, and changes by the company's own people."""

    list_display = ["name", "email", "company", "role", "is_main_contact", "accepted_at", "deactivated_at"]
    list_filter = ["role", "is_main_contact", ("deactivated_at", admin.EmptyFieldListFilter)]
    list_select_related = ["company"]
    search_fields = ["name", "email", "company__name", "company__org_number"]
    ordering = ["company__name", "name"]
    fields = [
        "company", "user", "email", "name", "phone", "role",
        "is_main_contact", "invited_at", "accepted_at", "deactivated_at",
    ]  # fmt: skip


class InvitationForm(forms.ModelForm):
    """Asks for the place and the person; whether it may be sent is the deed's own rule."""

    role = forms.ChoiceField(
        label=_("rolle"),
        choices=[
            (_("i et byrå"), Employee.Role.choices),
            (_("i et selskap"), [choice for choice in CompanyUser.Role.choices if choice not in Employee.Role.choices]),
        ],
    )

    by: User  # who fills it in

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if bool(answers.get("firm")) == bool(answers.get("company")):
            for name in ("firm", "company"):
                self.add_error(name, _("Velg enten et byrå eller et selskap."))
        if not self.errors:
            self.check(Invitation(**answers, is_by_platform=True))
        return answers

    def check(self, invitation: Invitation) -> None:
        try:
            check_role(invitation)
        except NotAllowed as refusal:
            self.add_error("role", refusal.sentence)
            return
        try:
            check_has_no_administrator(invitation.place)
            check_is_somebody_else(self.by, invitation.email)
            check_new(invitation, database_clock())
        except NotAllowed as refusal:
            self.add_error(None, refusal.sentence)


@admin.register(Invitation)
class InvitationAdmin(FindsAddresses, admin.ModelAdmin):
    """How the platform lets somebody in where nobody of the place can invite.

    That is a new firm's first person, or a company whose administrators are gone.
    """

    list_display = ["email", "name", "firm", "company", "role", "invited_by", "mailed_at", "expires_at", "outcome"]
    list_filter = ["outcome", "is_by_platform"]
    list_select_related = ["firm", "company", "invited_by"]
    search_fields = ["email", "name", "firm__name", "company__name"]
    ordering = ["-mailed_at", "-pk"]
    autocomplete_fields = ["firm", "company"]
    asked = ["firm", "company", "name", "email", "role", "client_access"]
    actions = ["resend", "withdraw"]
    form = InvitationForm
    formfield_overrides = TEXTS

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None):
        return [*self.asked, "invited_by", "mailed_at", "expires_at", "outcome", "closed_at"] if obj else self.asked

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        form.by = request.user
        return form

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """What somebody else did between the form's check and the deed is told, and the page comes anew."""
        try:
            return super().add_view(request, form_url, extra_context)
        except NotAllowed as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: Invitation, form: forms.ModelForm, change: bool) -> None:
        assert isinstance(request.user, User)
        invite_by_platform(invitation=obj, by=request.user)

    @admin.action(description=_("Send på nytt"), permissions=["add"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        self.each(request, queryset, resend_invitation, _("Invitasjonen er sendt på nytt til %(email)s."))

    @admin.action(description=_("Trekk tilbake"), permissions=["add"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        self.each(request, queryset, withdraw_invitation, _("Invitasjonen til %(email)s er trukket tilbake."))

    def each(self, request: HttpRequest, queryset: QuerySet[Invitation], deed: Callable, done: Any) -> None:
        for invitation in queryset.select_related("firm", "company", "invited_by"):
            try:
                deed(invitation=invitation, by=request.user)
            except NotAllowed as refusal:
                self.message_user(request, f"{shown_address(invitation.email)}: {refusal.sentence}", messages.WARNING)
            else:
                self.message_user(request, done % {"email": shown_address(invitation.email)}, messages.SUCCESS)

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False


@admin.register(Employee)
class EmployeeAdmin(FindsAddresses, LookOnly, admin.ModelAdmin):
    list_display = ["user", "email", "firm", "role", "client_access", "deactivated_at"]
    list_filter = ["role", "firm"]
    list_select_related = ["user", "firm"]
    search_fields = ["user__name", "user__email", "firm__name"]
    ordering = [NorwegianOrder("firm__name"), NorwegianOrder("user__name")]

    @admin.display(description=_("e-post"), ordering="user__email")
    def email(self, employee: Employee) -> str:
        return employee.user.email
