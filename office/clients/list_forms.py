"""Forms of the list of clients and of the alerts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ground.lines import AnyLineField
from organisations.models import Employee


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


class AlertPreferenceForm(forms.Form):
    alert_emails = forms.ChoiceField(
        label=_("Når vil du ha varslene på e-post?"),
        choices=[
            (Employee.AlertEmails.AT_ONCE, _("Med en gang")),
            (Employee.AlertEmails.DAILY, _("Samlet én gang om dagen")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Velg når du vil ha varslene på e-post."),
            "invalid_choice": _("Velg når du vil ha varslene på e-post."),
        },
    )


class ReadAllForm(forms.Form):
    """The newest alert that the page showed: later ones have not been seen."""

    # The page writes it as hidden, and organisations.forms.typed tells nobody of what was hidden
    up_to = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
