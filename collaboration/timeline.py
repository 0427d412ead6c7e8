"""The time line of a request, in words: what was done, how its mails fared, what comes, and what one does next.

Everything is read from what is kept anyway (events, mails, what the provider told, reminders, proposals) in six
queries for any number of requests.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collaboration.emails import KINDS_WITH_THE_LINK
from collaboration.links import has_come_since, link_is_the_way_in
from collaboration.models import Activation, ForwardProposal, Reminder
from collaboration.offers import is_impossible
from collaboration.pages import moment
from ground.clock import oslo_date
from ground.mail_addresses import shown_address
from history.models import Event
from notifications.delivery import MAX_ATTEMPTS, their_words
from notifications.models import Email, EmailEvent

Item = dict[str, Any]

NEW_RECEIVER = ("correct_address", "forward")


@dataclass(frozen=True)
class Moment:
    """One entry; `state` is the component's: done, current, problem, coming."""

    at: datetime
    title: str
    text: str = ""
    state: str = "done"

    def as_item(self) -> Item:
        return {"at": moment(self.at), "title": self.title, "text": self.text, "state": self.state}


@dataclass
class Facts:
    """What is known of one request, each list oldest first."""

    started_by: str = ""
    events: list[Event] = field(default_factory=list)
    mails: list[Email] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    proposals: list[ForwardProposal] = field(default_factory=list)
    is_impossible: bool = False
    end: Moment | None = None

    @property
    def is_proposed(self) -> bool:
        return any(proposal.answered_at is None for proposal in self.proposals)

    @property
    def latest_mail(self) -> Email | None:
        return next((mail for mail in reversed(self.mails) if mail.status != Email.Status.CANCELLED), None)

    @property
    def was_seen(self) -> bool:
        """By somebody, since the request got the receiver that it has now."""
        newest_first = (event.verb for event in reversed(self.events))
        return "see" in takewhile(lambda verb: verb not in NEW_RECEIVER, newest_first)

    @property
    def has_bounced(self) -> bool:
        return self.latest_mail is not None and self.latest_mail.bounced_at is not None


def make_timelines(activations: Iterable[Activation], now: datetime) -> dict[int, list[Item]]:
    """The time lines by the requests' ids."""
    by_id = {activation.pk: activation for activation in activations}
    facts = gather(list(by_id), now)
    return {pk: make_items(activation, facts[pk], now) for pk, activation in by_id.items()}


def gather(ids: list[int], now: datetime) -> dict[int, Facts]:
    about = {"subject_type": Activation._meta.label_lower, "subject_id__in": ids}
    told = Prefetch("events", EmailEvent.objects.order_by("at", "event_id"))
    mails = Email.objects.filter(kind__in=KINDS_WITH_THE_LINK, **about).defer("message", "secret")
    facts: dict[int, Facts] = defaultdict(Facts)
    requests = Activation.objects.filter(pk__in=ids).annotate(lost=is_impossible(oslo_date(now)))
    ends = ("collaboration__ended_at", "collaboration__ended_by__name")
    for request in requests.values("pk", "started_by__user__name", "lost", *ends):
        found = facts[request["pk"]]
        found.started_by, found.is_impossible = request["started_by__user__name"], request["lost"]
        ended_at, ended_by = (request[name] for name in ends)
        found.end = Moment(ended_at, _("Samarbeidet ble avsluttet"), by_whom(ended_by)) if ended_at else None
    for event in Event.objects.filter(**about).select_related("by").order_by("at", "pk"):
        facts[event.subject_id].events.append(event)
    for mail in mails.prefetch_related(told).order_by("posted_at", "pk"):
        assert mail.subject_id
        facts[mail.subject_id].mails.append(mail)
    for reminder in Reminder.objects.waiting().filter(activation__in=ids).order_by("due_at"):
        facts[reminder.activation_id].reminders.append(reminder)
    for proposal in ForwardProposal.objects.filter(activation__in=ids).order_by("proposed_at", "pk"):
        facts[proposal.activation_id].proposals.append(proposal)
    return facts


def make_items(activation: Activation, facts: Facts, now: datetime) -> list[Item]:
    moments = [
        Moment(activation.started_at, _("Utkastet ble påbegynt"), by_whom(facts.started_by)),
        *deed_moments(activation, facts),
        *(found for mail in facts.mails for found in mail_moments(mail)),
    ]
    moments += [facts.end] if facts.end else []
    items = [found.as_item() for found in sorted(moments, key=lambda found: found.at)]
    return items + coming_items(activation, facts, now) if activation.is_pending else items


# --- Deeds -------------------------------------------------------------------------------------------------------


def deed_moments(activation: Activation, facts: Facts) -> list[Moment]:
    titles = {
        "send": _("Forespørselen ble sendt"),
        "resend": _("Sendt på nytt"),
        "correct_address": _("E-postadressen ble rettet, og forespørselen sendt på nytt"),
        "forward": _("Sendt videre til rett person"),
        "disown": _("Mottakeren svarte at det er feil person"),
        "request_link": _("Mottakeren ba om ny lenke"),
        "approve": _("Godkjent"),
        "decline": _("Avslått"),
        "withdraw": _("Trukket tilbake"),
        "expire": _("Utløpt uten svar"),
    }
    found: list[Moment] = []
    seen_by: set[int | None] = set()
    for event in facts.events:
        name = event.by.name if event.by else ""
        if event.verb in NEW_RECEIVER:
            seen_by.clear()
        if event.verb == "see" and event.by_id not in seen_by:
            seen_by.add(event.by_id)
            found.append(Moment(event.at, _("Sett av %(name)s") % {"name": name}, _("Logget inn på Mine tjenester.")))
        elif title := proposal_title(event, facts.proposals) or titles.get(event.verb):
            state = "problem" if event.verb in ("decline", "disown", "expire") else "done"
            found.append(Moment(event.at, title, deed_text(activation, event.verb, name), state))
    return found


def proposal_title(event: Event, proposals: list[ForwardProposal]) -> str:
    """What the deed was to a proposal: it made it, refused it, or sent the request to the proposed person."""
    for proposal in proposals:
        name = {"name": proposal.name}
        if event.verb == "correct_address" and proposal.was_accepted and proposal.answered_at == event.at:
            return _("Forslaget ble godtatt, sendt videre til %(name)s") % name
        if event.after.get("proposal") == proposal.pk:
            was_made = event.verb == "propose_forward"
            return (_("Mottakeren foreslo %(name)s") if was_made else _("Forslaget om %(name)s ble avvist")) % name
    return ""


def deed_text(activation: Activation, verb: str, name: str) -> str:
    if verb in ("correct_address", "forward"):
        return " ".join([by_whom(name), _("Den gamle lenken er erstattet.")]).strip()
    if verb == "decline" and activation.decline_reason:
        return f"{by_whom(name)} {_('Begrunnelse:')} {activation.decline_in_words}"
    return by_whom(name)


def by_whom(name: str) -> str:
    return _("Av %(name)s.") % {"name": name} if name else ""


# --- Mails -------------------------------------------------------------------------------------------------------


def mail_moments(mail: Email) -> list[Moment]:
    """The way of one mail: in the queue, handed over, and what the receiving side said. One cancelled says nothing."""
    if mail.status == Email.Status.CANCELLED and mail.sent_at is None:
        return []
    names = MailWords(mail.kind)
    if mail.sent_at is None and mail.bounced_at is None:
        return [unsent_moment(mail, names)]
    moments = []
    told = {event.type: event for event in reversed(list(mail.events.all()))}
    delayed, delivered = told.get(EmailEvent.Type.DELAYED), told.get(EmailEvent.Type.DELIVERED)
    delayed_at = delayed.at if delayed else mail.delayed_at
    delivered_at = delivered.at if delivered else mail.delivered_at
    arrived = bool(delivered_at or mail.bounced_at)
    if mail.sent_at and not (names.is_reminder and arrived):
        moments.append(Moment(mail.sent_at, names.handed_over, shown_address(mail.to)))
    if delayed_at:
        state = "current" if mail.delayed_at else "done"
        text = quote(delayed.reason if delayed else "", _("Mottakerens e-posttjeneste prøver igjen."))
        moments.append(Moment(delayed_at, names.delayed, text, state))
    if delivered_at:
        moments.append(Moment(delivered_at, names.delivered, shown_address(mail.to)))
    if mail.bounced_at:
        refused = _("%(address)s tok ikke imot.") % {"address": shown_address(mail.to)} if mail.to else ""
        moments.append(Moment(mail.bounced_at, names.bounced, quote(mail.last_error, refused), "problem"))
    return moments


def unsent_moment(mail: Email, names: "MailWords") -> Moment:
    if mail.status == Email.Status.DEAD:
        text = quote(their_words(mail.last_error), _("Den kunne ikke overleveres."))
        return Moment(mail.posted_at, names.not_sent, text, "problem")
    if mail.attempts and mail.last_error:
        again = _("Forsøk %(count)s av %(most)s. Det neste går %(at)s.") % {
            "count": mail.attempts,
            "most": MAX_ATTEMPTS,
            "at": moment(mail.next_attempt_at),
        }
        return Moment(mail.posted_at, names.delayed, quote(their_words(mail.last_error), again), "current")
    return Moment(mail.posted_at, names.queued, shown_address(mail.to), "current")


class MailWords:
    """What a mail is called in each state: the request itself, a reminder, or the last warning."""

    def __init__(self, kind: str) -> None:
        name = {
            "activation_reminder": _("Påminnelsen"),
            "activation_last_warning": _("Det siste varselet"),
        }.get(kind, _("E-posten"))
        self.is_reminder = kind != "activation_sent"
        self.queued = _("%(mail)s er i kø") % {"mail": name}
        self.handed_over = _("%(mail)s er sendt") % {"mail": name}
        self.delayed = _("%(mail)s er forsinket") % {"mail": name}
        self.delivered = _("%(mail)s er kommet fram") % {"mail": name}
        self.bounced = _("%(mail)s kom i retur") % {"mail": name}
        self.not_sent = _("%(mail)s ble ikke sendt") % {"mail": name}


def quote(reason: str, sentence: str) -> str:
    """A sentence of ours, and the other side's words as theirs."""
    quoted = _("«%(words)s»") % {"words": reason} if reason else ""
    return f"{sentence} {quoted}".strip()


# --- What comes --------------------------------------------------------------------------------------------------


def coming_items(activation: Activation, facts: Facts, now: datetime) -> list[Item]:
    last_day = date_format(activation.last_day)
    if activation.is_over(now):
        last_answer = _("Siste dag å svare var %(day)s.") % {"day": last_day}
        text = _("Start på nytt for å spørre igjen.")
        return [{"title": _("Fristen er ute"), "state": "problem", "text": f"{last_answer} {text}"}]
    text = next_action(activation, facts, now)
    items: list[Item] = [{"title": waits_for(activation, facts), "state": "current", "text": text}]
    if facts.reminders and not (facts.is_impossible or facts.has_bounced or activation.is_disowned):
        items.append(reminder_item(facts.reminders, now))
    text = _("Svarer ingen, faller forespørselen bort.")
    return [*items, {"title": _("Siste dag å svare"), "state": "coming", "at": last_day, "text": text}]


def reminder_item(waiting: list[Reminder], now: datetime) -> Item:
    """Of several that are overdue a single one goes: the latest."""
    overdue = [reminder for reminder in waiting if reminder.due_at <= now]
    reminder = overdue[-1] if overdue else waiting[0]
    is_last = reminder.kind == Reminder.Kind.LAST_WARNING
    if overdue:
        return {"title": _("Siste varsel sendes nå") if is_last else _("Påminnelse sendes nå"), "state": "coming"}
    title = _("Siste varsel sendes") if is_last else _("Neste påminnelse sendes")
    return {"title": title, "state": "coming", "at": moment(reminder.due_at)}


def waits_for(activation: Activation, facts: Facts) -> str:
    if facts.is_impossible:
        return _("Kan ikke godkjennes lenger")
    if facts.is_proposed:
        return _("Venter på svar på forslaget")
    is_wrong = facts.has_bounced or activation.is_disowned
    return _("Venter på riktig adresse") if is_wrong else _("Venter på kunden")


def next_action(activation: Activation, facts: Facts, now: datetime) -> str:
    """What the accountant does next, while the request waits."""
    mail, name = facts.latest_mail, {"name": activation.contact_name}
    needs_the_link = link_is_the_way_in(activation)
    if facts.is_impossible:
        return _("Abonnementet er avsluttet siden forespørselen ble sendt. Start på nytt.")
    if facts.is_proposed:
        return _("Mottakeren har foreslått en annen person. Svar ja eller nei på forslaget.")
    if facts.has_bounced or activation.is_disowned:
        return _("Rett e-postadressen og send på nytt. Påminnelsene er stanset til det er gjort.")
    if has_come_since(activation) and not facts.was_seen:
        return _("En administrator for kunden svarer på Mine tjenester. Du trenger ikke gjøre noe nå.")
    if mail is not None and mail.status == Email.Status.DEAD:
        if needs_the_link:
            return _("Send på nytt, eller rett adressen: lenken i e-posten er veien inn for %(name)s.") % name
        return _("Send på nytt, eller be %(name)s svare på Mine tjenester.") % name
    if facts.was_seen:
        return _("Forespørselen er sett, men ikke besvart. Ring %(name)s hvis det haster.") % name
    if mail is not None and (mail.delayed_at or (mail.attempts and mail.sent_at is None)):
        if needs_the_link:
            return _("E-posten er underveis, og lenken i den er veien inn. Ring %(name)s hvis det haster.") % name
        return _("E-posten er underveis. Haster det, kan %(name)s logge inn på Mine tjenester og svare.") % name
    if mail is not None and mail.sent_at and mail.sent_at < now - timedelta(days=1):
        return _("Ingen har åpnet forespørselen ennå. Ring %(name)s, eller send på nytt.") % name
    if needs_the_link:
        return _("%(name)s må følge lenken i e-posten og svare. Du trenger ikke gjøre noe nå.") % name
    return _("%(name)s må logge inn på Mine tjenester og svare. Du trenger ikke gjøre noe nå.") % name
