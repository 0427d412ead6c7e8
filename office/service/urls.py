"""The firm's pages about one service of one client."""

from django.urls import include, path

from office.agreements import change_task, changing, ending, receipt
from office.requests import repair, wizard
from office.service import views

app_name = "collaboration"

service = [
    path("", views.service_detail, name="service-detail"),
    path("apne/", views.service_open, name="service-open"),
    path("aktiver/", wizard.activation_start, name="activation-start"),
    path("aktiver/avtale/", wizard.activation_agreement, name="activation-agreement"),
    path("aktiver/kontroller/", wizard.activation_check, name="activation-check"),
    path("aktiver/forkast/", wizard.activation_discard, name="activation-discard"),
    path("send-pa-nytt/", repair.activation_resend, name="activation-resend"),
    path("rett-adressen/", repair.activation_correct_address, name="activation-correct-address"),
    path("endre/", repair.activation_change, name="activation-change"),
    path("videresend/<str:answer>/", repair.forward_answer, name="forward-answer"),
    path("oppgave/", change_task.collaboration_change_task, name="collaboration-change-task"),
    path("variant/", changing.subscription_change_variant, name="subscription-change-variant"),
    path("fakturamottaker/", changing.subscription_change_payer, name="subscription-change-payer"),
    path("periode/", changing.subscription_change_period, name="subscription-change-period"),
    path("endringer/<int:pk>/", changing.change_answer, name="change-answer"),
    path("endringer/<int:pk>/ta-tilbake/", changing.change_take_back, name="change-take-back"),
    path("avslutt/", ending.collaboration_end, name="collaboration-end"),
    path("si-opp/", ending.subscription_cancel, name="subscription-cancel"),
    path("gjenoppta/", ending.subscription_resume, name="subscription-resume"),
    path("bevis/<int:receipt>/", receipt.receipt_detail, name="receipt-detail"),
    path("bevis/<int:receipt>.pdf", receipt.receipt_pdf, name="receipt-pdf"),
    path("trekk-tilbake/", views.activation_withdraw, name="activation-withdraw"),
    path("start-pa-nytt/", views.activation_restart, name="activation-restart"),
]
urlpatterns = [path("kunder/<int:number>/samarbeid/<slug:code>/", include(service))]
