"""People. Firms stand in clients.admin and companies in subscriptions.admin, whose rows they are shown with."""

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin
import django.contrib.auth.admin  # noqa: F401 (registers the models that are taken out here)
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from history.admin import LookOnly
from organisations import actions
from organisations.lines import LineField
from organisations.models import CompanyUser, Employee, User
from organisations.refusals import NotAllowed

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


class UserForm(forms.ModelForm):
    class Meta:
        field_classes = dict.fromkeys(("name", "phone"), LineField)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """A person is added without a password: the first sign-in is by a code to the address, or by a new password."""

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
    readonly_fields = ["last_login", "date_joined"]
    inlines = [EmploymentInline, EmailAddressInline]
    form = UserForm
    actions = ["remove_second_factors"]

    @admin.action(description=_("Fjern totrinnsbekreftelsen til valgte (mistet telefon)"), permissions=["change"])
    def remove_second_factors(self, request: HttpRequest, queryset) -> HttpResponse | None:
        """Asks on a page of its own before it does anything."""
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
                self.message_user(request, text % {"email": user.email}, messages.SUCCESS)
        return None

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None):
        return [*self.readonly_fields, "email"] if obj else []

    def get_fields(self, request: HttpRequest, obj: User | None = None):
        return self.fields if obj else ["email", "name", "phone", "language"]

    def get_inlines(self, request: HttpRequest, obj: User | None):
        return self.inlines if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            user = actions.add_user(email=obj.email, name=obj.name, phone=obj.phone, language=obj.language)
            obj.pk = user.pk

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(CompanyUser)
class CompanyUserAdmin(admin.ModelAdmin):
    """Adding takes an existing user, who can act for the company at once."""

    list_display = ["name", "email", "company", "role", "is_main_contact", "accepted_at", "deactivated_at"]
    list_filter = ["role", "is_main_contact", ("deactivated_at", admin.EmptyFieldListFilter)]
    list_select_related = ["company"]
    search_fields = ["name", "email", "company__name", "company__org_number"]
    autocomplete_fields = ["company", "user"]
    ordering = ["company__name", "name"]
    asked_on_adding = ["company", "user", "role"]
    readonly_fields = ["is_main_contact", "invited_at", "accepted_at", "deactivated_at"]
    fields = ["company", "user", "email", "name", "phone", "role", *readonly_fields]

    def get_fields(self, request: HttpRequest, obj: CompanyUser | None = None):
        return self.fields if obj else self.asked_on_adding

    def get_readonly_fields(self, request: HttpRequest, obj: CompanyUser | None = None):
        return [*self.readonly_fields, *self.asked_on_adding, "email"] if obj else []

    def get_form(self, request: HttpRequest, obj: CompanyUser | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and "user" in form.base_fields:
            form.base_fields["user"].required = True
        return form

    def save_model(self, request: HttpRequest, obj: CompanyUser, form: forms.ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            assert isinstance(request.user, User)
            assert obj.user
            place = actions.add_company_user(company=obj.company, user=obj.user, role=obj.role, by=request.user)
            obj.pk, obj.name = place.pk, place.name

    def has_delete_permission(self, request: HttpRequest, obj: CompanyUser | None = None) -> bool:
        return False


@admin.register(Employee)
class EmployeeAdmin(LookOnly, admin.ModelAdmin):
    list_display = ["user", "email", "firm", "role", "client_access", "deactivated_at"]
    list_filter = ["role", "firm"]
    list_select_related = ["user", "firm"]
    search_fields = ["user__name", "user__email", "firm__name"]
    ordering = ["firm__name", "user__name"]

    @admin.display(description=_("e-post"), ordering="user__email")
    def email(self, employee: Employee) -> str:
        return employee.user.email
