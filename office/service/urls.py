"""The firm's pages about one service of one client."""

from django.urls import include, path

from collaboration import views

app_name = "collaboration"

service = [
    path("", views.service_detail, name="service-detail"),
    path("apne/", views.service_open, name="service-open"),
    path("aktiver/", views.activation_start, name="activation-start"),
    path("aktiver/avtale/", views.activation_agreement, name="activation-agreement"),
    path("aktiver/kontroller/", views.activation_check, name="activation-check"),
    path("aktiver/forkast/", views.activation_discard, name="activation-discard"),
    path("send-pa-nytt/", views.activation_resend, name="activation-resend"),
    path("rett-adressen/", views.activation_correct_address, name="activation-correct-address"),
    path("endre/", views.activation_change, name="activation-change"),
    path("videresend/<str:answer>/", views.forward_answer, name="forward-answer"),
    path("oppgave/", views.collaboration_change_task, name="collaboration-change-task"),
    path("variant/", views.subscription_change_variant, name="subscription-change-variant"),
    path("fakturamottaker/", views.subscription_change_payer, name="subscription-change-payer"),
    path("periode/", views.subscription_change_period, name="subscription-change-period"),
    path("endringer/<int:pk>/", views.change_answer, name="change-answer"),
    path("endringer/<int:pk>/ta-tilbake/", views.change_take_back, name="change-take-back"),
    path("avslutt/", views.collaboration_end, name="collaboration-end"),
    path("si-opp/", views.subscription_cancel, name="subscription-cancel"),
    path("gjenoppta/", views.subscription_resume, name="subscription-resume"),
    path("bevis/<int:receipt>/", views.receipt_detail, name="receipt-detail"),
    path("bevis/<int:receipt>.pdf", views.receipt_pdf, name="receipt-pdf"),
    path("trekk-tilbake/", views.activation_withdraw, name="activation-withdraw"),
    path("start-pa-nytt/", views.activation_restart, name="activation-restart"),
]
urlpatterns = [path("kunder/<int:number>/samarbeid/<slug:code>/", include(service))]
