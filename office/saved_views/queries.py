"""What a saved view keeps of an address, and the rows that it finds."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from office.clients.filters import filter_clients
from office.clients.list_forms import ClientFilterForm
from office.collaborations.forms import CollaborationFilterForm
from office.collaborations.found import requests_of_list
from office.list_choices import ListChoices
from office.list_pages import MOST_COUNTED
from office.tasks.forms import TaskFilterForm
from office.tasks.rows import tasks_of_list
from organisations.models import Employee, SavedView

FORMS: dict[str, type[forms.Form]] = {
    SavedView.List.CLIENTS: ClientFilterForm,
    SavedView.List.COLLABORATIONS: CollaborationFilterForm,
    SavedView.List.TASKS: TaskFilterForm,
}
LONGEST_VALUE = 200


def clean_query(which: str, query: QueryDict) -> str:
    """The address' filters, order and columns in one form, whatever their order; anything else is left out."""
    known = {*FORMS[SavedView.List(which)].base_fields, "sort", "columns"}
    pairs = [(name, value) for name, values in query.lists() if name in known for value in values]
    return urlencode(sorted((name, value) for name, value in pairs if value and len(value) <= LONGEST_VALUE))


def rows_of(which: str, employee: Employee, query: QueryDict, choices: ListChoices, at: datetime | None) -> QuerySet:
    """The rows that the list has with this query, in no order. `at`: the hour, for the list of collaborations."""
    if which == SavedView.List.CLIENTS:
        return filter_clients(employee, ClientFilterForm(query, choices=choices).answers)
    if which == SavedView.List.TASKS:
        return tasks_of_list(employee, TaskFilterForm(query, employee=employee, choices=choices).answers)
    assert at is not None
    return requests_of_list(employee, query, choices, at=at)


def count_each(lists: Iterable[QuerySet]) -> list[int]:
    """How many rows each has, counted to just over MOST_COUNTED. One query."""
    statements: list[str] = []
    values: list[Any] = []
    for rows in lists:
        try:
            statement, own = rows.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            statement, own = "SELECT 1 WHERE false", ()
        statements.append(f"(SELECT count(*) FROM ({statement}) AS counted)")  # noqa: S608 (by Django's compiler)
        values += own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(statements)}", values)
        return list(cursor.fetchone())
