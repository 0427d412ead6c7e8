"""What the firm's lists can be filtered by."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from ground.names import NorwegianOrder
from organisations.bilingual import in_the_readers_language
from organisations.models import Employee, Firm, SavedView, StartView
from subscriptions.models import Service

Choice = tuple[str, str]
FIRMS = ExpressionWrapper(Q(owner=None), output_field=BooleanField())


@dataclass(frozen=True)
class NamedService:
    """As much of a service as a list shows."""

    pk: int
    code: str
    name: str


@dataclass(frozen=True)
class ListView:
    """A saved view as its tab and its line show it."""

    pk: int
    list: str
    name: str
    query: str
    is_firms: bool
    is_start: bool

    @property
    def address(self) -> str:
        return SavedView(list=self.list, query=self.query).address


@dataclass(frozen=True)
class ListChoices:
    """The firm's people and task types by id with their names, the services, and the saved views of who looks."""

    people: list[Choice]
    task_types: list[Choice]
    services: list[NamedService]
    views: list[ListView]

    @property
    def service_choices(self) -> list[Choice]:
        return [(service.code, service.name) for service in self.services]


def find_choices(employee: Employee) -> ListChoices:
    """The choices in the order in which they are shown, and the employee's saved views. One query."""
    firm = employee.firm
    people = Employee.objects.filter(firm=OuterRef("pk")).order_by(NorwegianOrder("user__name"), "pk")
    types = firm.task_types.model.objects.filter(firm=OuterRef("pk")).order_by(NorwegianOrder("name"), "pk")
    found = (
        Firm.objects.filter(pk=firm.pk)
        .annotate(
            people=as_array(people, key="pk", name="user__name"),
            types=as_array(types, key="pk", name="name", english="name_en"),
            services=as_array(Service.objects.all(), key="pk", code="code", name="name"),
            views=as_array(
                views_for(employee), key="pk", list="list", name="name", query="query", firms=FIRMS, start="is_start"
            ),
        )
        .values("people", "types", "services", "views")
        .get()
    )
    return ListChoices(
        people=[(str(row["key"]), row["name"]) for row in found["people"]],
        task_types=[(str(row["key"]), in_the_readers_language(row["name"], row["english"])) for row in found["types"]],
        services=[NamedService(row["key"], row["code"], row["name"]) for row in found["services"]],
        views=[
            ListView(row["key"], row["list"], row["name"], row["query"], row["firms"], row["start"])
            for row in found["views"]
        ],
    )


def views_for(employee: Employee) -> QuerySet[SavedView]:
    """The employee's saved views, the firm's first."""
    starts = StartView.objects.filter(view=OuterRef("pk"), employee=employee)
    views = SavedView.objects.visible_to(employee).annotate(is_start=Exists(starts))
    return views.order_by(F("owner").desc(nulls_first=True), "name", "pk")


def as_array(rows: QuerySet, **columns: Any) -> Any:
    """Expression: the rows in their order, each with these columns."""
    return ArraySubquery(rows.values(row=JSONObject(**columns)))
