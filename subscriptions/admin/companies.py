"""The companies, with their people and what they have."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from ground.org_number import OrgNumberField
from ground.refusals import NotAllowed
from history.admin import LookOnly
from notifications.admin import FindsAddresses
from organisations.actions import add_company, confirm_company
from organisations.forms.admin_fields import TEXTS
from organisations.models import Company, CompanyUser, User
from subscriptions.models import Subscription


class CompanyUserInline(LookOnly, admin.TabularInline):
    model = CompanyUser
    extra = 0
    fields = ["name", "email", "role", "is_main_contact", "accepted_at", "deactivated_at"]
    show_change_link = True


class SubscriptionInline(LookOnly, admin.TabularInline):
    model = Subscription
    extra = 0
    fields = [
        "service",
        "variant",
        "paying_firm",
        "period_months",
        "started_on",
        "renews_on",
        "cancelled_on",
        "ended_on",
    ]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        return super().get_queryset(request).select_related("service", "variant", "paying_firm")


class CompanyForm(forms.ModelForm):
    class Meta:
        field_classes = {"org_number": OrgNumberField}

    def clean_org_number(self) -> str:
        org_number = self.cleaned_data["org_number"]
        if Company.objects.filter(org_number=org_number).exists():
            raise forms.ValidationError(_("Selskapet finnes fra før. Bekreft det i stedet."))
        return org_number


@admin.register(Company)
class CompanyAdmin(FindsAddresses, admin.ModelAdmin):
    """One that is added here is confirmed by that. Until then each request has a row of its own (`asking_firm`)."""

    list_display = ["name", "org_number", "asking_firm", "confirmed_at"]
    list_filter = [("confirmed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["asking_firm"]
    search_fields = ["name", "org_number", "users__email", "users__name"]
    date_hierarchy = "confirmed_at"
    fields = ["org_number", "name", "asking_firm", "confirmed_at", "created_at"]
    inlines = [CompanyUserInline, SubscriptionInline]
    actions = ["confirm"]
    form = CompanyForm
    formfield_overrides = TEXTS

    def get_readonly_fields(self, request: HttpRequest, obj: Company | None = None) -> list[str]:
        return ["asking_firm", "confirmed_at", "created_at", *(["org_number"] if obj else [])]

    def get_inlines(self, request: HttpRequest, obj: Company | None) -> list:
        return self.inlines if obj else []

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """What somebody else did between the form's check and the deed is told, and the page comes anew."""
        try:
            return super().add_view(request, form_url, extra_context)
        except NotAllowed as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: Company, form: forms.ModelForm, change: bool) -> None:
        if change:
            obj.save(update_fields=["name"])  # what it is else, may have changed since the page was opened
            return
        assert isinstance(request.user, User)
        obj.pk = add_company(org_number=obj.org_number, name=obj.name, by=request.user).pk

    def has_delete_permission(self, request: HttpRequest, obj: Company | None = None) -> bool:
        return False

    @admin.action(description=_("Bekreft selskapet"))
    def confirm(self, request: HttpRequest, queryset: QuerySet[Company]) -> None:
        assert isinstance(request.user, User)
        for company in queryset:
            try:
                confirm_company(company=company, by=request.user)
            except NotAllowed as refusal:
                self.message_user(request, f"{company}: {refusal.sentence}", messages.ERROR)
            else:
                self.message_user(request, _("%(company)s er bekreftet.") % {"company": company})
