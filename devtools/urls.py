"""Addresses that exist only in the demo."""

from django.urls import path

from devtools import views

app_name = "devtools"
urlpatterns = [
    path("epost/", views.mail_list, name="mail-list"),
    path("epost/innboks.json", views.inbox, name="inbox"),
    path("epost/<slug:name>/", views.mail_detail, name="mail-detail"),
    path("epost/<slug:name>/html/", views.mail_html, name="mail-html"),
    path("demo/tjeneste/<slug:code>/", views.service_arrival, name="service-arrival"),
]
