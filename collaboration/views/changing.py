"""The pages of a change as either side answers them: choose, see what it does, confirm; answer; take back."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from collaboration import actions
from collaboration.agreement_pages import asked_sentences, change_title, pending_sentences
from collaboration.change_pages import (
    Choice,
    Seat,
    check_answer,
    check_taking_back,
    confirm_choice,
    foretold,
    make_choice,
    settled_message,
    told,
    variant_cards,
    what_a_no_does,
    what_taking_back_does,
)
from collaboration.plans import Kind
from ground.refusals import NotAllowed
from organisations.forms.kept import typed_before
from organisations.forms.sent import find_made, form_key
from subscriptions.models import SubscriptionChange

ANSWERS = {"ja": True, "nei": False}

TITLES = {
    Kind.VARIANT: lambda: _("Bytt variant"),
    Kind.PAYER: lambda: _("Bytt fakturamottaker"),
    Kind.PERIOD: lambda: _("Endre avtaleperiode"),
}


@dataclass(frozen=True)
class Frame:
    """What stands round the page on the side that it is on, and the way back to the agreement."""

    breadcrumbs: list[tuple[str, str]]
    lead: str
    back_url: str

    def context(self, title: str) -> dict[str, Any]:
        return {"breadcrumbs": [*self.breadcrumbs, (title, "")], "lead": self.lead, "back_url": self.back_url}


def change_page(request: HttpRequest, kind: str, seat: Seat, frame: Frame) -> HttpResponse:
    """Choose by GET and see the plan; POST says yes to the plan that was shown."""
    key = form_key(request)
    if made := find_made(seat.subscription.changes.all(), key, kept_as="change"):
        return tell_what_became_of(request, made, frame)
    try:
        choice = make_choice(seat, kind, request.POST or typed_before(request) or request.GET)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(frame.back_url)
    try:
        if request.method == "POST" and choice.plan:
            change = confirm_choice(seat, choice, shown=request.POST.get("shown", ""), form_key=key)
            return tell_what_became_of(request, change, frame)
    except actions.PageIsStale as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(f"{request.path}?{urlencode({'valg': choice.form['valg'].value()})}")
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(frame.back_url)
    return render(request, "collaboration/subscription_change.html", choice_context(seat, choice, frame))


def tell_what_became_of(request: HttpRequest, change: SubscriptionChange, frame: Frame) -> HttpResponse:
    messages.success(request, settled_message(change))
    return redirect(frame.back_url)


def choice_context(seat: Seat, choice: Choice, frame: Frame) -> dict[str, Any]:
    title = TITLES[Kind(choice.kind)]()
    return frame.context(title) | {
        "title": title,
        "form": choice.form,
        "told": told(seat, choice.plan) if choice.plan else None,
        "is_only_one": choice.is_only_one,
        "cards": variant_cards(seat) if choice.kind == Kind.VARIANT and not choice.plan else [],
    }


def answer_page(request: HttpRequest, change: SubscriptionChange, seat: Seat, frame: Frame) -> HttpResponse:
    """Ja or Nei to the plan as it would be today."""
    try:
        check_answer(seat, change)
        if request.method == "POST" and request.POST.get("answer") in ANSWERS:
            accepts, shown = ANSWERS[request.POST["answer"]], request.POST.get("shown", "")
            change = actions.answer_change(change=change, accepts=accepts, by=seat.by, shown=shown)
            return tell_what_became_of(request, change, frame)
    except actions.PageIsStale as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(request.path)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(frame.back_url)
    plan, obstacle = foretold(seat, change)
    context = frame.context(_("Svar på forslaget")) | {
        "change": change,
        "title": change_title(change, seat.reader),
        "asked": asked_sentences(change, seat.reader),
        "told": told(seat, plan, change=change) if plan else None,
        "obstacle": obstacle,
        "what_a_no_does": what_a_no_does(seat, change),
    }
    return render(request, "collaboration/change_answer.html", context)


def take_back_page(request: HttpRequest, change: SubscriptionChange, seat: Seat, frame: Frame) -> HttpResponse:
    """Ask, telling what falls; then undo it."""
    try:
        check_taking_back(seat, change)
        if request.method == "POST":
            actions.take_back_change(change=change, by=seat.by)
            messages.success(request, _("Endringen er tatt tilbake."))
            return redirect(frame.back_url)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(frame.back_url)
    context = frame.context(_("Ta tilbake")) | {
        "title": change_title(change, seat.reader),
        "sentences": [
            *asked_sentences(change, seat.reader),
            *pending_sentences(change, seat.subscription, seat.reader),
        ],
        "consequences": what_taking_back_does(seat, change),
    }
    return render(request, "collaboration/change_take_back.html", context)
