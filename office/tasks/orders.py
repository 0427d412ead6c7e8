"""The orders of the list of tasks. Tasks without a due date come last, whichever way it is sorted."""

from datetime import date

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ground.paging import Sort
from office.list_pages import SortColumn, sorts_by

DEFAULT_ORDER = "due"
ORDERS = {
    "task": sorts_by(_("Oppgave"), "type_name"),
    "client": sorts_by(_("Kunde"), "client_name"),
    "due": SortColumn(_("Frist"), Sort("due_or_last"), Sort("due_or_first", descending=True)),
    "opened": sorts_by(_("Åpnet"), "opened_at"),
}
KEYS = {
    "type_name": F("type__name"),
    "client_name": F("client__sort_name"),
    "due_or_last": Coalesce("due_on", Value(date.max)),
    "due_or_first": Coalesce("due_on", Value(date.min)),
}
