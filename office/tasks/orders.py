"""The orders of the list of tasks. Tasks without a due date come last, whichever way it is sorted."""

from datetime import date

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ground.paging import Sort
from office.list_pages import SortColumn

DEFAULT_ORDER = "due"
ORDERS = {
    "task": SortColumn(_("Oppgave"), Sort("type_name"), Sort("type_name", descending=True)),
    "client": SortColumn(_("Kunde"), Sort("client_name"), Sort("client_name", descending=True)),
    "due": SortColumn(_("Frist"), Sort("due_or_last"), Sort("due_or_first", descending=True)),
    "opened": SortColumn(_("Åpnet"), Sort("opened_at"), Sort("opened_at", descending=True)),
}
KEYS = {
    "type_name": F("type__name"),
    "client_name": F("client__sort_name"),
    "due_or_last": Coalesce("due_on", Value(date.max)),
    "due_or_first": Coalesce("due_on", Value(date.min)),
}
