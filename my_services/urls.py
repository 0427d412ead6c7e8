"""The customer's pages. They act for one company: settings.PLACES."""

from django.urls import URLPattern, URLResolver, include, path

from my_services import views

app_name = "my_services"

request: list[URLPattern | URLResolver] = [
    path("", views.activation_detail, name="activation-detail"),
    path("godkjenn/", views.activation_approve, name="activation-approve"),
    path("avsla/", views.activation_decline, name="activation-decline"),
    path("videresend/", views.activation_forward, name="activation-forward"),
]
agreement: list[URLPattern | URLResolver] = [
    path("", views.service_detail, name="service-detail"),
    path("variant/", views.subscription_change_variant, name="subscription-change-variant"),
    path("fakturamottaker/", views.subscription_change_payer, name="subscription-change-payer"),
    path("periode/", views.subscription_change_period, name="subscription-change-period"),
    path("endringer/<int:pk>/", views.change_answer, name="change-answer"),
    path("endringer/<int:pk>/ta-tilbake/", views.change_take_back, name="change-take-back"),
    path("si-opp/", views.subscription_cancel, name="subscription-cancel"),
    path("gjenoppta/", views.subscription_resume, name="subscription-resume"),
]
pages: list[URLPattern | URLResolver] = [
    path("", views.overview, name="overview"),
    path("foresporsler/<int:pk>/", include(request)),
    path("samarbeid/<int:pk>/avslutt/", views.collaboration_end, name="collaboration-end"),
    path("samarbeid/<int:pk>/fortsett/", views.collaboration_take_back_end, name="collaboration-take-back-end"),
    path("tjenester/<slug:code>/", include(agreement)),
    path("bestill/", views.order_list, name="order-list"),
    path("bestill/<slug:code>/", views.order_create, name="order-create"),
    path("bevis/<int:number>/", views.receipt_detail, name="receipt-detail"),
    path("bevis/<int:number>.pdf", views.receipt_pdf, name="receipt-pdf"),
    path("kostnader/", views.charge_list, name="charge-list"),
    path("kostnader/eksport.<slug:kind>", views.charge_export, name="charge-export"),
    path("tjenester/<slug:code>/apne/", views.service_open, name="service-open"),
]
urlpatterns = [path("mine-tjenester/", include(pages))]
