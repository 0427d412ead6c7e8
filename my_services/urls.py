"""The customer's pages. They act for one company: settings.PLACES."""

from django.urls import URLPattern, URLResolver, include, path

from my_services import overview
from my_services.agreements import changing, charges, ending, order, receipt, service
from my_services.requests import answering, forward

app_name = "my_services"

request: list[URLPattern | URLResolver] = [
    path("", answering.activation_detail, name="activation-detail"),
    path("godkjenn/", answering.activation_approve, name="activation-approve"),
    path("avsla/", answering.activation_decline, name="activation-decline"),
    path("videresend/", forward.activation_forward, name="activation-forward"),
]
agreement: list[URLPattern | URLResolver] = [
    path("", service.service_detail, name="service-detail"),
    path("variant/", changing.subscription_change_variant, name="subscription-change-variant"),
    path("fakturamottaker/", changing.subscription_change_payer, name="subscription-change-payer"),
    path("periode/", changing.subscription_change_period, name="subscription-change-period"),
    path("endringer/<int:pk>/", changing.change_answer, name="change-answer"),
    path("endringer/<int:pk>/ta-tilbake/", changing.change_take_back, name="change-take-back"),
    path("si-opp/", ending.subscription_cancel, name="subscription-cancel"),
    path("gjenoppta/", ending.subscription_resume, name="subscription-resume"),
]
pages: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("foresporsler/<int:pk>/", include(request)),
    path("samarbeid/<int:pk>/avslutt/", ending.collaboration_end, name="collaboration-end"),
    path("samarbeid/<int:pk>/fortsett/", ending.collaboration_take_back_end, name="collaboration-take-back-end"),
    path("tjenester/<slug:code>/", include(agreement)),
    path("bestill/", order.order_list, name="order-list"),
    path("bestill/<slug:code>/", order.order_create, name="order-create"),
    path("bevis/<int:number>/", receipt.receipt_detail, name="receipt-detail"),
    path("bevis/<int:number>.pdf", receipt.receipt_pdf, name="receipt-pdf"),
    path("kostnader/", charges.charge_list, name="charge-list"),
    path("kostnader/eksport.<slug:kind>", charges.charge_export, name="charge-export"),
    path("tjenester/<slug:code>/apne/", overview.service_open, name="service-open"),
]
urlpatterns = [path("mine-tjenester/", include(pages))]
