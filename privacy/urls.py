"""The address of one's own data."""

from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [path("", views.own_data, name="own-data")]
