"""Deeds about what was typed into a form that could not be taken: kept, given back once, and deleted."""

from django.db import transaction

from ground.clock import Clock, database_clock
from organisations.models import KeptForm
from sweeps.batches import delete_some
from sweeps.sweep import Done

MOST_FORMS = 10  # of a person


@transaction.atomic
def keep_typed(
    *,
    user_id: int,
    path: str,
    place: dict[str, int | None],
    fields: dict[str, list[str]] | None,
    needs_proof: bool,
    clock: Clock = database_clock,
) -> KeptForm:
    """Keep what the person typed on the page, in place of what was kept of it before; of many forms the newest stay.

    `place` has the ids of the form's firm and company, `fields` is None for what is not kept. `needs_proof`: it is
    given back only after a sign-in.
    """
    KeptForm.objects.filter(user=user_id, path=path, **place).delete()
    kept = KeptForm.objects.create(
        user_id=user_id, path=path, fields=fields, needs_proof=needs_proof, kept_at=clock(), **place
    )
    too_many = KeptForm.objects.filter(user=user_id).order_by("-pk").values_list("pk", flat=True)[MOST_FORMS:]
    KeptForm.objects.filter(pk__in=list(too_many)).delete()
    return kept


def take_kept(*, kept: KeptForm) -> bool:
    """Delete what is given back now. False where another request has given it back meanwhile."""
    return bool(KeptForm.objects.filter(pk=kept.pk).delete()[0])


def delete_old_kept_forms(*, clock: Clock = database_clock) -> Done:
    """Delete what nobody has come back for; returns how many."""
    return delete_some(KeptForm.objects.expired(clock()))
