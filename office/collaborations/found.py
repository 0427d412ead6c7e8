"""Which requests the list of an address has."""

from datetime import datetime

from django.http import QueryDict

from collaboration.models.activation import ActivationQuerySet
from office.collaborations.forms import CollaborationFilterForm
from office.collaborations.rows import filter_requests, narrow_requests, requests_of
from office.list_choices import ListChoices
from organisations.models import Employee


def requests_of_list(employee: Employee, query: QueryDict, choices: ListChoices, *, at: datetime) -> ActivationQuerySet:
    """All requests that the list's address finds, whatever page it asks for, in no order."""
    answers = CollaborationFilterForm(query, choices=choices).answers
    return narrow_requests(filter_requests(requests_of(employee, at=at), answers, employee=employee, at=at), answers)
