"""What one looks for in the list of clients."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ground.lines import AnyLineField


class ClientFilterForm(forms.Form):
    """Search and filter of the list, by GET. Values that make no sense are left out without a complaint."""

    says_optional = False

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

    @property
    def answers(self) -> dict[str, str]:
        """The values that make sense, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
