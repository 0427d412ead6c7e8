"""Addresses of the forms for clients, contacts and tasks."""

from django.urls import path

from office.clients import create_views
from office.clients import edit_views as views

app_name = "clients"

urlpatterns = [
    path("kunder/ny/", create_views.client_create, name="client-create"),
    path("kunder/<int:number>/kontakter/ny/", views.contact_create, name="contact-create"),
    path("kunder/<int:number>/kontakter/<int:pk>/", views.contact_edit, name="contact-edit"),
    path("kunder/<int:number>/kontakter/<int:pk>/slett/", views.contact_delete, name="contact-delete"),
    path("kunder/<int:number>/oppgaver/ny/", views.task_create, name="task-create"),
    path("kunder/<int:number>/oppgaver/<int:pk>/", views.task_edit, name="task-edit"),
]
