"""A form that is sent twice, by a double click or after going back, does what it says once.

Each form of ours carries a key of its own ({% place_field %}). A deed that makes a row keeps the key with its event,
under its locks, and returns that row to whoever comes with the same key.
"""

from typing import TypeVar
from uuid import UUID, uuid5

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ground.refusals import NotAllowed
from history.models import Event

Row = TypeVar("Row", bound=models.Model)

KEY_FIELD = "_form_key"
NOT_TYPED = ("csrfmiddlewaretoken", "_by")


def form_key(request: HttpRequest) -> UUID | None:
    """The name of what was sent: of the form's own key with the typed words and the address; None for a form without a
    key.

    So a page that one has gone back to makes another row from other words.
    """
    try:
        key = UUID(request.POST.get(KEY_FIELD, ""))
    except ValueError:
        return None
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_TYPED)
    return uuid5(key, f"{request.path} {typed}")


def find_done(form_key: UUID | None) -> Event | None:
    """The event of what the same form has done before; None for a form that has done nothing yet, or has no key.

    A deed asks under its locks. A view may ask before, to answer as it did the first time.
    """
    return Event.objects.filter(form_key=form_key).first() if form_key else None


def find_made(
    rows: "models.QuerySet[Row]", form_key: UUID | None, *, kept_as: str = "", column: str = "pk"
) -> Row | None:
    """The row of `rows` that the same form has made before; None for a form that has made nothing yet.

    The event is about that row. Where it is about another one, it keeps the row's `column` under the name `kept_as`.
    Raises NotAllowed where the row has been deleted since.
    """
    event = find_done(form_key)
    if event is None:
        return None
    is_about_it = event.subject_type == rows.model._meta.label_lower
    value = event.after.get(kept_as) if kept_as else event.subject_id if is_about_it else None
    made = rows.filter(**{column: value}).first()
    if made is None:
        raise NotAllowed(_("Skjemaet er sendt før, og det som ble laget, er slettet siden. Åpne siden på nytt."))
    return made
