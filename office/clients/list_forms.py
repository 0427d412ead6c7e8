"""What one looks for in the list of clients."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ground.lines import AnyLineField
from office.filter_form import FilterMixin


class ClientFilterForm(FilterMixin, forms.Form):
    q = AnyLineField(
        label=_("Søk"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Navn, nummer, org.nr. eller kontakt"), "autocomplete": "off"}
        ),
    )
    status = forms.ChoiceField(
        label=_("Kunder"),
        required=False,
        choices=[("", _("Aktive")), ("all", _("Alle")), ("inactive", _("Deaktiverte"))],
    )
