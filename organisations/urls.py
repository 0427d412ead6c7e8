"""Addresses for switching firm or company, for the language, and for answers to invitations."""

from django.urls import path

from organisations.invitations import views as invitation_views
from organisations.places import views

app_name = "organisations"
urlpatterns = [
    path("sprak/", views.language, name="language"),
    path("hjelp/", views.help_page, name="help"),
    path("bytt/byra/", views.firm_switch, name="firm-switch"),
    path("bytt/selskap/", views.company_switch, name="company-switch"),
    path("invitasjon/", invitation_views.invitation, name="invitation"),
    path("invitasjon/ikke-meg/", invitation_views.invitation_not_me, name="invitation-not-me"),
    path("invitasjon/<str:token>/", invitation_views.invitation_link, name="invitation-link"),
    path("invitasjon/<str:token>/ikke-meg/", invitation_views.invitation_not_me_link, name="invitation-not-me-link"),
    path("tilbud/invitasjon/<int:pk>/ta-imot/", invitation_views.invitation_accept, name="invitation-accept"),
    path("tilbud/invitasjon/<int:pk>/takk-nei/", invitation_views.invitation_decline, name="invitation-decline"),
]
