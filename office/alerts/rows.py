"""The signed-in person's alerts: their number in the header, and one page of their list."""

from dataclasses import dataclass

from collaboration.alert_words import AlertLine, describe
from collaboration.alerts import alerts_of
from ground.paging import Sort, get_page
from office.query import query_string
from organisations.places.requests import FirmRequest

PAGE_SIZE = 50
NEWEST_FIRST = Sort("created_at", descending=True)


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
