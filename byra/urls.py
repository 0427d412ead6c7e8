"""Every address of the house. Which side a namespace belongs to stands in settings.PLACES."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from byra import health

urlpatterns = [
    path("helse/", health.health, name="health"),
    path("konto/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("", include("organisations.urls")),
    path("", include("office.urls")),
    path("", include("clients.urls")),
    path("", include("collaboration.urls")),
    path("", include("my_services.urls")),
]
if settings.DEMO:
    urlpatterns += [path("", include("devtools.urls"))]
