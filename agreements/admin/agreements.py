"""Agreements, with what they charge and who may open them; the form that records one made outside the portal."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.actions.record_agreement import (
    check_untouched,
    correct_agreement,
    foretell_recorded,
    record_agreement,
    take_back_agreement,
)
from agreements.words.outlook import Coming, fingerprint
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed, perform, show_refusal
from history.admin import FindsNames, LookOnly
from history.admin_forms import LookedOver, LooksFirst, SavesByDeed
from organisations.models import User
from subscriptions.models import Charge, ServiceAccess, Subscription, Variant


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


class AgreementForm(LookedOver, forms.ModelForm):
    """An agreement made outside the portal, as it stands today. Whether it can be so is the deed's own rule."""

    variant = VariantField(Variant.objects.select_related("service"), label=_("variant"))
    period_months = forms.TypedChoiceField(
        label=_("avtaleperiode i måneder"), choices=[(months, str(months)) for months in (1, 3, 12)], coerce=int
    )
    renews_on = forms.DateField(
        label=_("fornyes"),
        required=False,
        widget=AdminDateWidget(),
        help_text=_("Den første dagen som ikke er betalt. Tomt når tjenesten er gratis og aldri fornyes."),
    )

    by: User  # who fills it in

    def clean(self) -> dict:
        super().clean()
        self.coming: list[Coming] = []
        if not self.errors:
            try:
                self.coming = foretell_recorded(self.recorded, today=oslo_date(database_clock()), **self.what())
            except NotAllowed as refusal:
                show_refusal(self, refusal)
        return self.cleaned_data

    @property
    def recorded(self) -> Subscription | None:
        """What is corrected; None: a new one."""
        return Subscription.objects.get(pk=self.instance.pk) if self.instance.pk else None

    def what(self) -> dict[str, Any]:
        """What the deed is told."""
        answers = self.cleaned_data
        about = {} if self.instance.pk else {"company": answers["company"]}
        return about | {
            "variant": answers["variant"],
            "paying_firm": answers["paying_firm"],
            "months": answers["period_months"],
            "first_day": answers["started_on"],
            "renews_on": answers["renews_on"],
            "by": self.by,
        }

    def foretell(self) -> list[str]:
        """The outlook of the agreement, as the payer reads it."""
        told = [f"{date_format(one.day)}: {one.sentence}" if one.day else one.sentence for one in self.coming]
        return told or [gettext("Ingenting blir fakturert.")]

    def foretold_facts(self) -> str:
        return fingerprint(self.coming)

    def _post_clean(self) -> None:
        """Leave the instance as it is: the deed writes it, under its locks."""


@admin.register(Subscription)
class SubscriptionAdmin(LooksFirst, SavesByDeed, FindsNames, admin.ModelAdmin):
    """Recorded here when it was made outside the portal, and corrected or taken back while nothing was charged.

    After that it is changed only by the parties' own deeds.
    """

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

    def get_readonly_fields(self, request: HttpRequest, obj: Subscription | None = None) -> list[str]:
        return ["company", "terms", "cancelled_on", "last_day", "version"] if obj else []

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        form.by = request.user
        return form

    def get_inlines(self, request: HttpRequest, obj: Subscription | None) -> list:
        return self.inlines if obj else []

    @admin.display(description=_("siste dag"), ordering="ended_on")
    def last_day(self, obj: Subscription) -> date | None:
        return obj.last_day

    def has_change_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        """Of one as it was recorded."""
        if obj is None or not super().has_change_permission(request, obj):
            return False
        try:
            check_untouched(obj)
        except NotAllowed:
            return False
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse | TemplateResponse:
        """Take it back, after a page that asks whether to."""
        subscription = self.get_object(request, unquote(object_id))
        if subscription is None:
            raise Http404
        if not self.has_delete_permission(request, subscription):
            raise PermissionDenied
        if request.method != "POST":
            shown = {"title": _("Ta avtalen tilbake"), "subscription": subscription, "opts": self.opts}
            context = {**self.admin_site.each_context(request), **shown}
            return TemplateResponse(request, "admin/agreements/take_back.html", context)
        assert isinstance(request.user, User)
        perform(
            request, take_back_agreement, done=gettext("Avtalen er tatt tilbake."), subscription=subscription,
            by=request.user,
        )  # fmt: skip
        return redirect("admin:subscriptions_subscription_changelist")

    def save_model(self, request: HttpRequest, obj: Subscription, form: AgreementForm, change: bool) -> None:
        if change:
            correct_agreement(subscription=obj, **form.what())
        else:
            obj.pk = record_agreement(**form.what()).pk
