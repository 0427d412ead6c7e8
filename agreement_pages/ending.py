"""What is told before somebody ends, cancels or resumes: access, data, money, the others; and what comes when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreement_pages.changing import Seat
from agreements.models import Collaboration
from agreements.plans import Kind
from agreements.rights import may_end_service
from agreements.rules import days, facts, money, verbs
from agreements.rules.values import Party
from agreements.words.outlook import Coming, end, fingerprint, plan_end, tell_outlook, who_pays
from agreements.words.refusals import in_words
from agreements.words.sentences import day_in_words, last_day

Outcome = Collaboration.Outcome
Fact = tuple[str, str]


@dataclass(frozen=True)
class Ending:
    """One way to go, as its page shows it: `value` is what the form sends, `shown` what its deed compares."""

    value: str
    title: str
    facts: Sequence[Fact]
    outlook: Sequence[Coming]
    button: str
    is_end: bool = True

    @property
    def shown(self) -> str:
        return fingerprint(self.outlook)


# --- Ending a collaboration


def endings(seat: Seat, collaboration: Collaboration) -> list[Ending]:
    """The outcomes that this person may choose; of a cancelled agreement there is one."""
    ways = [continuing(seat, collaboration)]
    subscription = seat.subscription
    if not subscription.is_cancelled and may_end_service(subscription, seat.collaborations, seat.by):
        ways.append(ending_service(seat, collaboration))
    return ways


def continuing(seat: Seat, collaboration: Collaboration) -> Ending:
    outcome = end(seat.loaded, collaboration, by=seat.reader, outcome=Outcome.CONTINUES, day=seat.day)
    return Ending(
        Outcome.CONTINUES,
        _("Dere fortsetter i tjenesten uten byrået") if seat.reader is None else str(Outcome.CONTINUES.label),
        [
            (_("Tilgang"), access_lost(seat, collaboration)),
            (_("Abonnementet"), what_becomes_of_it(seat, collaboration)),
            (_("Data"), _("Alt som er registrert, blir liggende i tjenesten.")),
            *others_stay(seat, collaboration),
            *everything_else(seat, collaboration),
        ],
        tell_outlook(seat.loaded, outcome, reader=seat.reader, day=seat.day),
        _("Avslutt samarbeidet"),
    )


def ending_service(seat: Seat, collaboration: Collaboration) -> Ending:
    outcome = end(seat.loaded, collaboration, by=seat.reader, outcome=Outcome.SERVICE_ENDS, day=seat.day)
    return Ending(
        Outcome.SERVICE_ENDS,
        _("Tjenesten avsluttes også"),
        [
            (_("Tilgang"), f"{access_lost(seat, collaboration)} {how_long_it_lasts(seat)}"),
            (_("Data"), how_long_it_is_read(seat)),
            (_("Penger"), no_money_back()),
            *others_go(seat, collaboration),
            *everything_else(seat, collaboration),
            *([(_("Oppsigelsen"), undoing_after_leaving(seat))] if seat.subscription.renews_on else []),
        ],
        tell_outlook(seat.loaded, outcome, reader=seat.reader, day=seat.day),
        _("Avslutt samarbeidet og tjenesten"),
    )


def planned_ending(seat: Seat, collaboration: Collaboration, on: date) -> Ending:
    """The company chooses the first day without the firm."""
    outcome = plan_end(seat.loaded, collaboration, on, day=seat.day)
    names = {"firm": collaboration.firm.name, "last": last_day(on)}
    return Ending(
        "later",
        _("Avslutt med %(last)s som siste dag") % names,
        [
            (_("Tilgang"), _("%(firm)s beholder tilgangen til og med %(last)s. Byrået får beskjed nå.") % names),
            (_("Data"), _("Alt som er registrert, blir liggende i tjenesten.")),
            *others_stay(seat, collaboration),
            (_("Angre"), _("Du kan ta det tilbake til og med %(last)s.") % names),
        ],
        tell_outlook(seat.loaded, outcome, reader=seat.reader, day=seat.day),
        _("Avslutt med %(last)s som siste dag") % names,
    )


def going_on(seat: Seat, collaboration: Collaboration) -> Ending:
    """The company takes the chosen day back."""
    outcome = plan_end(seat.loaded, collaboration, None, day=seat.day)
    names = {"firm": collaboration.firm.name}
    return Ending(
        "go_on",
        _("Samarbeidet fortsetter"),
        [(_("Tilgang"), _("%(firm)s beholder tilgangen. Byrået får beskjed nå.") % names)],
        tell_outlook(seat.loaded, outcome, reader=seat.reader, day=seat.day),
        _("La samarbeidet fortsette"),
        is_end=False,
    )


def access_lost(seat: Seat, collaboration: Collaboration) -> str:
    if seat.reader is not None:
        return _("Dere mister tilgangen til tjenesten straks. Kundens administratorer får en e-post om det.")
    people = [person.user.name for person in collaboration.task.people if person.is_active]
    values = {"names": ", ".join(people), "firm": collaboration.firm.name}
    lost = _("%(names)s i %(firm)s mister tilgangen straks.") if people else _("%(firm)s mister tilgangen straks.")
    kept = _("Deres egne brukere beholder sin. Byrået får beskjed, og du får en kvittering på e-post.")
    return f"{lost % values} {kept}"


def what_becomes_of_it(seat: Seat, collaboration: Collaboration) -> str:
    """The subscription without the firm, and who pays for it."""
    subscription = seat.subscription
    ends_on = subscription.renews_on or seat.day
    values = {"variant": subscription.variant.full_name, "last": last_day(ends_on)}
    if not subscription.is_active:
        return _("%(variant)s er allerede avsluttet.") % values
    if subscription.is_cancelled:
        return _("%(variant)s er sagt opp, og siste dag er %(last)s. Det endres ikke.") % values
    if money.period_now(seat.loaded.value, seat.day).per_month == 0:
        return _("%(variant)s fortsetter som før.") % values + " " + _("Tjenesten er gratis.")
    if subscription.paying_firm_id == collaboration.firm_id:
        return payer_leaves(seat) % values
    goes_on = _("%(variant)s fortsetter som før.") % values
    if seat.reader is not None:
        return goes_on + " " + _("Fakturamottakeren er den samme.")
    payer = subscription.paying_firm.name if subscription.paying_firm else subscription.company.name
    return goes_on + " " + _("Fakturamottaker er fortsatt %(payer)s.") % {"payer": payer}


def payer_leaves(seat: Seat) -> str:
    is_settled = seat.subscription.changes.agreed().filter(kind=Kind.PAYER).exists()
    if seat.subscription.renews_on is None:
        return _("%(variant)s fortsetter.")
    paid = _("%(variant)s fortsetter, og er betalt til og med %(last)s. Ingenting betales tilbake.")
    if is_settled:
        return paid
    if seat.reader is None:
        return paid + " " + _("Etter det betaler dere.")
    return paid + " " + _("Kunden blir spurt om å betale etter det. Sier kunden ikke ja, slutter tjenesten.")


def how_long_it_lasts(seat: Seat) -> str:
    if seat.subscription.renews_on is None:
        return _("Tjenesten slutter straks, for alle.")
    values = {"last": last_day(seat.subscription.renews_on)}
    if seat.reader is None:
        return _("Dere kan arbeide i tjenesten til og med %(last)s.") % values
    return _("Kunden kan arbeide i tjenesten til og med %(last)s.") % values


def how_long_it_is_read(seat: Seat) -> str:
    years = seat.subscription.service.retention_years
    return ngettext(
        "Når tjenesten har sluttet, kan dataene bare leses, i %(years)s år.",
        "Når tjenesten har sluttet, kan dataene bare leses, i %(years)s år.",
        years,
    ) % {"years": years}


def no_money_back() -> str:
    return _("Det som er betalt, betales ikke tilbake. Ingenting mer blir belastet.")


def others_stay(seat: Seat, collaboration: Collaboration) -> list[Fact]:
    names = names_of_others(seat, collaboration)
    return [(_("Andre byråer"), _("%(names)s beholder tilgangen sin.") % {"names": names})] if names else []


def others_go(seat: Seat, collaboration: Collaboration | None = None) -> list[Fact]:
    names = names_of_others(seat, collaboration)
    if not names:
        return []
    return [(_("Andre byråer"), _("%(names)s mister tilgangen når tjenesten slutter.") % {"names": names})]


def names_of_others(seat: Seat, collaboration: Collaboration | None) -> str:
    """The company's other firms; no firm is told of another here."""
    if seat.reader is not None:
        return ""
    own = collaboration.pk if collaboration else None
    return ", ".join(sorted(one.firm.name for one in seat.collaborations if one.pk != own))


def everything_else(seat: Seat, collaboration: Collaboration) -> list[Fact]:
    firm = {"firm": collaboration.firm.name}
    if seat.reader is not None:
        again = _("Vil dere samarbeide igjen, sender du en ny forespørsel som kunden må godkjenne.")
        return [(_("Andre tjenester"), _("Samarbeid i andre tjenester påvirkes ikke.")), (_("Angre"), again)]
    return [
        (_("Andre tjenester"), _("Samarbeid med %(firm)s i andre tjenester påvirkes ikke.") % firm),
        (_("Angre"), _("Vil dere samarbeide igjen, spør %(firm)s på nytt, og dere godkjenner.") % firm),
    ]


# --- Cancelling and resuming an agreement


def cancelling(seat: Seat) -> Ending:
    with in_words():
        outcome = verbs.cancel(seat.loaded.value, by=Party(seat.reader), day=seat.day)
    return Ending(
        "cancel",
        _("Avtalen sies opp"),
        [
            (_("Tilgang"), " ".join([how_long_it_lasts(seat), _("Alle som samarbeider, får beskjed.")])),
            (_("Data"), how_long_it_is_read(seat)),
            (_("Penger"), no_money_back()),
            *others_go(seat),
            (_("Angre"), undoing(seat)),
        ],
        tell_outlook(seat.loaded, outcome, reader=seat.reader, day=seat.day),
        _("Si opp avtalen"),
    )


def undoing(seat: Seat) -> str:
    if seat.subscription.renews_on is None:
        return _("Oppsigelsen kan ikke angres: vil dere ha tjenesten igjen, bestilles den på nytt.")
    return _("Oppsigelsen kan angres til og med %(last)s.") % {"last": last_day(seat.subscription.renews_on)}


def undoing_after_leaving(seat: Seat) -> str:
    """A firm that leaves cannot take back what ends the service: without it only the company goes on, and pays."""
    if seat.reader is None or seat.subscription.renews_on is None:
        return undoing(seat)
    values = {"last": last_day(seat.subscription.renews_on)}
    return _("Bare kunden kan gjenoppta avtalen, til og med %(last)s, og betaler da selv.") % values


def resuming(seat: Seat) -> Ending:
    """The agreement goes on; where the company becomes payer by it, that is said first, with the price."""
    with in_words():
        outcome = verbs.resume(seat.loaded.value, by=Party(seat.reader), day=seat.day)
    takes_over = any(isinstance(fact, facts.Agreed) and fact.change.kind == Kind.PAYER for fact in outcome.facts)
    told = [(_("Tilgang"), _("Alle beholder tilgangen de har. De som samarbeider, får beskjed."))]
    if takes_over:
        renewal = days.next_renewal(outcome.agreement)
        who = _("Byrået betaler ikke lenger. Gjenopptar dere avtalen, blir dere fakturamottaker fra %(day)s.") % {
            "day": day_in_words(seat.subscription.renews_on or seat.day)
        }
        price = who_pays(seat.loaded.names.period(renewal.period), None) if renewal else ""
        told.insert(0, (_("Fakturamottaker"), f"{who} {price}".strip()))
    button = _("Gjenoppta og overta som fakturamottaker") if takes_over else _("Gjenoppta avtalen")
    return Ending(
        "resume",
        _("Avtalen fortsetter"),
        told,
        tell_outlook(seat.loaded, outcome, reader=seat.reader, day=seat.day),
        button,
        is_end=False,
    )
