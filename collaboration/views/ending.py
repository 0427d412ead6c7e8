"""Avslutt samarbeidet, si opp and gjenoppta: consequences first, then the deed; the pages as either side has them."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from collaboration import actions
from collaboration.change_pages import Seat
from collaboration.end_pages import Ending, cancelling, endings, resuming
from collaboration.models import Collaboration
from collaboration.rights import Person, may, may_resume
from collaboration.views.changing import Frame
from collaboration.views.lookups import get_client_and_service, service_breadcrumbs, service_url
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed
from organisations.places.requests import FirmRequest
from subscriptions.models import Subscription


def collaboration_end(request: FirmRequest, number: int, code: str) -> HttpResponse:
    """The firm gives its access up. Where it has ended already, its page says so."""
    collaboration, frame = find_latest(request, number, code)
    if not collaboration.may_be_ended_by(request.employee):
        raise Http404
    if request.method != "POST":
        if is_over(collaboration):
            return redirect(frame.back_url)
        seat = take_seat(collaboration.subscription, request.employee)
        return end_page(request, collaboration, endings(seat, collaboration), frame)
    done = _("Samarbeidet i %(service)s er avsluttet.") % {"service": collaboration.service.name}
    return carry_out_shown(request, frame, done, lambda shown: end(request, collaboration, request.employee, shown))


def subscription_cancel(request: FirmRequest, number: int, code: str) -> HttpResponse:
    collaboration, frame = find_latest(request, number, code)
    return cancel_page(request, collaboration.subscription, request.employee, frame)


def subscription_resume(request: FirmRequest, number: int, code: str) -> HttpResponse:
    collaboration, frame = find_latest(request, number, code)
    return resume_page(request, collaboration.subscription, request.employee, frame)


def find_latest(request: FirmRequest, number: int, code: str) -> tuple[Collaboration, Frame]:
    """The firm's latest collaboration with the client in the service, also one that has ended: it may still pay."""
    client, service = get_client_and_service(request, number, code)
    collaborations = Collaboration.objects.visible_to(request.employee).filter(client=client, service=service)
    collaboration = collaborations.with_names().order_by("-pk").first()
    if collaboration is None:
        raise Http404
    return collaboration, Frame(service_breadcrumbs(client, service), client.name, service_url(client, service))


# --- What the two sides share


def take_seat(subscription: Subscription, by: Person) -> Seat:
    active = Collaboration.objects.on(subscription).active().select_related("firm", "client")
    return Seat(subscription, list(active), by, today())


def is_over(collaboration: Collaboration) -> bool:
    """Ended, or past its last day by the calendar: no sweep is needed for that."""
    running = Subscription.objects.running(today())
    return not Collaboration.objects.running(today()).filter(pk=collaboration.pk, subscription__in=running).exists()


def today() -> date:
    return oslo_date(database_clock())


def end_page(
    request: HttpRequest, collaboration: Collaboration, ways: list[Ending], frame: Frame, **more
) -> HttpResponse:
    """The ways to end it, each with what it does."""
    context = frame.context(_("Avslutt samarbeidet")) | {"collaboration": collaboration, "endings": ways, **more}
    return render(request, "collaboration/collaboration_end.html", context)


def end(request: HttpRequest, collaboration: Collaboration, by: Person, shown: str) -> None:
    outcome = request.POST.get("outcome", "")
    if outcome not in Collaboration.Outcome.values:
        raise actions.PageIsStale(_("Velg hva som skal skje."))
    actions.end_collaboration(collaboration=collaboration, by=by, outcome=outcome, shown=shown)


def cancel_page(request: HttpRequest, subscription: Subscription, by: Person, frame: Frame) -> HttpResponse:
    """Si opp: what it does, then the deed."""
    seat = check_way(subscription, by, "cancel")
    if request.method == "POST":
        done = _("Avtalen er sagt opp.")
        return carry_out_shown(
            request, frame, done,
            lambda shown: actions.cancel_subscription(subscription=subscription, by=by, shown=shown),
        )  # fmt: skip
    if subscription.is_cancelled or not subscription.is_active:
        return redirect(frame.back_url)
    return way_page(request, _("Si opp avtalen"), cancelling(seat), frame)


def resume_page(request: HttpRequest, subscription: Subscription, by: Person, frame: Frame) -> HttpResponse:
    """Gjenoppta: what it does, and what it costs the one who does it; then the deed."""
    seat = check_way(subscription, by, "resume")
    if request.method == "POST":
        done = _("Avtalen fortsetter.")
        return carry_out_shown(
            request, frame, done,
            lambda shown: actions.resume_subscription(subscription=subscription, by=by, shown=shown),
        )  # fmt: skip
    is_others = not may_resume(subscription, seat.collaborations, by)
    if not subscription.is_cancelled or is_others or seat.loaded.value.is_over:
        return redirect(frame.back_url)
    return way_page(request, _("Gjenoppta avtalen"), resuming(seat), frame)


def check_way(subscription: Subscription, by: Person, verb: str) -> Seat:
    """404 for who has not the right; the deed asks again."""
    seat = take_seat(subscription, by)
    if not may(verb, subscription, seat.collaborations, by):
        raise Http404
    return seat


def way_page(request: HttpRequest, title: str, ending: Ending, frame: Frame) -> HttpResponse:
    context = frame.context(title) | {"title": title, "ending": ending}
    return render(request, "collaboration/subscription_end.html", context)


def carry_out_shown(request: HttpRequest, frame: Frame, done: str, deed: Callable[[str], object]) -> HttpResponse:
    """The deed counts for what was shown; otherwise the page is shown anew, with what was chosen in its address."""
    try:
        deed(request.POST.get("shown", ""))
    except actions.PageIsStale as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(request.get_full_path())
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect(frame.back_url)
