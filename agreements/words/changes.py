"""What the pages about an agreement show, in the words of the party that reads them.

A firm reads "kunden" and "et annet byrå", never another firm's name, and no price that neither it nor its customer
pays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agreements import workflow
from agreements.models import Collaboration, SubscriptionChange
from agreements.plans import Kind
from agreements.rights import Person, other_sides_of, parties_of, party_of, roles_to_answer
from agreements.rows.load import Loaded
from agreements.words.plans import party_name, without_answer
from agreements.words.sentences import day_in_words, last_day
from organisations.models import Employee
from subscriptions.models import Subscription
from subscriptions.months import months_in_words

# --- The changes on their way ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangeRow:
    """An open change, as templates/collaboration/_changes.html shows it. The addresses are empty without the right."""

    change: SubscriptionChange
    title: str
    badge: str
    tone: str
    sentences: Sequence[str]
    answer_url: str
    take_back_url: str


def change_rows(loaded: Loaded, collaborations: Sequence[Collaboration], by: Person) -> list[ChangeRow]:
    """The open changes of an agreement, for the one who reads. `collaborations` are the active ones in it, with client.

    On both sides, in a view and its template:

        loaded = load(subscription, day=today)
        collaborations = list(Collaboration.objects.on(subscription).active().select_related("firm", "client"))
        context["changes"] = change_rows(loaded, collaborations, request.employee)  # or request.company_user

        {% include "collaboration/_changes.html" with changes=changes only %}
    """
    subscription = loaded.subscription
    if not loaded.changes:
        return []
    roles = roles_to_answer(subscription, collaborations, by)
    others = other_sides_of(by, subscription.company_id)
    return [make_row(change, subscription, collaborations, by, roles, others) for change in loaded.changes.values()]


def make_row(
    change: SubscriptionChange,
    subscription: Subscription,
    collaborations: Sequence[Collaboration],
    by: Person,
    roles: set[workflow.Role],
    others: set[int | None],
) -> ChangeRow:
    reader = party_of(by)
    has_right = bool(set(workflow.RIGHTS[f"change_{change.kind}"]) & roles)
    answers = change.is_proposed and change.answering_firm_id == reader
    may_answer = has_right and answers and change.asking_firm_id not in others
    may_take_back = has_right and reader in parties_of(change)
    badge, tone = state_of(change, reader)
    return ChangeRow(
        change=change,
        title=change_title(change, reader),
        badge=badge,
        tone=tone,
        sentences=[*asked_sentences(change, reader), *pending_sentences(change, subscription, reader)],
        answer_url=page_url("change-answer", subscription, collaborations, by, change.pk) if may_answer else "",
        take_back_url=(
            page_url("change-take-back", subscription, collaborations, by, change.pk) if may_take_back else ""
        ),
    )


def page_url(
    name: str, subscription: Subscription, collaborations: Sequence[Collaboration], by: Person, *args: int
) -> str:
    """The address of a page about the agreement, on the reader's own side."""
    code = subscription.service.code
    if not isinstance(by, Employee):
        return reverse(f"my_services:{name}", args=[code, *args])
    own = next(collaboration for collaboration in collaborations if collaboration.firm_id == by.firm_id)
    return reverse(f"collaboration:{name}", args=[own.client.number, code, *args])


def change_title(change: SubscriptionChange, reader: int | None) -> str:
    what = {
        Kind.VARIANT: _("Variant"), Kind.PAYER: _("Fakturamottaker"), Kind.PERIOD: _("Avtaleperiode"),
    }[Kind(change.kind)]  # fmt: skip
    old, new = ends_of(change, reader)
    return _("%(what)s: fra %(old)s til %(new)s") % {"what": what, "old": old, "new": new}


def ends_of(change: SubscriptionChange, reader: int | None) -> tuple[str, str]:
    """What the change goes from and to, in words."""
    if change.kind == Kind.VARIANT:
        return change.from_variant.name, change.to_variant.name
    if change.kind == Kind.PAYER:
        return party_name(change.from_firm, reader), party_name(change.to_firm, reader)
    assert change.from_months  # the database says so of its kind
    assert change.to_months
    return months_in_words(change.from_months), months_in_words(change.to_months)


def state_of(change: SubscriptionChange, reader: int | None) -> tuple[str, str]:
    if change.is_agreed:
        return _("Avtalt"), "success"
    if change.answering_firm_id == reader:
        return _("Venter på dere"), "warning"
    return _("Venter på svar"), "neutral"


def asked_sentences(change: SubscriptionChange, reader: int | None) -> list[str]:
    """Who asked for the change, and when; the reader's own people are named."""
    is_own = change.asking_firm_id == reader
    name = change.asked_by.name if is_own else party_name(change.asking_firm, reader)
    values = {"name": name, "day": day_in_words(localtime(change.asked_at).date())}
    return [_("Foreslått av %(name)s %(day)s.") % values]


def pending_sentences(change: SubscriptionChange, subscription: Subscription, reader: int | None) -> list[str]:
    """From when it holds, whom it waits for, and what happens without an answer."""
    if change.is_agreed:
        assert change.effective_on
        return [_("Gjelder fra %(day)s.") % {"day": day_in_words(change.effective_on)}]
    values = {"name": party_name(change.answering_firm, reader)}
    if change.effective_on is None:
        sentences = [_("Gjelder straks %(name)s har sagt ja.") % values]
    else:
        values["day"] = day_in_words(change.effective_on)
        sentences = [_("Gjelder fra %(day)s hvis %(name)s sier ja.") % values]
    return [*sentences, *deadline_sentences(change.kind, subscription, change.lapses_on)]


def deadline_sentences(kind: str, subscription: Subscription, lapses_on: date | None) -> list[str]:
    """Until when there is to be a yes, and what happens without."""
    answer_by = [_("Frist for svar er %(day)s.") % {"day": last_day(lapses_on)}] if lapses_on else []
    return [*answer_by, without_answer(kind, subscription, lapses_on)]
