"""Agreements, with what they charge and who may open them; the form that records one made outside the portal."""

from datetime import date

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agreements.actions.record_agreement import NOT_CONFIRMED, check_renewal_day, record_agreement
from ground.refusals import NotAllowed
from history.admin import FindsNames, LookOnly
from organisations.models import User
from subscriptions.models import Charge, Price, ServiceAccess, Subscription, Variant


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
                self.add_error("company", str(NOT_CONFIRMED))
            elif company and Subscription.objects.of(company).active().filter(service=variant.service).exists():
                self.add_error("variant", _("Selskapet har allerede et abonnement på tjenesten."))
        if first_day and renews_on:
            self.check_renewal_day(first_day, renews_on)
        return answers

    def check_renewal_day(self, first_day: date, renews_on: date) -> None:
        try:
            check_renewal_day(first_day, renews_on)
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
        subscription = record_agreement(
            company=obj.company,
            variant=obj.variant,
            paying_firm=obj.paying_firm,
            months=obj.period_months,
            first_day=obj.started_on,
            renews_on=obj.renews_on,
            by=request.user,
        )
        obj.pk = subscription.pk
