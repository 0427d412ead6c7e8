"""What one looks for in the list of clients, and the columns that one chooses."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ground.lines import AnyLineField
from office.filter_form import FilterMixin
from office.list_choices import ListChoices

ME, NOBODY = "me", "none"
STATES = [
    ("none", _("Ikke aktivert")),
    ("draft", _("Utkast")),
    ("waiting", _("Venter på kunden")),
    ("handling", _("Trenger handling")),
    ("active", _("Aktiv")),
    ("ended", _("Avsluttet")),
]
PAYERS = [("company", _("Kunden betaler")), ("firm", _("Byrået betaler"))]
COLUMNS = {
    "manager": _("Kundeansvarlig"),
    "task": _("Neste oppgave"),
    "payer": _("Fakturamottaker"),
    "renewal": _("Fornyes"),
    "changed": _("Sist endret"),
}
STANDARD_COLUMNS = ("changed",)


class ClientFilterForm(FilterMixin, forms.Form):
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
    manager = forms.ChoiceField(label=_("Kundeansvarlig"), required=False)
    task_type = forms.ChoiceField(label=_("Åpen oppgave"), required=False)
    service = forms.ChoiceField(label=_("Tjeneste"), required=False)
    state = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Alle")), *STATES])
    payer = forms.ChoiceField(label=_("Fakturamottaker"), required=False, choices=[("", _("Alle")), *PAYERS])

    def __init__(self, query: QueryDict, *, choices: ListChoices) -> None:
        super().__init__(query)
        found = {
            "manager": [("", _("Alle")), (ME, _("Meg")), (NOBODY, _("Ingen")), *choices.people],
            "task_type": [("", _("Alle")), (NOBODY, _("Uten åpen oppgave")), *choices.task_types],
            "service": [("", _("Alle")), *choices.service_choices],
        }
        for name, values in found.items():
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = values

    def chips(self) -> list[tuple[str, str, str]]:
        """What the list is filtered by: field, what the field is called, and the value in words."""
        told = []
        for name, value in self.answers.items():
            chosen: Any = self.fields[name]
            words = dict(chosen.choices)[value] if hasattr(chosen, "choices") else value
            told.append((name, str(chosen.label), str(words)))
        return told


def chosen_columns(query: QueryDict) -> tuple[str, ...]:
    """The columns that the address names; the standard ones where it names none."""
    if "columns" not in query:
        return STANDARD_COLUMNS
    return tuple(name for name in COLUMNS if name in query.getlist("columns"))
