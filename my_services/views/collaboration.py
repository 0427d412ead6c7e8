"""Avslutt samarbeidet, now or after a last day; si opp and gjenoppta: the customer's side."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from collaboration import actions
from collaboration.end_pages import endings, going_on, planned_ending
from collaboration.models import Collaboration
from collaboration.views.changing import Frame
from collaboration.views.ending import (
    cancel_page,
    carry_out_shown,
    end,
    end_page,
    is_over,
    resume_page,
    take_seat,
    today,
    way_page,
)
from my_services.end_forms import LastDayForm
from my_services.views.switch import offer_switch_to_the_one_of
from organisations.places.requests import CompanyRequest
from subscriptions.models import Subscription


def collaboration_end(request: CompanyRequest, pk: int) -> HttpResponse:
    """Now, with the service or without; or, by ?siste=, with a last day. Consequences first."""
    collaboration = find_own(request, pk)
    if collaboration is None:
        return offer_switch_to_the_one_of(request, Collaboration, pk)
    frame = frame_of(request, collaboration.subscription)
    form = LastDayForm(request.GET if "siste" in request.GET else None, today=today())
    day = form.first_day_without
    if request.method == "POST":
        return end_or_plan(request, collaboration, day, frame)
    if is_over(collaboration):
        return redirect(frame.back_url)
    seat = take_seat(collaboration.subscription, request.company_user)
    planned = planned_ending(seat, collaboration, day) if day else None
    ways = [] if day else endings(seat, collaboration)
    return end_page(request, collaboration, ways, frame, form=form, planned=planned)


def end_or_plan(request: CompanyRequest, collaboration: Collaboration, day, frame: Frame) -> HttpResponse:
    names = {"firm": collaboration.firm.name, "service": collaboration.service.name}
    by = request.company_user
    if day is None:
        done = _("Samarbeidet med %(firm)s i %(service)s er avsluttet.") % names
        return carry_out_shown(request, frame, done, lambda shown: end(request, collaboration, by, shown))
    done = _("Samarbeidet med %(firm)s i %(service)s avsluttes den dagen du valgte.") % names
    return carry_out_shown(
        request, frame, done,
        lambda shown: actions.plan_end(collaboration=collaboration, by=by, on=day, shown=shown),
    )  # fmt: skip


def collaboration_take_back_end(request: CompanyRequest, pk: int) -> HttpResponse:
    """Let it go on after all."""
    collaboration = find_own(request, pk)
    if collaboration is None:
        return offer_switch_to_the_one_of(request, Collaboration, pk)
    frame = frame_of(request, collaboration.subscription)
    names = {"firm": collaboration.firm.name}
    if request.method == "POST":
        done = _("Samarbeidet med %(firm)s fortsetter.") % names
        return carry_out_shown(
            request, frame, done,
            lambda shown: actions.take_back_end(collaboration=collaboration, by=request.company_user, shown=shown),
        )  # fmt: skip
    if is_over(collaboration) or collaboration.ends_on is None:
        return redirect(frame.back_url)
    title = _("La samarbeidet med %(firm)s fortsette") % names
    seat = take_seat(collaboration.subscription, request.company_user)
    return way_page(request, title, going_on(seat, collaboration), frame)


def subscription_cancel(request: CompanyRequest, code: str) -> HttpResponse:
    subscription, frame = get_agreement(request, code)
    return cancel_page(request, subscription, request.company_user, frame)


def subscription_resume(request: CompanyRequest, code: str) -> HttpResponse:
    subscription, frame = get_agreement(request, code)
    return resume_page(request, subscription, request.company_user, frame)


def find_own(request: CompanyRequest, pk: int) -> Collaboration | None:
    """The company's; 404 for who is no administrator in it."""
    collaborations = Collaboration.objects.of(request.company_user.company).with_names()
    collaboration = collaborations.filter(pk=pk).first()
    if collaboration is not None and not request.company_user.is_administrator:
        raise Http404
    return collaboration


def get_agreement(request: CompanyRequest, code: str) -> tuple[Subscription, Frame]:
    subscriptions = Subscription.objects.of(request.company_user.company).active().with_service()
    subscription = get_object_or_404(subscriptions, service__code=code)
    return subscription, frame_of(request, subscription)


def frame_of(request: CompanyRequest, subscription: Subscription) -> Frame:
    service = subscription.service
    back_url = reverse("my_services:service-detail", args=[service.code])
    breadcrumbs = [(_("Mine tjenester"), reverse("my_services:overview")), (service.name, back_url)]
    return Frame(breadcrumbs, f"{service.name}, {subscription.company.name}", back_url)
