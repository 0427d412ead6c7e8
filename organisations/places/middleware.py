"""For which firm or company a request acts."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from organisations.forms.kept import find_typist, keep_form
from organisations.forms.typed import what_was_typed
from organisations.models import Employee
from organisations.places.current import Place, Places, company_places, firm_places, has_place_beside, offered_places
from organisations.places.in_address import is_without_page, place_named_in, place_of_last_page, with_place
from organisations.places.lost import (
    farewell,
    find_lost_place,
    forget_lost_places,
    is_first_place,
    remember_place,
    tell_of,
)
from organisations.places.redirects import SAFE_METHODS
from organisations.places.requests import PlacedRequest
from organisations.places.shown import find_shown
from organisations.places.switching import offer_switch

Answer = Callable[[HttpRequest], HttpResponse]


class CurrentPlaceMiddleware:
    """Sets `request.employee` or `request.company_user` before a view runs, or answers in its stead.

    The office's pages (settings.PLACES) act for one firm, Mine tjenester for one company; a person without a place
    there gets 404. A form carries the place that it was written for ({% place_field %}): if another tab has switched
    meanwhile, or the place was lost, the answer is 409, nothing is written and what was typed is kept. When a place has
    been lost since the last page, the next one says so. An address may name its place
    (organisations.places.in_address), as may the address of the page with the link: where that is not the current one,
    the page offers the switch.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: PlacedRequest) -> HttpResponse:
        request.place, request.places = None, Places([])
        request.employee, request.company_user = None, None
        request.shown = SimpleLazyObject(lambda: find_shown(request))
        return self.get_response(request)

    def process_view(self, request: PlacedRequest, view, args, kwargs) -> HttpResponse | None:
        side = settings.PLACES.get(request.resolver_match.namespace)
        if side is None or not request.user.is_authenticated:
            return None
        request.place = side
        request.places = firm_places(request) if side == "firm" else company_places(request)
        field_name = Place.FIRM_FIELD if side == "firm" else Place.COMPANY_FIELD
        written_for = None if request.method in SAFE_METHODS else request.POST.get(field_name, "")
        lost = forget_lost_places(request, field_name)
        current = request.places.current
        if current is None:
            return self.answer_without_a_place(request, field_name, written_for, lost)
        is_first_page = is_first_place(request, current)
        remember_place(request, current)
        if isinstance(current.row, Employee):
            request.employee = current.row
        else:
            request.company_user = current.row
        if written_for not in (None, str(current.pk)):
            return self.answer_a_form_for_another_place(request, field_name, current)
        tell_of(request, lost, current)
        if request.method in SAFE_METHODS:
            is_unsure = is_first_page and len(request.places) > 1
            return self.answer_by_the_address(request, side, current) or (
                self.name_the_place(request, current) if is_unsure else None
            )
        return None

    def answer_by_the_address(self, request: PlacedRequest, side: str, current: Place) -> HttpResponse | None:
        """The page that offers the place which is asked for; None for the page itself.

        404 where the address names a stranger's place.
        """
        address = request.get_full_path()
        named = place_named_in(address, side)
        asked = request.places.called(named or place_of_last_page(request, side))
        if asked is not None and not asked.is_current:
            return self.lead_to_offer(request, asked, with_place(address, side, asked.name_in_address))
        if named and asked is None:
            lost = find_lost_place(request.user, current.field_name, named)
            if lost is None:
                raise Http404
            tell_of(request, [lost], current)
        return None

    def name_the_place(self, request: PlacedRequest, current: Place) -> HttpResponse | None:
        """Say which place the person is in, on the first page after the sign-in.

        Returns the way home where the address names no place and gives a file, on which nothing could be said; else
        None.
        """
        messages.info(request, _("Du er i %(place)s. Du kan bytte øverst på siden.") % {"place": current.label})
        address = request.get_full_path()
        is_named = place_named_in(address, "firm" if current.is_firm else "company")
        return None if is_named or not is_without_page(address) else redirect("home")

    def lead_to_offer(self, request: PlacedRequest, asked: Place, address: str) -> HttpResponse:
        """To the page that offers the switch to the asked place; htmx is sent to the address instead."""
        return HttpResponseClientRedirect(address) if request.htmx else offer_switch(request, asked, address)

    def answer_without_a_place(
        self, request: PlacedRequest, field_name: str, written_for: str | None, lost: list[Place]
    ) -> HttpResponse:
        """The answer to a person without a place on this side: 404, the offers, or what is left on the other side.

        A place that was lost is told of there.
        """
        if written_for and has_place_beside(request.user, field_name):
            if find_lost_place(request.user, field_name, written_for):
                return self.answer_a_form_for_another_place(request, field_name, None)
        elif lost and has_place_beside(request.user, field_name):
            tell_of(request, lost, None)
            return redirect("home")
        if field_name == Place.COMPANY_FIELD and offered_places(request.user).exists():
            return redirect("links:offer-list")
        raise Http404

    def answer_a_form_for_another_place(
        self, request: PlacedRequest, field_name: str, current: Place | None
    ) -> HttpResponse:
        """409 to a form whose place is not the current one any more. Nothing is written.

        What was typed is shown, and stands in the form again after the way back.
        """
        written_for = request.POST.get(field_name)
        back = next((place for place in request.places if str(place.pk) == written_for), None)
        lost = None if back else find_lost_place(request.user, field_name, written_for)
        is_own = find_typist(request) == request.user.pk
        context = {
            "current": current,
            "farewell": farewell(lost) if lost else "",
            "typed": what_was_typed(request.POST, side=request.place) if is_own else [],
            "back": back,
            "is_kept": back is not None and keep_form(request, needs_proof=False),
            "came_from": request.headers.get("Referer") or request.get_full_path(),
        }
        return render(request, "409.html", context, status=409)
