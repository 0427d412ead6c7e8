"""How several rows of one company become one. The callers hold the lock of the organisation number."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import ForeignObjectRel, Model

from history.models import Event, record_event
from organisations.actions.closed_invitations import withdraw_all_invitations, withdraw_invitations_of_users
from organisations.companies.rows import find_rivals, is_disputed
from organisations.companies.states import check_move
from organisations.models import Company, CompanyUser


def begin(company: Company, claims: Sequence[CompanyUser], *, at: datetime) -> None:
    """Let the company begin when its first administrator has accepted: known, or provisional while it is disputed.

    What the same person, or others of the same firm, were asked besides goes to it. A rival's row is left as it is, and
    the work is the same with one as without.
    """
    rivals = find_rivals(company, claims)
    rows = list(Company.objects.unsettled().numbered(company.org_number).exclude(pk=company.pk))
    disputed = is_disputed(company, claims, rows)
    claimed = {place.company_id for place in claims} - {place.company_id for place in rivals}
    for row in rows:
        if row.is_asked and row.pk in claimed:
            join(row, into=company)
        elif not disputed and not row.is_asked:
            merge(row, into=company, stay=False, at=at)  # nobody answers for it any more
    company.move("accept_disputed" if disputed else "accept", at=at)


def make_known(company: Company, claims: Sequence[CompanyUser], *, verb: str, stay: bool, at: datetime) -> list[int]:
    """Make this the company of its number by the move `verb`, and bring all that others began or were asked to it.

    `stay`: people who answered for another row become its users, else they lose their place. A request whose receiver
    was the wrong person waits for another one. Returns the ids of the rows that were merged with it.
    """
    merged = []
    claimed = {place.company_id for place in claims}
    for row in Company.objects.unsettled().numbered(company.org_number).exclude(pk=company.pk).order_by("pk"):
        if not row.is_asked:
            merge(row, into=company, stay=stay, at=at)
            merged.append(row.pk)
        elif row.pk in claimed:
            join(row, into=company)
    company.move(verb, at=at)
    return merged


def join(asked: Company, *, into: Company) -> None:
    """Let the asked row's request go to `into`, and delete the row with the place that it offered."""
    check_move("join", asked.state)
    CompanyUser.objects.of(asked).delete()
    move_rows(asked, into)
    asked.delete()


def merge(provisional: Company, *, into: Company, stay: bool, at: datetime) -> None:
    """Move everything of the provisional row to `into`. The row stays, since events name it."""
    withdraw_all_invitations(provisional, at=at)
    for place in CompanyUser.objects.of(provisional).select_related("user").order_by("pk"):
        move_person(place, into, stay=stay, at=at)
    withdraw_invitations_of_users(into, at=at)
    move_rows(provisional, into)
    Company.objects.filter(merged_into=provisional).update(merged_into=into)
    provisional.move("merge", at=at, into=into)
    record_event(subject=provisional, verb="merge", company=provisional, at=at, after={"into": into.pk})


def move_person(place: CompanyUser, into: Company, *, stay: bool, at: datetime) -> None:
    """Move the place into the company, in use only if the person stays. Somebody who has a place there keeps that
    one alone.
    """
    twin = CompanyUser.objects.of(into).filter(email=place.email).first()
    administers = twin is not None and twin.user is None and twin.is_administrator
    if not (stay or administers):
        place.deactivated_at = place.deactivated_at or at
        place.service_accesses.all().delete()
    if twin is not None and not administers:
        opened = twin.service_accesses.values("subscription")
        place.service_accesses.exclude(subscription__in=opened).update(company_user=twin)
        place.delete()
        return
    if twin is not None:
        twin.delete()  # it was offered the place, and is somebody already
    elif place.is_administrator:
        place.role = CompanyUser.Role.USER
    place.company, place.is_main_contact = into, place.is_main_contact and administers
    place.save()


def move_rows(company: Company, into: Company) -> None:
    """Let every row that names the company name `into`, also of models that come later.

    Events stay as they are, and so do the rows of a model that says `stays_with_its_row`.
    """
    for relation in Company._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and not stays(relation.related_model):
            rows = relation.related_model._base_manager.filter(**{relation.field.name: company})
            rows.update(**{relation.field.name: into})


def stays(model: type[Model]) -> bool:
    """Whether the model's rows tell of the company's row as it was, or are moved one by one."""
    return model in (Event, Company, CompanyUser) or getattr(model, "stays_with_its_row", False)
