"""What one looks for in the list of clients, and how one wants to be told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ground.lines import AnyLineField
from organisations.models import Employee


class ClientFilterForm(forms.Form):
    """Search and filter by GET; what makes no sense is left out, not complained about."""

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
        """What was asked for and makes sense."""
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
    """The newest alert that the page knew of: what came after it has not been seen."""

    # The page writes it as hidden, and organisations.forms.typed tells nobody of what was hidden
    up_to = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
