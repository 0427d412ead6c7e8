"""How many requests wait for an answer in each of the signed-in person's companies, for the header and the chooser."""

from django.db.models import Count
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from collaboration.models import Activation
from organisations.models import User


def waiting_requests(request: HttpRequest) -> dict:
    """Context processor; it asks, once for all companies, only where one of them is drawn."""
    user = getattr(request, "user", None)
    return {"waiting_requests": SimpleLazyObject(lambda: count_waiting(user))} if user else {}


def count_waiting(user: User) -> dict[int, int]:
    """By the company's id; who has none waiting is not in it."""
    waiting = Activation.objects.of_companies_of(user).answerable(Now())
    return dict(waiting.order_by().values_list("company").annotate(Count("pk")))
