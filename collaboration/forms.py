"""Another receiver of a request, as either side names one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration.facts import is_employees_address
from collaboration.models import Activation
from collaboration.preflight import RECEIVER_IS_EMPLOYEE
from ground.lines import LineField
from organisations.forms.addresses import AddressField


class VersionField(forms.IntegerField):
    """Which version of something the page showed. Missing or malformed it is none, and the page counts as stale."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        try:
            return super().clean(value)
        except forms.ValidationError:
            return 0


class ReceiverForm(forms.Form):
    """Another receiver for a request that waits. `link_version` tells which receiver the page was written for."""

    link_version = VersionField()
    name = LineField(label=_("Navn"), max_length=150, error_messages={"required": _("Skriv navnet på mottakeren.")})
    email = AddressField(
        label=_("E-post"),
    )
    phone = LineField(label=_("Telefon"), max_length=30, required=False)

    def __init__(self, *args: Any, activation: Activation, **kwargs: Any) -> None:
        self.activation = activation
        kwargs["initial"] = {"link_version": activation.link_version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        return check_address(self.activation, self.cleaned_data["email"])


def check_address(activation: Activation, address: str) -> str:
    """Return the address; raises ValidationError for one of an employee of the firm."""
    if is_employees_address(activation.firm_id, address):
        raise forms.ValidationError(RECEIVER_IS_EMPLOYEE)
    return address
