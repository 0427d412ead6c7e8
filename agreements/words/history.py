"""What has happened to an agreement and the collaborations in it, in words, for the party that reads.

A firm reads its own collaboration, and of the agreement what has happened since the customer said yes to it. It reads
"kunden" and "et annet byrå", never another firm's name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.access.log import AccessLog, People, Turn, read_access_log
from agreements.asking import OF_REQUEST
from agreements.models import Collaboration, SubscriptionChange
from agreements.words.changes import change_title
from agreements.words.moments import Item, Moment
from agreements.words.sentences import day_in_words, join, last_day
from clients.models import Task
from history.models import Event
from organisations.models import Firm
from subscriptions.models import Subscription

OF_SUBSCRIPTION = Subscription._meta.label_lower
OF_COLLABORATION = Collaboration._meta.label_lower

CHANGE_TITLES = {
    "propose": gettext_lazy("Endring foreslått"),
    "agree": gettext_lazy("Endring avtalt"),
    "refuse": gettext_lazy("Endring avslått"),
    "take_back": gettext_lazy("Endring tatt tilbake"),
    "lapse": gettext_lazy("Endring bortfalt"),
}


@dataclass
class HistoryFacts:
    """What the sentences name. `reader` is a firm's id, or None: the company."""

    reader: int | None
    subscription: Subscription
    collaborations: dict[int, Collaboration]
    events: list[Event] = field(default_factory=list)
    changes: dict[int, SubscriptionChange] = field(default_factory=dict)
    tasks: dict[int, str] = field(default_factory=dict)

    @property
    def firms(self) -> dict[int, Firm]:
        own = {collaboration.firm_id: collaboration.firm for collaboration in self.collaborations.values()}
        asking = [change.asking_firm for change in self.changes.values() if change.asking_firm]
        return {firm.pk: firm for firm in asking} | own


def agreement_history(
    subscription: Subscription,
    collaborations: Iterable[Collaboration],
    *,
    reader: int | None,
    access: AccessLog | None = None,
) -> list[Item]:
    """The time line, newest first. `collaborations` with their firm and request: a firm's own one, or all of them.

    `access` is their log, where the page has read it already.
    """
    facts = gather(subscription, {one.pk: one for one in collaborations}, reader)
    told = [(event.at, event.pk, moment) for event in facts.events if (moment := moment_of(event, facts))]
    told += people_moments(access or read_access_log(facts.collaborations.values()), facts)
    newest_first = sorted(told, key=itemgetter(0, 1), reverse=True)
    return [moment.as_item() for _at, _pk, moment in newest_first]


def gather(subscription: Subscription, collaborations: dict[int, Collaboration], reader: int | None) -> HistoryFacts:
    """Read the events and what their sentences name. Four queries at most, however much has happened."""
    facts = HistoryFacts(reader, subscription, collaborations)
    of_agreement = Q(subject_type=OF_SUBSCRIPTION, subject_id=subscription.pk)
    of_collaborations = Q(subject_type=OF_COLLABORATION, subject_id__in=list(collaborations))
    approvals = Q(
        subject_type=OF_REQUEST,
        subject_id__in=[one.activation_id for one in collaborations.values()],
        verb="approve",
    )
    if reader is not None:
        of_agreement &= since_the_yes(collaborations.values())
    events = Event.objects.filter(of_agreement | of_collaborations | approvals).select_related("by")
    once = ("subject_type", "subject_id", "by_id")
    first_openings = events.filter(verb="open").order_by(*once, "at").distinct(*once)
    facts.events = [*events.exclude(verb="open"), *first_openings]
    facts.changes = find_changes(subscription, facts.events)
    facts.tasks = find_tasks(facts.events, reader)
    return facts


def since_the_yes(collaborations: Iterable[Collaboration]) -> Q:
    """Condition: events of the days in which the firm has collaborated."""
    days = Q(pk=None)
    for one in collaborations:
        span = Q(at__gte=one.activation.decided_at)
        days |= span & Q(at__lte=one.ended_at) if one.ended_at else span
    return days


def find_changes(subscription: Subscription, events: Sequence[Event]) -> dict[int, SubscriptionChange]:
    named = {event.after["change"] for event in events if "change" in event.after}
    named |= {pk for event in events if event.verb == "renew" for pk in event.after.get("changes", ())}
    return subscription.changes.with_names().in_bulk(named) if named else {}


def find_tasks(events: Sequence[Event], reader: int | None) -> dict[int, str]:
    """What the tasks are called: the firm that has them reads their labels, anybody else their types alone."""
    named = {
        pk for event in events if event.verb == "change_task" for pk in (event.before["task"], event.after["task"])
    }
    tasks = Task.objects.filter(pk__in=named).select_related("type") if named else []
    return {task.pk: task.label if task.firm_id == reader else task.type.local_name for task in tasks}


# --- One event ---------------------------------------------------------------------------------------------------


def moment_of(event: Event, facts: HistoryFacts) -> Moment | None:
    """The time line's entry for an event; None for a verb that the reader is not told."""
    words = words_of_change if "change" in event.after else WORDS.get((event.subject_type, event.verb))
    if words is None:
        return None
    title, text = words(event, facts)
    return Moment(event.at, title, text, "problem" if event.verb.startswith("refuse_") else "done")


def words_of_change(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    change, verb = facts.changes[event.after["change"]], event.verb.rpartition("_")[0]
    sentences = [f"{change_title(change, facts.reader)}.", by_whom(event, facts)]
    if verb == "agree" and event.after.get("effective_on"):
        day = date.fromisoformat(event.after["effective_on"])
        sentences.append(_("Gjelder fra %(day)s.") % {"day": day_in_words(day)})
    if verb == "lapse":
        sentences.append(_("Alt ble som det var."))
    return str(CHANGE_TITLES[verb]), join(*sentences)


def words_of_renewal(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    day = date.fromisoformat(event.after["from"])
    titles = [change_title(facts.changes[pk], facts.reader) for pk in event.after.get("changes", ())]
    sentences = [_("Ny periode fra %(day)s.") % {"day": day_in_words(day)}]
    return _("Avtalen ble fornyet"), join(*sentences, *(f"{title}." for title in titles))


def words_of_finish(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    day = date.fromisoformat(event.after["on"])
    was_at_once = day == facts.subscription.cancelled_on
    last = day_in_words(day) if was_at_once else last_day(day)
    values = {"day": last, "until": last_day(facts.subscription.reads_until(day))}
    return _("Abonnementet ble avsluttet"), _("Siste dag var %(day)s. Dataene kan leses til og med %(until)s.") % values


def words_of_cancelling(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    return _("Avtalen ble sagt opp"), by_whom(event, facts)


def words_of_resuming(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    return _("Avtalen ble gjenopptatt"), by_whom(event, facts)


def words_of_order(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    return _("Tjenesten ble bestilt"), by_whom(event, facts)


def words_of_record(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    return _("Avtalen ble registrert"), _("Den ble inngått utenfor portalen.")


def words_of_approval(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    title = of_which_firm(event, facts, _("Samarbeidet ble godkjent"), _("Samarbeidet med %(firm)s ble godkjent"))
    return title, _("Av %(name)s.") % {"name": event.by.name}


def words_of_task(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    values = {"old": facts.tasks.get(event.before["task"], ""), "new": facts.tasks.get(event.after["task"], "")}
    changed = _("Fra %(old)s til %(new)s. De som står på oppgaven, har tilgang.") % values
    return _("Oppgaven ble byttet"), join(changed, by_whom(event, facts))


def words_of_planned_end(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    title = of_which_firm(event, facts, _("Samarbeidet skal avsluttes"), _("Samarbeidet med %(firm)s skal avsluttes"))
    day = last_day(date.fromisoformat(event.after["ends_on"]))
    return title, join(_("Siste dag er %(day)s.") % {"day": day}, by_whom(event, facts))


def words_of_end_taken_back(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    sentences = _("Samarbeidet fortsetter likevel"), _("Samarbeidet med %(firm)s fortsetter likevel")
    return of_which_firm(event, facts, *sentences), by_whom(event, facts)


def words_of_end(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    outcomes = {
        Collaboration.Outcome.CONTINUES: _("Kunden fortsetter alene."),
        Collaboration.Outcome.SERVICE_ENDS: _("Tjenesten avsluttes også."),
    }
    outcome = outcomes.get(event.after.get("outcome", ""), "") if facts.reader else ""
    title = of_which_firm(event, facts, _("Samarbeidet ble avsluttet"), _("Samarbeidet med %(firm)s ble avsluttet"))
    return title, join(outcome, by_whom(event, facts) or over_after(facts.collaborations[event.subject_id]))


def over_after(collaboration: Collaboration) -> str:
    """The sentence with the last day of a collaboration that the clock has ended; empty where none is known."""
    last = collaboration.last_day
    return _("Siste dag var %(day)s.") % {"day": day_in_words(last)} if last else ""


def words_of_opening(event: Event, facts: HistoryFacts) -> tuple[str, str]:
    if event.after.get("read_only"):
        return _("Dataene ble åpnet for lesing første gang"), by_whom(event, facts)
    return _("Tjenesten ble åpnet første gang"), by_whom(event, facts)


WORDS = {
    (OF_SUBSCRIPTION, "renew"): words_of_renewal,
    (OF_SUBSCRIPTION, "finish"): words_of_finish,
    (OF_SUBSCRIPTION, "cancel"): words_of_cancelling,
    (OF_SUBSCRIPTION, "resume"): words_of_resuming,
    (OF_SUBSCRIPTION, "order"): words_of_order,
    (OF_SUBSCRIPTION, "record"): words_of_record,
    (OF_SUBSCRIPTION, "open"): words_of_opening,
    (OF_COLLABORATION, "open"): words_of_opening,
    (OF_COLLABORATION, "change_task"): words_of_task,
    (OF_COLLABORATION, "plan_end"): words_of_planned_end,
    (OF_COLLABORATION, "take_back_end"): words_of_end_taken_back,
    (OF_COLLABORATION, "end"): words_of_end,
    (OF_REQUEST, "approve"): words_of_approval,
}


# --- Who has come and gone ----------------------------------------------------------------------------------------


def people_moments(access: AccessLog, facts: HistoryFacts) -> list[tuple[datetime, int, Moment]]:
    """Hour, id and entry of each change of who gets in, without those by which a collaboration begins or ends."""
    return [
        (turn.event.at, turn.event.pk, tell_turn(turn, access, facts, facts.collaborations[pk]))
        for pk, turns in access.turns.items()
        for turn in turns
        if pk in facts.collaborations and not turn.is_access_itself
    ]


def tell_turn(turn: Turn, access: AccessLog, facts: HistoryFacts, collaboration: Collaboration) -> Moment:
    if facts.reader is None:
        came, went = _("%(names)s hos %(firm)s fikk tilgang."), _("%(names)s hos %(firm)s har ikke tilgang lenger.")
    else:
        came, went = _("%(names)s fikk tilgang."), _("%(names)s har ikke tilgang lenger.")
    told = [
        words % {"names": names_of(people, access), "firm": collaboration.firm.name}
        for words, people in ((came, turn.came), (went, turn.went))
        if people
    ]
    return Moment(turn.event.at, _("Endret hvem som har tilgang"), join(*told, by_whom(turn.event, facts)))


def names_of(people: People, access: AccessLog) -> str:
    return get_text_list(sorted(access.people[pk].user.name for pk in people), _("og"))


# --- Who ---------------------------------------------------------------------------------------------------------


def by_whom(event: Event, facts: HistoryFacts) -> str:
    """Who did it: the reader's own people by name, to the company a firm's too; else the party. Empty: the clock."""
    if event.by is None:
        return ""
    party = party_of_event(event)
    if party == facts.reader:
        return _("Av %(name)s.") % {"name": event.by.name}
    if facts.reader is None:
        firm = facts.firms.get(party) if party else None
        who = _("%(name)s i %(firm)s") % {"name": event.by.name, "firm": firm.name} if firm else _("byrået")
        return _("Av %(name)s.") % {"name": who}
    return _("Av kunden.") if party is None else _("Av et annet byrå.")


def party_of_event(event: Event) -> int | None:
    """The firm that somebody acted for, by its id; None is the company."""
    if "party" in event.after:
        return event.after["party"]
    if event.verb in ("plan_end", "take_back_end") or event.after.get("side") == "company":
        return None
    return event.firm_id


def of_which_firm(event: Event, facts: HistoryFacts, alone: str, named: str) -> str:
    """`named` with the firm's name for the company, which may have several firms; for a firm `alone`."""
    firm = facts.firms.get(event.firm_id) if facts.reader is None and event.firm_id else None
    return named % {"firm": firm.name} if firm else alone
