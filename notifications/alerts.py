"""Telling one person of a firm: a row in the app, and the same by e-mail if it is wanted at once."""

from datetime import datetime
from typing import Any

from django.db import models

from notifications import outbox
from notifications.models import Alert


def post_alert(
    *,
    key: str,
    kind: str,
    user: Any,
    firm: Any,
    about: models.Model,
    words: dict[str, Any],
    path: str,
    at: datetime,
    at_once: bool,
    email_context: dict[str, Any],
) -> Alert | None:
    """Write the alert, in the transaction of the deed that calls. None when this person has been told already.

    `key` names what happened, and with the person the alert, once for ever. `words` is what its sentence names, `path`
    the page it leads to. `at_once` posts the mail of its kind with `email_context`; otherwise the daily digest tells.
    """
    own_key = f"{key}:{user.pk}"
    alert, is_new = Alert.objects.get_or_create(
        key=own_key,
        defaults={
            "kind": kind,
            "user": user,
            "firm": firm,
            "subject_type": about._meta.label_lower,
            "subject_id": about.pk,
            "words": words,
            "path": path,
            "created_at": at,
            "digest_due": not at_once,
        },
    )
    if not is_new:
        return None
    if at_once:
        outbox.post_email(
            key=own_key,
            kind=kind,
            to=user.email,
            language=user.language,
            about=about,
            firm=firm,
            context={"person": user, **email_context},
        )
    return alert
