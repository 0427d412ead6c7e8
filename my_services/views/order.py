"""Bestill: the company gets a service by itself."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collaboration import actions
from collaboration.models import Receipt
from collaboration.orders import Order, possible_orders, services_to_order
from collaboration.pages import compare_variants
from collaboration.scenarios import Scenario, Standing
from ground.clock import database_clock, oslo_date
from ground.money import format_nok
from ground.refusals import NotAllowed
from my_services.order_forms import OrderForm
from organisations.forms.kept import fill_in
from organisations.forms.sent import find_made, form_key
from organisations.places.requests import CompanyRequest
from organisations.signing_in.proofs import signed_in_by
from subscriptions.models import Price, Service, Subscription, Variant


@require_safe
def order_list(request: CompanyRequest) -> HttpResponse:
    """What can be ordered, and from which price."""
    services = services_to_order(request.company_user.company, day=oslo_date(database_clock()))
    context = {
        "services": [(service, lowest_price(prices)) for service, prices in services],
        "breadcrumbs": [(_("Mine tjenester"), reverse("my_services:overview")), (_("Bestill en tjeneste"), "")],
    }
    return render(request, "my_services/order_list.html", context)


def order_create(request: CompanyRequest, code: str) -> HttpResponse:
    """First the variant, where there is a choice; then period, price and terms on one page."""
    service, today = get_object_or_404(Service, code=code), oslo_date(database_clock())
    if made := find_made(
        Receipt.objects.of(request.company_user.company).with_names(),
        form_key(request),
        kept_as="receipt",
        column="number",
    ):
        return tell_of_order(request, made)
    try:
        orders = possible_orders(request.company_user.company, service, day=today)
    except NotAllowed as refusal:
        return refuse(request, service, refusal)
    variant = choose_variant(orders, request.POST.get("variant") or request.GET.get("variant", ""))
    if variant is None:
        return variant_page(request, service, orders, today)
    form = OrderForm([order for order in orders if order.variant == variant], today, request.POST or None)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        return place_order(request, service, form)
    has_choice = any(order.variant != variant for order in orders)
    return order_page(request, service, variant, form, has_choice=has_choice)


def choose_variant(orders: list[Order], code: str) -> Variant | None:
    """The one that was asked for, or the only one; None while there is a choice to make."""
    variants = {order.variant.code: order.variant for order in orders}
    return orders[0].variant if len(variants) == 1 else variants.get(code)


def place_order(request: CompanyRequest, service: Service, form: OrderForm) -> HttpResponse:
    """Order what the form shows; a refusal leads back to the page as it is now."""
    order = form.cleaned_data["order"]
    try:
        receipt = actions.order_subscription(
            variant=order.variant,
            months=order.months,
            by=request.company_user,
            shown=form.shown(order),
            accepts_terms=form.cleaned_data["accepts_terms"],
            signed_in_by=signed_in_by(request),
            form_key=form_key(request),
        )
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(order_url(service, order.variant))
    return tell_of_order(request, receipt)


def tell_of_order(request: CompanyRequest, receipt: Receipt) -> HttpResponse:
    variant = receipt.subscription.variant
    messages.success(request, _("Dere har bestilt %(service)s.") % {"service": variant.full_name})
    return redirect("my_services:service-detail", variant.service.code)


def refuse(request: CompanyRequest, service: Service, refusal: NotAllowed) -> HttpResponse:
    """To what the company has already, else to what it can order."""
    messages.info(request, refusal.sentence)
    if Subscription.objects.of(request.company_user.company).active().filter(service=service).exists():
        return redirect("my_services:service-detail", service.code)
    return redirect("my_services:order-list")


def variant_page(request: CompanyRequest, service: Service, orders: list[Order], today: date) -> HttpResponse:
    if request.method == "POST":
        messages.warning(request, _("Varianten er ikke til salgs. Velg en annen."))
        return redirect("my_services:order-create", service.code)
    by_code = {order.variant.code: order.variant for order in orders}
    variants = [
        variant | {"button": False, "action_label": "", "url": order_url(service, by_code[variant["code"]])}
        for variant in compare_variants(service, Standing(Scenario.KNOWN), today=today)
        if variant["code"] in by_code
    ]
    context = {"service": service, "variants": variants, "breadcrumbs": order_breadcrumbs(service)}
    return render(request, "my_services/order_variant.html", context)


def order_page(
    request: CompanyRequest, service: Service, variant: Variant, form: OrderForm, *, has_choice: bool
) -> HttpResponse:
    context: dict[str, Any] = {
        "service": service,
        "variant": variant,
        "has_choice": has_choice,
        "form": form,
        "rows": form.rows(request.company_user.company),
        "terms": form.any_order.terms,
        "breadcrumbs": order_breadcrumbs(service),
    }
    return render(request, "my_services/order_create.html", context)


def order_url(service: Service, variant: Variant) -> str:
    address = reverse("my_services:order-create", args=[service.code])
    return f"{address}?variant={variant.code}" if service.has_variants else address


def order_breadcrumbs(service: Service) -> list[tuple[str, str]]:
    return [
        (_("Mine tjenester"), reverse("my_services:overview")),
        (_("Bestill en tjeneste"), reverse("my_services:order-list")),
        (service.name, ""),
    ]


def lowest_price(prices: list[Price]) -> str:
    """From what the service costs a month, in words."""
    amounts = {price.per_month for price in prices}
    if amounts == {0}:
        return _("Gratis")
    words = _("%(price)s kr per måned eks. mva.") if len(amounts) == 1 else _("Fra %(price)s kr per måned eks. mva.")
    return words % {"price": format_nok(min(amounts))}
