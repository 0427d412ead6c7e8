"""The fields of the admin's forms, which clean text as those of the other pages do."""

from typing import Any

from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models

from ground.lines import LineField, LinesField
from organisations.forms.addresses import AddressField

# For `formfield_overrides`. What stands in a URL has letters of its own.
TEXTS: dict[Any, dict[str, Any]] = {
    models.CharField: {"form_class": LineField},
    models.TextField: {"form_class": LinesField},
    models.EmailField: {"form_class": AddressField},
    models.SlugField: {"widget": AdminTextInputWidget},
}
