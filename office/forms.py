"""What one looks for in the list of clients."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClientFilterForm(forms.Form):
    """Search and filter by GET; what makes no sense is left out, not complained about."""

    says_optional = False

    q = forms.CharField(
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
        """What was asked for and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
