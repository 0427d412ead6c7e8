"""The catalogue, and the companies with their users and agreements."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ground.lines import AnyLineField
from ground.org_number import OrgNumberField
from ground.refusals import NotAllowed
from history.admin import FindsNames, LookOnly
from notifications.admin import FindsAddresses
from organisations.actions import add_company, confirm_company
from organisations.forms.admin_fields import TEXTS
from organisations.models import Company, CompanyUser, Firm, User
from subscriptions import actions
from subscriptions.models import (
    Charge,
    Feature,
    Price,
    RenewalNotice,
    Service,
    ServiceAccess,
    Subscription,
    SubscriptionChange,
    Terms,
    Variant,
)


class VariantInline(admin.TabularInline):
    model = Variant
    extra = 0
    formfield_overrides = TEXTS
    fields = ["code", "name", "summary", "summary_en", "rank", "is_for_sale", "is_firms_own"]
    show_change_link = True


class FeatureInline(admin.TabularInline):
    """A feature's variants can only be the service's own."""

    model = Feature
    extra = 0
    formfield_overrides = TEXTS
    fields = ["position", "name", "name_en", "variants"]

    def get_formset(self, request: HttpRequest, obj: Service | None = None, **kwargs):
        self.service = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "variants":
            kwargs["queryset"] = Variant.objects.filter(service=self.service).order_by("rank")
            kwargs["widget"] = forms.CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "variants":
            field.widget.can_add_related = False
        return field

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feature]:
        return super().get_queryset(request).prefetch_related("variants")


class TermsInline(admin.StackedInline):
    """Versions are added, never edited: the database refuses it."""

    model = Terms
    extra = 0
    formfield_overrides = TEXTS
    fields = ["version", "text", "text_en", "sha256"]
    readonly_fields = ["sha256"]

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class ServiceForm(forms.ModelForm):
    class Meta:
        field_classes = {"url": AnyLineField}


@admin.register(Service)
class ServiceAdmin(FindsNames, admin.ModelAdmin):
    list_display = ["name", "code", "position", "has_variants", "has_payer", "has_period"]
    search_fields = ["name", "code"]
    inlines = [VariantInline, FeatureInline, TermsInline]
    formfield_overrides = TEXTS
    form = ServiceForm

    def get_readonly_fields(self, request: HttpRequest, obj: Service | None = None) -> list[str]:
        return ["code"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Service | None) -> list:
        """Features name the service's variants, so they come once these are saved."""
        return self.inlines if obj else [VariantInline]

    def has_delete_permission(self, request: HttpRequest, obj: Service | None = None) -> bool:
        return False


class PriceInline(admin.TabularInline):
    model = Price
    extra = 0
    ordering = ["months", "-valid_from"]


@admin.register(Variant)
class VariantAdmin(FindsNames, admin.ModelAdmin):
    list_display = ["name", "service", "rank", "is_for_sale", "is_firms_own"]
    list_filter = ["service", "is_for_sale"]
    list_select_related = ["service"]
    search_fields = ["name", "code", "service__name"]
    autocomplete_fields = ["service"]
    inlines = [PriceInline]
    formfield_overrides = TEXTS

    def get_readonly_fields(self, request: HttpRequest, obj: Variant | None = None) -> list[str]:
        return ["service", "code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Variant | None = None) -> bool:
        return False


@admin.register(Feature)
class FeatureAdmin(FindsNames, LookOnly, admin.ModelAdmin):
    """Found here, edited on the service's page."""

    list_display = ["name", "service", "position"]
    list_filter = ["service"]
    list_select_related = ["service"]
    search_fields = ["name", "service__name"]


@admin.register(Price)
class PriceAdmin(FindsNames, LookOnly, admin.ModelAdmin):
    """Found here, edited on the variant's page."""

    list_display = ["variant", "service", "months", "per_month", "valid_from"]
    list_filter = ["months", "variant__service"]
    list_select_related = ["variant__service"]
    search_fields = ["variant__name", "variant__service__name"]
    date_hierarchy = "valid_from"

    @admin.display(description=_("tjeneste"), ordering="variant__service__name")
    def service(self, price: Price) -> str:
        return price.variant.service.name


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
        address = f"{reverse('admin:collaboration_receipt_changelist')}?terms__id__exact={terms.pk}"
        return format_html('<a href="{}">{}</a>', address, terms.approval_count)

    def has_change_permission(self, request: HttpRequest, obj: Terms | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Terms | None = None) -> bool:
        return False


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


class ChargeInline(LookOnly, admin.TabularInline):
    model = Charge
    extra = 0
    fields = ["kind", "variant", "period", "paying_firm", "monthly_price", "amount"]
    ordering = ["period"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Charge]:
        return super().get_queryset(request).select_related("variant", "paying_firm")


class ServiceAccessInline(LookOnly, admin.TabularInline):
    model = ServiceAccess
    extra = 0
    fields = ["company_user", "given_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceAccess]:
        return super().get_queryset(request).select_related("company_user")


class VariantField(forms.ModelChoiceField):
    def label_from_instance(self, variant: Variant) -> str:
        return variant.full_name


class AgreementForm(forms.ModelForm):
    """An agreement made outside the portal, as it stands today."""

    variant = VariantField(Variant.objects.select_related("service"), label=_("variant"))
    period_months = forms.TypedChoiceField(
        label=_("avtaleperiode i måneder"), choices=[(months, str(months)) for months in (1, 3, 12)], coerce=int
    )
    renews_on = forms.DateField(label=_("fornyes"), widget=AdminDateWidget())

    def clean(self) -> dict:
        super().clean()
        answers = self.cleaned_data
        company, variant = answers.get("company"), answers.get("variant")
        first_day, renews_on = answers.get("started_on"), answers.get("renews_on")
        if variant:
            self.instance.service = variant.service
            self.check_price(variant, answers.get("period_months"), first_day)
            if company and not company.is_known:
                self.add_error("company", str(actions.NOT_CONFIRMED))
            elif company and Subscription.objects.of(company).active().filter(service=variant.service).exists():
                self.add_error("variant", _("Selskapet har allerede et abonnement på tjenesten."))
        if first_day and renews_on:
            self.check_renewal_day(first_day, renews_on)
        return answers

    def check_renewal_day(self, first_day: date, renews_on: date) -> None:
        try:
            actions.check_renewal_day(first_day, renews_on)
        except NotAllowed as refusal:
            self.add_error("renews_on", refusal.sentence)

    def check_price(self, variant: Variant, months: int | None, first_day: date | None) -> None:
        if months and first_day and not Price.objects.on(first_day).filter(variant=variant, months=months).exists():
            self.add_error("period_months", _("Varianten har ingen pris for denne avtaleperioden."))


@admin.register(Subscription)
class SubscriptionAdmin(FindsNames, admin.ModelAdmin):
    """Added here when it was made outside the portal; changed only by the parties' own deeds."""

    list_display = ["company", "service", "variant", "paying_firm", "period_months", "started_on", "renews_on",
                    "cancelled_on", "last_day"]  # fmt: skip
    list_filter = ["service", "period_months", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["company", "service", "variant", "paying_firm"]
    search_fields = ["company__name", "company__org_number", "paying_firm__name"]
    autocomplete_fields = ["company", "paying_firm"]
    date_hierarchy = "started_on"
    ordering = ["-started_on", "-pk"]
    asked_on_adding = ["company", "variant", "paying_firm", "period_months", "started_on", "renews_on"]
    inlines = [ChargeInline, ServiceAccessInline]
    form = AgreementForm

    def get_fields(self, request: HttpRequest, obj: Subscription | None = None) -> list:
        more = ["terms", "cancelled_on", "last_day", "version"] if obj else []
        return [*self.asked_on_adding, *more]

    def get_inlines(self, request: HttpRequest, obj: Subscription | None) -> list:
        return self.inlines if obj else []

    @admin.display(description=_("siste dag"), ordering="ended_on")
    def last_day(self, obj: Subscription) -> date | None:
        return obj.last_day

    def has_change_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Subscription, form: forms.ModelForm, change: bool) -> None:
        assert isinstance(request.user, User)
        assert obj.renews_on
        subscription = actions.record_agreement(
            company=obj.company,
            variant=obj.variant,
            paying_firm=obj.paying_firm,
            months=obj.period_months,
            first_day=obj.started_on,
            renews_on=obj.renews_on,
            by=request.user,
        )
        obj.pk = subscription.pk


class OfSubscription:
    """For a list of rows that hang on a subscription: whose, and of which service."""

    @admin.display(description=_("selskap"), ordering="subscription__company__name")
    def company(self, row: Charge | SubscriptionChange | RenewalNotice) -> str:
        return row.subscription.company.name

    @admin.display(description=_("tjeneste"), ordering="subscription__service__name")
    def service(self, row: Charge | SubscriptionChange | RenewalNotice) -> str:
        return row.subscription.service.name


@admin.register(Charge)
class ChargeAdmin(FindsNames, OfSubscription, LookOnly, admin.ModelAdmin):
    list_display = ["company", "service", "variant", "kind", "period", "paying_firm", "monthly_price", "amount"]
    list_filter = ["kind", "subscription__service"]
    list_select_related = ["subscription__company", "subscription__service", "variant", "paying_firm"]
    search_fields = ["subscription__company__name", "subscription__company__org_number", "paying_firm__name"]
    ordering = ["-period", "-pk"]


@admin.register(SubscriptionChange)
class SubscriptionChangeAdmin(FindsNames, OfSubscription, LookOnly, admin.ModelAdmin):
    list_display = ["company", "service", "kind", "change_from", "change_to", "status", "effective_on", "asked_at"]
    list_filter = ["status", "kind", "subscription__service"]
    list_select_related = [
        "subscription__company", "subscription__service", "from_variant", "to_variant", "from_firm", "to_firm",
    ]  # fmt: skip
    search_fields = [
        "subscription__company__name", "subscription__company__org_number", "asking_firm__name", "answering_firm__name",
    ]  # fmt: skip
    date_hierarchy = "asked_at"
    ordering = ["-asked_at", "-pk"]

    @admin.display(description=_("fra"))
    def change_from(self, change: SubscriptionChange) -> str:
        return self.side(change, change.from_variant, change.from_firm, change.from_months)

    @admin.display(description=_("til"))
    def change_to(self, change: SubscriptionChange) -> str:
        return self.side(change, change.to_variant, change.to_firm, change.to_months)

    def side(self, change: SubscriptionChange, variant: Variant | None, firm: Firm | None, months: int | None) -> str:
        """A change names one thing; where it names no firm, the company pays."""
        return str(variant or months or firm or change.subscription.company)


@admin.register(RenewalNotice)
class RenewalNoticeAdmin(FindsNames, OfSubscription, LookOnly, admin.ModelAdmin):
    list_display = ["company", "service", "renews_on", "variant", "months", "paying_firm", "monthly_price", "posted_at"]
    list_filter = ["subscription__service", "months"]
    list_select_related = ["subscription__company", "subscription__service", "variant", "paying_firm"]
    search_fields = ["subscription__company__name", "subscription__company__org_number", "paying_firm__name"]
    date_hierarchy = "renews_on"
    ordering = ["-renews_on", "-pk"]
