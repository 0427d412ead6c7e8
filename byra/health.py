"""Whether the parts that a request needs are there."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from kombu.exceptions import OperationalError

from byra.celery import app


def answer_health(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: answer before the session is read, as whoever asks may send any cookie while the database is away."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info != reverse("health"):
            return get_response(request)
        request.get_host()  # raises DisallowedHost, as for every page
        return health(request)

    return middleware


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 when web, database and broker answer, else 503; the body says which one does not."""
    parts = {"web": True, "database": database_answers(), "broker": broker_answers()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def broker_answers() -> bool:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError):
        return False
    return True
