"""The catalogue, and the companies with their users and agreements."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ground.amounts import AmountField
from ground.clock import database_clock, oslo_date
from ground.lines import AnyLineField
from ground.money import format_nok
from ground.refusals import NotAllowed
from history.admin import FindsNames, LookOnly
from history.admin_forms import LookedOver, LooksFirst, SavesByDeed
from organisations.forms.admin_fields import TEXTS
from organisations.models import User
from subscriptions.actions.catalogue import (
    check_door,
    check_price,
    check_set,
    in_force_already,
    keep_row,
    lock_catalogue,
    remove_row,
)
from subscriptions.models import Feature, Price, Service, Terms, Variant


class KeepsRows:
    """Mixin of an admin of the catalogue: its forms are checked under the catalogue's lock, and deeds keep the rows."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            if request.method == "POST":
                lock_catalogue()
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        keep_row(row=obj, by=cast(User, request.user))

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            remove_row(row=row, by=cast(User, request.user))
        for row in rows:
            keep_row(row=row, by=cast(User, request.user))
        formset.save_m2m()


class VariantRow(forms.ModelForm):
    """One of a set that is checked as a set: two may swap what only one may have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True  # it stands in addresses

    def validate_unique(self) -> None:
        pass

    def validate_constraints(self) -> None:
        pass


class VariantSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        kept = [form.instance for form in self.forms if form.instance.pk or form.has_changed()]
        try:
            check_set(self.instance, kept)
        except NotAllowed as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class VariantInline(admin.TabularInline):
    model = Variant
    extra = 0
    form = VariantRow
    formset = VariantSet
    can_delete = False  # agreements, receipts and requests name it
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

    def clean_url(self) -> str:
        try:
            check_door(self.cleaned_data["url"])
        except NotAllowed as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        return self.cleaned_data["url"]


@admin.register(Service)
class ServiceAdmin(KeepsRows, SavesByDeed, FindsNames, admin.ModelAdmin):
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


class PriceRow(forms.ModelForm):
    """A price whose day has come is shown, and stays."""

    class Meta:
        field_classes = {"per_month": AmountField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = oslo_date(database_clock())
        if self.is_fact:
            for field in self.fields.values():
                field.disabled = True

    @property
    def is_fact(self) -> bool:
        return bool(self.instance.pk) and Price.objects.filter(pk=self.instance.pk, valid_from__lte=self.today).exists()

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if not self.errors and not self.is_fact and self.has_changed() and self.instance.variant_id:
            price = Price(pk=self.instance.pk, variant_id=self.instance.variant_id, **only_columns(answers))
            try:
                check_price(price, None, today=self.today)
            except NotAllowed as refusal:
                self.add_error(refusal.field or None, refusal.sentence)
        return answers


def is_removed(form: Any) -> bool:
    return bool(form.cleaned_data.get("DELETE")) if hasattr(form, "cleaned_data") else False


def only_columns(answers: dict[str, Any]) -> dict[str, Any]:
    return {name: answers[name] for name in ("months", "per_month", "valid_from")}


class PriceSet(LookedOver, forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        rows: list[Any] = self.forms
        if any(form.is_fact and is_removed(form) for form in rows):
            raise forms.ValidationError(in_force_already())

    def foretell(self) -> list[str]:
        """The prices that would be new."""
        return [
            gettext("%(months)s måneders avtale: %(price)s kr per måned eks. mva. fra %(day)s.")
            % {
                "months": form.cleaned_data["months"],
                "price": format_nok(form.cleaned_data["per_month"]),
                "day": date_format(form.cleaned_data["valid_from"]),
            }
            for form in self.new_prices
        ]

    def foretold_facts(self) -> str:
        return repr([sorted(only_columns(form.cleaned_data).items()) for form in self.new_prices])

    @property
    def new_prices(self) -> list[Any]:
        changed = [form for form in self.forms if form.has_changed() and not is_removed(form)]
        return [form for form in changed if "per_month" in form.cleaned_data]


class PriceInline(admin.TabularInline):
    model = Price
    extra = 0
    form = PriceRow
    formset = PriceSet
    ordering = ["months", "-valid_from"]


class VariantForm(LookedOver, forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        service = self.instance.service if self.instance.pk else answers.get("service")
        if service is None or self.errors:
            return answers
        others = list(service.variants.exclude(pk=self.instance.pk))
        own = {name: answers.get(name, getattr(self.instance, name)) for name in ("code", "rank", "is_firms_own")}
        try:
            check_set(service, [*others, Variant(**own)])
        except NotAllowed as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
        return answers

    def foretell(self) -> list[str]:
        return []

    def foretold_facts(self) -> str:
        return ""


@admin.register(Variant)
class VariantAdmin(LooksFirst, KeepsRows, SavesByDeed, FindsNames, admin.ModelAdmin):
    list_display = ["name", "service", "rank", "is_for_sale", "is_firms_own"]
    list_filter = ["service", "is_for_sale"]
    list_select_related = ["service"]
    search_fields = ["name", "code", "service__name"]
    autocomplete_fields = ["service"]
    inlines = [PriceInline]
    form = VariantForm
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
