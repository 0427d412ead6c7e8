"""The two numbers in the firm's header: what needs something done, and alerts that are not read."""

from functools import cache

from django.db import connection
from django.db.models import Func, IntegerField, QuerySet, Subquery
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from collaboration.alerts import alerts_of
from office.collaborations.rows import asking
from organisations.models import Employee

MOST_COUNTED = 99
EMPLOYEE, FIRM, USER = -1, -2, -3  # no row has such an id


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
    statement, values = write_counts(employee.client_access)
    ids = {EMPLOYEE: employee.pk, FIRM: employee.firm_id, USER: employee.user_id}
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids.get(value, value) for value in values])
        asked, unread = cursor.fetchone()
    return in_header(asked), in_header(unread)


@cache
def write_counts(client_access: str) -> tuple[str, tuple]:
    """The query as SQL with its values, in which EMPLOYEE, FIRM and USER stand for the ids of who looks.

    Written once for those who see all clients and once for the others: Django takes far longer to write it than
    PostgreSQL to answer, and it stands on every page. The hour is the database's.
    """
    anybody = Employee(pk=EMPLOYEE, firm_id=FIRM, user_id=USER, client_access=client_access)
    some = MOST_COUNTED + 1
    counts = Employee.objects.filter(pk=EMPLOYEE).values_list(
        CountOf(asking(anybody, at=Now()), most=some), CountOf(alerts_of(anybody).unread(), most=some)
    )
    return counts.query.sql_with_params()


def in_header(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
