"""Addresses that exist only in the demo."""

app_name = "devtools"
urlpatterns = []
