"""The catalogue, and the companies with their users and agreements."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ground.lines import AnyLineField
from history.admin import FindsNames, LookOnly
from organisations.forms.admin_fields import TEXTS
from subscriptions.models import Feature, Price, Service, Terms, Variant


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
