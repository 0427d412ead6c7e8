"""What the firm's lists can be filtered by."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from organisations.bilingual import in_the_readers_language
from organisations.models import Employee, Firm
from subscriptions.models import Service

Choice = tuple[str, str]


@dataclass(frozen=True)
class ListChoices:
    """Values with the words for them: the firm's people by id, its task types by id, the services by code."""

    people: list[Choice]
    task_types: list[Choice]
    services: list[Choice]


def find_choices(firm: Firm) -> ListChoices:
    """The choices in the order in which they are shown. One query."""
    people = Employee.objects.filter(firm=OuterRef("pk")).order_by("user__name", "pk")
    types = firm.task_types.model.objects.filter(firm=OuterRef("pk")).order_by("name")
    found = (
        Firm.objects.filter(pk=firm.pk)
        .annotate(
            people=as_array(people, key="pk", name="user__name"),
            types=as_array(types, key="pk", name="name", english="name_en"),
            services=as_array(Service.objects.all(), key="code", name="name"),
        )
        .values("people", "types", "services")
        .get()
    )
    return ListChoices(
        people=[(str(row["key"]), row["name"]) for row in found["people"]],
        task_types=[(str(row["key"]), in_the_readers_language(row["name"], row["english"])) for row in found["types"]],
        services=[(row["key"], row["name"]) for row in found["services"]],
    )


def as_array(rows: QuerySet, **columns: str) -> Any:
    """Expression: the rows in their order, each with these columns."""
    return ArraySubquery(rows.values(row=JSONObject(**columns)))
