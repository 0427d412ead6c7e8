"""How one wants to be told, and up to which alert one has read."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.models import Employee


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
