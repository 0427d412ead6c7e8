"""Addresses of one's own page; allauth's own addresses come after these."""

from django.urls import path

from organisations.signing_in import views

app_name = "account"
urlpatterns = [
    path("", views.account_detail, name="detail"),
    path("enheter/<int:pk>/logg-ut/", views.session_end, name="session-end"),
    path("bekreft/kode/", views.reauthenticate_by_code, name="reauthenticate-by-code"),
]
