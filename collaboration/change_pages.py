"""The pages of a change, for both sides: who reads which agreement, and what the page may show of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agreements.rules import plans, verbs
from agreements.rules.values import Party
from collaboration import actions
from collaboration.actions.answer_change import check_answerer, check_taker, settled_sentence
from collaboration.agreement_forms import ChangeForm, make_options
from collaboration.agreement_refusals import in_words
from collaboration.agreement_rows import Loaded, load
from collaboration.change_ways import why_no_right
from collaboration.models import Activation, Collaboration
from collaboration.pages import compare_variants
from collaboration.plan_words import ToldPlan, tell_plan
from collaboration.plans import Kind, Plan, plan_change, with_rows
from collaboration.rights import Person, may, party_of
from collaboration.scenarios import Standing
from collaboration.sentences import day_in_words, last_day
from ground.refusals import NotAllowed, show_refusal
from organisations.bilingual import Words
from subscriptions.models import Subscription, SubscriptionChange


@dataclass(frozen=True)
class Seat:
    """A person at a page about an agreement, today. `collaborations` are the active ones in it, with firm, client."""

    subscription: Subscription
    collaborations: Sequence[Collaboration]
    by: Person
    day: date

    @property
    def reader(self) -> int | None:
        return party_of(self.by)

    @cached_property
    def loaded(self) -> Loaded:
        """The agreement as the rules see it, on the day."""
        return load(self.subscription, day=self.day)

    def check_up_to_date(self) -> None:
        """Raises NotAllowed while the clock has not done yet what was due: the page's rows are the past."""
        days = [self.subscription.renews_on, *(collaboration.ends_on for collaboration in self.collaborations)]
        if any(day and day <= self.day for day in days):
            raise NotAllowed(_("Avtalen fornyes i dette øyeblikket. Prøv igjen om noen minutter."))

    def check_right(self, verb: str) -> None:
        """Raises NotAllowed with a sentence that tells who may."""
        if not may(verb, self.subscription, self.collaborations, self.by):
            raise NotAllowed(why_no_right(self.collaborations, self.by))


# --- To choose, and to see what the choice does ------------------------------------------------------------------


@dataclass
class Choice:
    """The page of one kind of change: the form, and the plan of what is chosen."""

    kind: str
    form: ChangeForm
    plan: Plan | None
    is_only_one: bool


def make_choice(seat: Seat, kind: str, chosen: Mapping[str, Any]) -> Choice:
    """Raises NotAllowed where this person has nothing to choose here now."""
    seat.check_right(f"change_{kind}")
    seat.check_up_to_date()
    with in_words():
        plans.check_changeable(seat.loaded.value, kind)
    options = make_options(kind, seat.subscription, seat.collaborations, seat.reader)
    if not options:
        raise NotAllowed(_("Her er det ikke noe annet å velge for denne tjenesten."))
    is_only_one = len(options) == 1 and kind != Kind.VARIANT
    if is_only_one and "valg" not in chosen:
        chosen = {"valg": options[0].value}
    form = ChangeForm(chosen if "valg" in chosen else None, kind=kind, options=options)
    return Choice(kind, form, plan_of(seat, kind, form), is_only_one)


def plan_of(seat: Seat, kind: str, form: ChangeForm) -> Plan | None:
    """The plan of a valid choice; what stands in its way becomes the form's error."""
    if not form.is_valid():
        return None
    try:
        return plan_change(seat.loaded, form.cleaned_data["valg"], asking=seat.reader, day=seat.day)
    except NotAllowed as refusal:
        show_refusal(form, refusal)
    return None


def confirm_choice(seat: Seat, choice: Choice, *, shown: str, form_key: UUID | None) -> SubscriptionChange:
    """Ask for what was chosen. Raises PageIsStale when the plan has changed since, else NotAllowed."""
    to = choice.form.cleaned_data["valg"]
    asked: dict[str, Any] = {"by": seat.by, "shown": shown, "form_key": form_key}
    match choice.kind:
        case Kind.VARIANT:
            return actions.change_variant(subscription=seat.subscription, variant=to, **asked)
        case Kind.PAYER:
            return actions.change_payer(subscription=seat.subscription, firm=to, **asked)
    return actions.change_period(subscription=seat.subscription, months=to, **asked)


def told(seat: Seat, plan: Plan, *, change: SubscriptionChange | None = None) -> ToldPlan:
    """The plan in the reader's words; `change` is the one that it foretells, if it has been asked for."""
    others = seat.subscription.changes.proposed().exclude(pk=change.pk if change else None)
    settles_others = plan.kind == Kind.PAYER and others.exists()
    return tell_plan(plan, reader=seat.reader, settles_others=settles_others)


def variant_cards(seat: Seat) -> list[dict[str, Any]]:
    """The variants side by side, each with what it has more and less than the one of today."""
    subscription = seat.subscription
    standing = Standing(Activation.Scenario.SUBSCRIBED, subscription.company, subscription)
    cards = compare_variants(subscription.service, standing, today=seat.day)
    own = next(card for card in cards if card["code"] == subscription.variant.code)
    return [
        card
        | {"button": False, "recommended": False, "action_label": ""}
        | (
            {"note": _("Dagens variant")}
            if card is own
            else {"url": f"?valg={card['code']}", "note": "", "differences": differences(own, card)}
        )
        for card in cards
    ]


def differences(own: dict[str, Any], other: dict[str, Any]) -> list[tuple[str, list[Words]]]:
    """What one gets and loses from one card to another; nothing of what is none."""
    had, has = ({label for label, is_in in card["features"] if is_in} for card in (own, other))
    labels = [label for label, _is_in in own["features"]]
    gained = [label for label in labels if label in has - had]
    lost = [label for label in labels if label in had - has]
    return [(heading, found) for heading, found in ((_("Får:"), gained), (_("Mister:"), lost)) if found]


def settled_message(change: SubscriptionChange) -> str:
    """What has become of it, for the one who has just decided."""
    if change.status == SubscriptionChange.Status.REFUSED:
        return _("Dere har sagt nei til forslaget.")
    if change.is_proposed:
        return _("Forslaget er sendt. Dere får beskjed når det er besvart.")
    if change.is_agreed:
        assert change.effective_on
        return _("Endringen er avtalt og gjelder fra %(day)s.") % {"day": day_in_words(change.effective_on)}
    return _("Endringen er gjort og gjelder fra i dag.")


# --- To answer, and to take back ---------------------------------------------------------------------------------


def check_answer(seat: Seat, change: SubscriptionChange) -> None:
    """Raises NotAllowed for whoever has nothing to answer here; the deed asks again, under its locks."""
    if not change.is_proposed:
        raise NotAllowed(settled_sentence(change))
    check_answerer(seat, change, seat.by)
    seat.check_up_to_date()


def check_taking_back(seat: Seat, change: SubscriptionChange) -> None:
    """Raises NotAllowed for whoever cannot take it back."""
    if not change.is_open:
        raise NotAllowed(settled_sentence(change))
    check_taker(seat, change, seat.by)
    with in_words():
        verbs.take_back(seat.loaded.value, change.pk, by=Party(seat.reader), day=seat.day)
    seat.check_up_to_date()


def foretold(seat: Seat, change: SubscriptionChange) -> tuple[Plan | None, str]:
    """The plan of a change that waits; or none, and the sentence that tells why it cannot be any more."""
    try:
        with in_words():
            return with_rows(seat.loaded, verbs.plan_to_answer(seat.loaded.value, change.pk, day=seat.day)), ""
    except NotAllowed as refusal:
        return None, refusal.sentence


def what_a_no_does(seat: Seat, change: SubscriptionChange) -> str:
    subscription = seat.subscription
    if change.kind == Kind.PAYER and subscription.payer_has_left and subscription.renews_on:
        until = {"day": last_day(subscription.renews_on)}
        return _("Sier dere nei, er %(day)s siste dag med tjenesten, hvis ingen andre sier ja til å betale.") % until
    return _("Sier dere nei, blir alt som det er.")


def what_taking_back_does(seat: Seat, change: SubscriptionChange) -> list[str]:
    """What falls with it. Who pays today may have left already: then nobody pays the next period any more."""
    sentences = [_("Alt blir som det er.")]
    if change.needs_yes:
        sentences = [_("Alt blir som det er, og den andre parten får beskjed.")]
    if change.kind != Kind.PAYER or not change.is_agreed:
        return sentences
    sentences.append(_("Det som bare den nye fakturamottakeren har sagt ja til, faller også bort."))
    subscription = seat.subscription
    stays = {None, *(collaboration.firm_id for collaboration in seat.collaborations)}
    if subscription.paying_firm_id not in stays and subscription.renews_on:
        day = last_day(subscription.renews_on)
        sentences.append(_("Byrået som betaler i dag, samarbeider ikke lenger."))
        sentences.append(_("Sier ingen andre ja til å betale, er %(day)s siste dag med tjenesten.") % {"day": day})
    return sentences
