"""The day that a company chooses to be the first without a firm."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration import actions
from organisations.refusals import NotAllowed


class LastDayForm(forms.Form):
    fra = forms.DateField(
        label=_("Første dag uten byrået"),
        widget=forms.DateInput(attrs={"type": "date", "class": "narrow"}, format="%Y-%m-%d"),
        error_messages={"required": _("Velg en dag."), "invalid": _("Datoen er ikke gyldig.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["fra"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()

    def clean_fra(self) -> date:
        try:
            actions.check_last_day(self.cleaned_data["fra"], today=self.today)
        except NotAllowed as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        return self.cleaned_data["fra"]
