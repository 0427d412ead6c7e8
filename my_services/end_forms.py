"""The day that a company chooses to be the last with a firm."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration import actions
from ground.refusals import NotAllowed


class LastDayForm(forms.Form):
    siste = forms.DateField(
        label=_("Siste dag med byrået"),
        widget=forms.DateInput(attrs={"type": "date", "class": "narrow"}, format="%Y-%m-%d"),
        error_messages={"required": _("Velg en dag."), "invalid": _("Datoen er ikke gyldig.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["siste"].widget.attrs["min"] = today.isoformat()

    def clean_siste(self) -> date:
        try:
            actions.check_last_day(self.cleaned_data["siste"], today=self.today)
        except NotAllowed as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        return self.cleaned_data["siste"]

    @property
    def first_day_without(self) -> date | None:
        """As the deed takes it, of a valid form; None where nothing is typed, or nothing that can be."""
        return self.cleaned_data["siste"] + timedelta(days=1) if self.is_bound and self.is_valid() else None
