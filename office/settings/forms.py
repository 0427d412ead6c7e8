"""Forms of the firm's settings."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import TaskType
from ground.lines import LineField
from ground.phone import PhoneField
from organisations.actions import LAST_REMINDER_DAY, MOST_REMINDERS
from organisations.forms.addresses import AddressField
from organisations.models import Firm

LARGEST_FIRST_NUMBER = 9_999_999  # far enough below what a card may hold that the next ones fit too


class FirmForm(forms.ModelForm):
    class Meta:
        model = Firm
        fields = ("name", "email", "phone")
        field_classes = {"name": LineField, "email": AddressField, "phone": PhoneField}
        error_messages = {"name": {"required": _("Skriv byråets navn.")}}
        help_texts = {"phone": _("Vises når den som spør, ikke har et eget telefonnummer.")}

    def _post_clean(self) -> None:
        """Leave the instance as it is: the action writes it, under its locks."""


class ReminderPlanForm(forms.Form):
    reminder_days = forms.CharField(
        label=_("Påminn etter så mange dager"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"class": "narrow", "autocomplete": "off"}),
        help_text=_("Inntil fem tall fra 1 til 30, med komma mellom. La feltet stå tomt hvis ingen skal påminnes."),
    )
    says_optional = False

    def clean_reminder_days(self) -> list[int]:
        typed = [part for part in re.split(r"[\s,;]+", self.cleaned_data["reminder_days"]) if part]
        if not all(part.isascii() and part.isdecimal() and 1 <= int(part) <= LAST_REMINDER_DAY for part in typed):
            raise forms.ValidationError(_("Skriv tall fra 1 til 30 med komma mellom, for eksempel 3, 7, 14."))
        days = sorted({int(part) for part in typed})
        if len(days) > MOST_REMINDERS:
            raise forms.ValidationError(_("Planen kan ha høyst fem påminnelser."))
        return days


class ClientNumbersForm(forms.Form):
    first_client_number = forms.IntegerField(
        label=_("Første kundenummer"),
        min_value=1,
        max_value=LARGEST_FIRST_NUMBER,
        widget=forms.TextInput(attrs={"class": "narrow", "inputmode": "numeric"}),
        help_text=_("Nye kunder får det laveste ledige nummeret fra og med dette."),
        error_messages={
            "required": _("Skriv det første kundenummeret."),
            "invalid": _("Kundenummeret skal være et helt tall."),
        },
    )


class TaskTypeForm(forms.ModelForm):
    class Meta:
        model = TaskType
        fields = ("name", "name_en")
        field_classes = {"name": LineField, "name_en": LineField}
        error_messages = {"name": {"required": _("Skriv hva oppgavetypen heter.")}}

    def _post_clean(self) -> None:
        """Leave the instance as it is: the action writes it, under its locks."""
