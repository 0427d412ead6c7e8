"""What one looks for in the list of clients, and the columns that one chooses."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import CharField, F, IntegerField, Value
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ground.lines import AnyLineField
from ground.names import NorwegianOrder
from office.filter_form import FilterMixin
from organisations.bilingual import in_the_readers_language
from organisations.models import Employee
from subscriptions.models import Service

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


@dataclass(frozen=True)
class ServiceName:
    """As much of a service as the list shows."""

    pk: int
    code: str
    name: str


@dataclass(frozen=True)
class Choices:
    """What the firm's lists can be filtered by: its people and task types, in Norwegian order, and the services."""

    services: list[ServiceName] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)
    task_types: list[tuple[str, str]] = field(default_factory=list)


def find_choices(employee: Employee) -> Choices:
    """The choices of the employee's firm, from one query."""
    found = Choices()
    services, people = Service.objects.all(), Employee.objects.visible_to(employee)
    rows = as_choices(services, "service", name=F("name"), code=F("code"), position=F("position")).union(
        as_choices(people, "person", name=F("user__name")),
        as_choices(employee.firm.task_types.all(), "type", name=F("name"), code=F("name_en")),
        all=True,
    )
    for kind, pk, code, name, *_order in rows.order_by("place", "order", "key"):
        if kind == "service":
            found.services.append(ServiceName(pk, code, name))
        elif kind == "person":
            found.people.append((str(pk), name))
        else:
            found.task_types.append((str(pk), in_the_readers_language(name, code)))
    return found


def as_choices(rows, kind: str, *, name: F, code: Any = None, position: Any = None):
    """The rows as kind, key, code, name and what orders them."""
    text = CharField()
    return (
        rows.order_by()
        .values_list(
            Value(kind, output_field=text),
            F("pk"),
            Value("", output_field=text) if code is None else code,
            name,
        )
        .annotate(
            key=F("pk"),
            place=Value(0, output_field=IntegerField()) if position is None else position,
            order=NorwegianOrder(name),
        )
    )


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

    def __init__(self, query: QueryDict, *, choices: Choices) -> None:
        super().__init__(query)
        found = {
            "manager": [("", _("Alle")), (ME, _("Meg")), (NOBODY, _("Ingen")), *choices.people],
            "task_type": [("", _("Alle")), (NOBODY, _("Uten åpen oppgave")), *choices.task_types],
            "service": [("", _("Alle")), *((service.code, service.name) for service in choices.services)],
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
