"""The signed-in person's alerts: their number in the header, and one page of their list."""

from dataclasses import dataclass

from django.utils.functional import SimpleLazyObject

from collaboration.alert_words import AlertLine, describe
from collaboration.alerts import alerts_of
from ground.paging import Sort, get_page
from office.clients.rows import query_string
from organisations.models import Employee
from organisations.places.requests import FirmRequest

MOST_COUNTED = 99
PAGE_SIZE = 50
NEWEST_FIRST = Sort("created_at", descending=True)


def unread_alerts(request: FirmRequest) -> dict:
    """Context processor of the pages with the firm's navigation. The number is asked for only where it is drawn."""
    shown = getattr(request, "shown", None)
    return {"unread_alerts": SimpleLazyObject(lambda: count_unread(shown.employee))} if shown is not None else {}


def count_unread(employee: Employee) -> str:
    """The number as the header writes it: empty for none, "99+" for more than are counted."""
    count = alerts_of(employee).unread().order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


@dataclass(frozen=True)
class AlertList:
    """One page of the list. `newest` is the id up to which "Les alle" reaches."""

    lines: list[AlertLine]
    newest: int | None
    previous_url: str
    next_url: str


def find_alerts(request: FirmRequest) -> AlertList:
    alerts = alerts_of(request.employee)
    newest = (
        alerts.order_by("-pk").values_list("pk", flat=True).first()
    )  # first: what comes meanwhile is not on the page
    page = get_page(
        alerts, NEWEST_FIRST, after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=PAGE_SIZE
    )
    return AlertList(
        lines=[describe(alert) for alert in page.rows],
        newest=newest,
        previous_url=query_string(before=page.before) if page.before else "",
        next_url=query_string(after=page.after) if page.after else "",
    )
