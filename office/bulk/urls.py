"""Addresses of the runs."""

from django.urls import path

from office.bulk import views

runs = [
    path("", views.bulk_list, name="bulk-list"),
    path("ny/", views.bulk_begin, name="bulk-begin"),
    path("<int:pk>/", views.bulk_detail, name="bulk-detail"),
    path("<int:pk>/valg/", views.bulk_choose, name="bulk-choose"),
    path("<int:pk>/framdrift/", views.bulk_progress, name="bulk-progress"),
    path("<int:pk>/kjor/", views.bulk_start, name="bulk-start"),
    path("<int:pk>/forkast/", views.bulk_discard, name="bulk-discard"),
    path("<int:pk>/pa-nytt/", views.bulk_retry, name="bulk-retry"),
    path("<int:pk>/angre/", views.bulk_undo, name="bulk-undo"),
    path("<int:pk>/send-na/", views.bulk_send_now, name="bulk-send-now"),
    path("<int:pk>/resultat.<slug:kind>", views.bulk_export, name="bulk-export"),
]
