"""A form that is sent twice, by a double click or after going back, does what it says once.

Each form of ours carries a key of its own ({% place_field %}). What makes a row keeps the key with its event, under
the locks of the deed, and gives the row again to who comes with the same key.
"""

from typing import TypeVar
from uuid import UUID, uuid5

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ground.refusals import NotAllowed
from history.models import find_event_of_form

Row = TypeVar("Row", bound=models.Model)

KEY_FIELD = "_form_key"
NOT_TYPED = ("csrfmiddlewaretoken", "_by")


def form_key(request: HttpRequest) -> UUID | None:
    """Names what was sent: the form's own key together with what stands in it and where it goes, so that a page one has
    gone back to makes another row of other words. None for a form without a key.
    """
    try:
        key = UUID(request.POST.get(KEY_FIELD, ""))
    except ValueError:
        return None
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_TYPED)
    return uuid5(key, f"{request.path} {typed}")


def find_made(rows: "models.QuerySet[Row]", form_key: UUID | None) -> Row | None:
    """What the same form has made before, among the rows that it can have made; None where it has made nothing yet.

    The caller holds the locks of its deed. Raises NotAllowed where what was made has been deleted since.
    """
    event = find_event_of_form(form_key)
    if event is None:
        return None
    made = rows.filter(pk=event.subject_id).first()
    if made is None or event.subject_type != rows.model._meta.label_lower:
        raise NotAllowed(_("Skjemaet er sendt før, og det som ble laget, er slettet siden. Åpne siden på nytt."))
    return made
