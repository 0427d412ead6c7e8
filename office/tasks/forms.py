"""What one looks for among the open tasks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models.task import DUE
from ground.lines import AnyLineField
from office.filter_form import FilterMixin
from office.list_choices import ListChoices
from office.list_pages import sort_choices
from office.tasks.orders import ORDERS
from organisations.models import Employee

EVERYBODY = "all"


class TaskFilterForm(FilterMixin, forms.Form):
    """The filters. Whose tasks is an administrator's to choose; anybody else sees those that he is on."""

    q = AnyLineField(
        label=_("Kunde"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Navn eller nummer"), "autocomplete": "off"}),
    )
    type = forms.ChoiceField(label=_("Oppgave"), required=False)
    due = forms.ChoiceField(label=_("Frist"), required=False, choices=[("", _("Alle")), *DUE.items()])
    person = forms.ChoiceField(label=_("Oppgavene til"), required=False)
    sort = forms.ChoiceField(required=False, choices=sort_choices(ORDERS), widget=forms.HiddenInput)

    def __init__(self, *args: Any, employee: Employee, choices: ListChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["type"].choices = [("", _("Alle")), *choices.task_types]
        if employee.is_administrator:
            others = [(pk, name) for pk, name in choices.people if pk != str(employee.pk)]
            fields["person"].choices = [("", _("Meg")), (EVERYBODY, _("Alle i byrået")), *others]
        else:
            del fields["person"]
