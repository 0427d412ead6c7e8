"""Changing the firm or company that one works in."""

from django.urls import path

from organisations import views

app_name = "organisations"
urlpatterns = [
    path("bytt/byra/", views.firm_switch, name="firm-switch"),
    path("bytt/selskap/", views.company_switch, name="company-switch"),
]
