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
    path("trekk-tilbake/", views.activation_withdraw, name="activation-withdraw"),
    path("start-pa-nytt/", views.activation_restart, name="activation-restart"),
]
urlpatterns = [path("kunder/<int:number>/samarbeid/<slug:code>/", include(service))]
