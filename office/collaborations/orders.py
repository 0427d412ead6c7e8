"""The orders of the list of requests and collaborations. What has no value comes last, whichever way it is sorted."""

from datetime import UTC, datetime

from django.db.models import Case, DateTimeField, F, IntegerField, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from collaboration.progress.states import WAITS, State
from ground.paging import Sort
from office.list_pages import SortColumn, sorts_by

NEWEST_FIRST = Sort("started_at", descending=True)
ORDERS = {
    "client": sorts_by(_("Kunde"), "client_name"),
    "state": sorts_by(_("Status"), "state_place"),
    "sent": SortColumn(_("Sendt"), Sort("sent_or_last"), Sort("sent_or_first", descending=True)),
    "last_day": SortColumn(_("Siste dag å svare"), Sort("expiry_or_last"), Sort("expiry_or_first", descending=True)),
}

AFTER_ALL, BEFORE_ALL = (Value(datetime(year, 1, 1, tzinfo=UTC)) for year in (9000, 1000))
STATE_PLACE = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(State)), output_field=IntegerField()
)
HAS_LAST_DAY = [*WAITS, State.EXPIRED]  # the states in which a line shows it


def expiry_or(otherwise: Value) -> Case:
    has_one = When(state__in=HAS_LAST_DAY, expires_at__isnull=False, then=F("expires_at"))
    return Case(has_one, default=otherwise, output_field=DateTimeField())


KEYS = {
    "client_name": F("client__sort_name"),
    "state_place": STATE_PLACE,
    "sent_or_last": Coalesce("requested_at", AFTER_ALL),
    "sent_or_first": Coalesce("requested_at", BEFORE_ALL),
    "expiry_or_last": expiry_or(AFTER_ALL),
    "expiry_or_first": expiry_or(BEFORE_ALL),
}
