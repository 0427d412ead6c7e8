"""A firm or company that is taken away while somebody works in it: how that is told, once."""

from django.contrib import messages
from django.utils.translation import gettext as _

from organisations.models import CompanyUser, Employee
from organisations.places.current import SIDE_KEY, Place
from organisations.places.requests import PlacedRequest


def is_first_place(request: PlacedRequest, current: Place) -> bool:
    """Whether the session has been in no place on this side of the house since the sign-in."""
    return request.session.get(current.field_name) is None


def remember_place(request: PlacedRequest, current: Place) -> None:
    """Keep in the session which place the person is in, so that its loss can be told; not for who has no other place:
    such a person gets 404 when it is lost. And on which side of the house, for who has both.
    """
    has_another = len(request.places) > 1 or request.places.has_other_side
    if has_another and request.session.get(current.field_name) != current.pk:
        request.session[current.field_name] = current.pk
    if request.places.has_other_side and request.session.get(SIDE_KEY) != request.place:
        request.session[SIDE_KEY] = request.place


def forget_lost_places(request: PlacedRequest, field_name: str) -> list[Place]:
    """The places that this browser was in last and that the person has lost since; each is returned once.

    `field_name` is the form's field of the side that the page is on.
    """
    gone = [name for name in (Place.FIRM_FIELD, Place.COMPANY_FIELD) if is_gone(request, name, field_name)]
    found = [find_lost_place(request.user, name, str(request.session.pop(name))) for name in gone]
    return [place for place in found if place]


def is_gone(request: PlacedRequest, name: str, field_name: str) -> bool:
    """Whether the session's last place of the kind is none of the person's, as far as this side's places tell."""
    last = request.session.get(name)
    if last is None:
        return False
    if name == field_name:
        return all(place.pk != last for place in request.places)
    return bool(request.places) and not request.places.has_other_side


def find_lost_place(user, field_name: str, name: str | None) -> Place | None:
    """The place that an address or a form names so, if the person has been there and is no more; else None.

    So nobody learns the name of a place that was never his.
    """
    rows = (
        Employee.objects.filter(user=user).select_related("firm")
        if field_name == Place.FIRM_FIELD
        else CompanyUser.objects.filter(user=user).select_related("company")
    )
    places = (Place(row, is_current=False) for row in rows.exclude(deactivated_at=None))
    return next((place for place in places if name and place.is_called(name)), None)


def farewell(place: Place) -> str:
    """That the person is no longer in the place, as the beginning of a sentence."""
    if place.is_firm:
        return _("Du arbeider ikke lenger i %(firm)s") % {"firm": place.label}
    return _("Du er ikke lenger bruker av %(company)s") % {"company": place.label}


def tell_of(request: PlacedRequest, lost: list[Place], current: Place | None) -> None:
    """Tell the person which places are lost, and which one is current; `current` is None where none is left on this
    side.
    """
    for place in lost:
        if current:
            names = {"farewell": farewell(place), "place": current.label}
            messages.warning(request, _("%(farewell)s. Nå er du i %(place)s.") % names)
        else:
            messages.warning(request, f"{farewell(place)}.")
