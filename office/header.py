"""The two numbers in the firm's header: what needs something done, and alerts that are not read."""

from django.db.models import Func, IntegerField, QuerySet, Subquery
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from collaboration.alerts import alerts_of
from office.collaborations.rows import asking
from organisations.models import Employee

MOST_COUNTED = 99


class CountOf(Func):
    """The number of rows of a query, counted no further than to `most`."""

    template = "(SELECT COUNT(*) FROM %(expressions)s AS counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet, *, most: int) -> None:
        super().__init__(Subquery(rows.order_by().values("pk")[:most]))


def header_counts(request: HttpRequest) -> dict:
    """Context processor of the pages with the firm's navigation. The numbers are asked for only where they are drawn,
    both at once.
    """
    shown = getattr(request, "shown", None)
    if shown is None:
        return {}
    counts = SimpleLazyObject(lambda: count_for_header(shown.employee))
    return {
        "needs_action": SimpleLazyObject(lambda: counts[0]),
        "unread_alerts": SimpleLazyObject(lambda: counts[1]),
    }


def count_for_header(employee: Employee) -> tuple[str, str]:
    """As the header writes them: empty for none, "99+" for more than are counted."""
    some = MOST_COUNTED + 1
    counts = Employee.objects.filter(pk=employee.pk).values_list(
        CountOf(asking(employee, at=Now()), most=some), CountOf(alerts_of(employee).unread(), most=some)
    )
    asked, unread = counts.get()
    return in_header(asked), in_header(unread)


def in_header(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
