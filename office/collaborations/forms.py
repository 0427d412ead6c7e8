"""Filters of the list of requests and collaborations."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from collaboration.progress.states import State
from ground.lines import AnyLineField
from office.collaborations.orders import ORDERS
from office.collaborations.rows import Reason
from office.filter_form import FilterMixin
from office.list_choices import ListChoices
from office.list_pages import sort_choices

AGES = [(str(days), format_lazy(_("Over {days} dager"), days=days)) for days in (3, 7, 14, 30)]
AGES.insert(0, ("0", _("Alle som venter")))
HANDLING = "handling"


class CollaborationFilterForm(FilterMixin, forms.Form):
    q = AnyLineField(
        label=_("Søk"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Kundens navn eller nummer"), "autocomplete": "off"}
        ),
    )
    state = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", ""), *State.choices], widget=forms.HiddenInput
    )
    service = forms.ChoiceField(label=_("Tjeneste"), required=False)
    task_type = forms.ChoiceField(label=_("Oppgave"), required=False)
    owner = forms.ChoiceField(label=_("Oppgaveansvarlig"), required=False)
    manager = forms.ChoiceField(label=_("Kundeansvarlig"), required=False)
    age = forms.ChoiceField(label=_("Har ventet"), required=False, choices=[("", _("Uansett")), *AGES])
    mine = forms.ChoiceField(required=False, choices=[("", ""), ("1", "")], widget=forms.HiddenInput)
    reason = forms.ChoiceField(required=False, choices=[("", ""), *Reason.choices], widget=forms.HiddenInput)
    vis = forms.ChoiceField(required=False, choices=[("", ""), (HANDLING, "")], widget=forms.HiddenInput)
    sort = forms.ChoiceField(required=False, choices=sort_choices(ORDERS), widget=forms.HiddenInput)

    def __init__(self, *args, choices: ListChoices, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        by_field = {
            "owner": choices.people,
            "manager": choices.people,
            "service": choices.service_choices,
            "task_type": choices.task_types,
        }
        for name, values in by_field.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Alle")), *values]
