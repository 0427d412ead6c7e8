"""Deeds about saved views: everybody's own, and the firm's, which are its administrators'."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.forms.sent import find_made
from organisations.models import Employee, Firm, SavedView, StartView
from organisations.rights import check_works_here

MOST_VIEWS = 12


@transaction.atomic
def save_view(
    *,
    by: Employee,
    list: str,
    name: str,
    query: str,
    for_firm: bool = False,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> SavedView:
    """Keep filters, order and columns under a name; the form of `form_key` sent twice keeps them once.

    Raises NotAllowed where the name is taken, where there are MOST_VIEWS, and for the firm's by anybody but an
    administrator.
    """
    firm = lock_views_of(by)
    if made := find_made(firm.saved_views.all(), form_key):
        return made
    view = SavedView(firm=firm, owner=None if for_firm else by, list=list, name=name, query=query)
    check_may_change(view, by)
    check_name(view)
    if same_kind(view).count() >= MOST_VIEWS:
        raise NotAllowed(_("Du kan ha høyst %(most)s visninger av hver liste. Slett en først.") % {"most": MOST_VIEWS})
    view.save()
    record_event(subject=view, verb="create", by=by.user, at=clock(), firm=firm, form_key=form_key)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, by: Employee, name: str, clock: Clock = database_clock) -> SavedView:
    """Give the view another name. Raises NotAllowed where it is taken, and for who may not change it."""
    firm = lock_views_of(by)
    view = find_view(view, by)
    view.name = name
    check_name(view)
    view.save(update_fields=["name"])
    record_event(subject=view, verb="rename", by=by.user, at=clock(), firm=firm)
    return view


@transaction.atomic
def overwrite_view(*, view: SavedView, by: Employee, query: str, clock: Clock = database_clock) -> SavedView:
    """Let the view show something else. Raises NotAllowed for who may not change it."""
    firm = lock_views_of(by)
    view = find_view(view, by)
    view.query = query
    view.save(update_fields=["query"])
    record_event(subject=view, verb="overwrite", by=by.user, at=clock(), firm=firm)
    return view


@transaction.atomic
def delete_view(*, view: SavedView, by: Employee, clock: Clock = database_clock) -> None:
    """Delete the view. Whoever began with it begins with the ordinary page. Raises NotAllowed as above."""
    firm = lock_views_of(by)
    view = find_view(view, by)
    record_event(subject=view, verb="delete", by=by.user, at=clock(), firm=firm)
    view.delete()


@transaction.atomic
def start_with_view(*, view: SavedView, by: Employee, begins: bool) -> None:
    """Begin with the view after signing in, or not any more. Raises NotAllowed for one that the employee has not."""
    lock_views_of(by)
    if not SavedView.objects.visible_to(by).filter(pk=view.pk).exists():
        raise NotAllowed(_("Visningen finnes ikke lenger."))
    if begins:
        StartView.objects.update_or_create(employee=by, defaults={"view": view, "firm_id": by.firm_id})
    else:
        StartView.objects.filter(employee=by, view=view).delete()


def lock_views_of(by: Employee) -> Firm:
    """Lock the firm's views, by the firm's row. Raises NotAllowed for who has left the firm."""
    firm = Firm.objects.select_for_update(no_key=True).get(pk=by.firm_id)
    check_works_here(by)
    return firm


def find_view(view: SavedView, by: Employee) -> SavedView:
    """The view as it is now, for who may change it. Raises NotAllowed otherwise."""
    found = SavedView.objects.filter(pk=view.pk).first()
    if found is None:
        raise NotAllowed(_("Visningen finnes ikke lenger."))
    check_may_change(found, by)
    return found


def check_may_change(view: SavedView, by: Employee) -> None:
    administrators = Employee.objects.active().filter(firm=view.firm_id, role=Employee.Role.ADMINISTRATOR)
    is_own = view.owner_id == by.pk
    if not is_own and not (view.owner_id is None and administrators.filter(pk=by.pk).exists()):
        raise NotAllowed(_("Bare en administrator i byrået kan endre byråets visninger."))


def same_kind(view: SavedView):
    """The other views of the same list that are the same person's, or the firm's."""
    return SavedView.objects.filter(firm=view.firm_id, owner=view.owner_id, list=view.list).exclude(pk=view.pk)


def check_name(view: SavedView) -> None:
    if same_kind(view).filter(name__iexact=view.name).exists():
        raise NotAllowed(_("Det finnes allerede en visning som heter %(name)s.") % {"name": view.name}, field="name")
