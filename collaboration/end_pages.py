"""What is told before somebody ends, cancels or resumes: access, data, money, the others; and what comes when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaboration.agreement_pages import day_in_words, last_day
from collaboration.course import Course, What
from collaboration.models import Collaboration
from collaboration.outlook import Row, fingerprint, tell, who_pays
from collaboration.plans import Kind, period_now
from collaboration.rights import Person, may_end_service, party_of
from subscriptions.models import Subscription

Outcome = Collaboration.Outcome
Fact = tuple[str, str]


@dataclass(frozen=True)
class Ending:
    """One way to go, as its page shows it: `value` is what the form sends, `shown` what its deed compares."""

    value: str
    title: str
    facts: Sequence[Fact]
    outlook: Sequence[Row]
    button: str
    is_end: bool = True

    @property
    def shown(self) -> str:
        return fingerprint(self.outlook)


@dataclass(frozen=True)
class Place:
    """Who reads, of which agreement, on which day. `collaborations` are the active ones in it."""

    subscription: Subscription
    collaborations: Sequence[Collaboration]
    by: Person
    day: date

    @property
    def reader(self) -> int | None:
        return party_of(self.by)

    @property
    def is_company(self) -> bool:
        return self.reader is None

    @property
    def course(self) -> Course:
        return Course.of(self.subscription, day=self.day)


# --- Ending a collaboration


def endings(place: Place, collaboration: Collaboration) -> list[Ending]:
    """The outcomes that this person may choose; of a cancelled agreement there is one."""
    ways = [continuing(place, collaboration)]
    subscription = place.subscription
    if not subscription.is_cancelled and may_end_service(subscription, place.collaborations, place.by):
        ways.append(ending_service(place, collaboration))
    return ways


def continuing(place: Place, collaboration: Collaboration) -> Ending:
    course = place.course
    course.end(collaboration, outcome=Outcome.CONTINUES, by=place.reader)
    return Ending(
        Outcome.CONTINUES,
        _("Dere fortsetter i tjenesten uten byrået") if place.is_company else str(Outcome.CONTINUES.label),
        [
            (_("Tilgang"), access_lost(place, collaboration)),
            (_("Abonnementet"), what_becomes_of_it(place, collaboration)),
            (_("Data"), _("Alt som er registrert, blir liggende i tjenesten.")),
            *others_stay(place, collaboration),
            *everything_else(place, collaboration),
        ],
        tell(course, place.reader),
        _("Avslutt samarbeidet"),
    )


def ending_service(place: Place, collaboration: Collaboration) -> Ending:
    course = place.course
    course.end(collaboration, outcome=Outcome.SERVICE_ENDS, by=place.reader)
    return Ending(
        Outcome.SERVICE_ENDS,
        _("Tjenesten avsluttes også"),
        [
            (_("Tilgang"), f"{access_lost(place, collaboration)} {how_long_it_lasts(place)}"),
            (_("Data"), how_long_it_is_read(place)),
            (_("Penger"), no_money_back()),
            *others_go(place, collaboration),
            *everything_else(place, collaboration),
            *([(_("Oppsigelsen"), undoing(place))] if place.subscription.renews_on else []),
        ],
        tell(course, place.reader),
        _("Avslutt samarbeidet og tjenesten"),
    )


def planned_ending(place: Place, collaboration: Collaboration, on: date) -> Ending:
    """The company chooses the first day without the firm."""
    course = place.course
    course.plan_end(collaboration, on)
    names = {"firm": collaboration.firm.name, "day": day_in_words(on), "last": last_day(on)}
    return Ending(
        "later",
        _("Avslutt fra %(day)s") % names,
        [
            (_("Tilgang"), _("%(firm)s beholder tilgangen til og med %(last)s. Byrået får beskjed nå.") % names),
            (_("Data"), _("Alt som er registrert, blir liggende i tjenesten.")),
            *others_stay(place, collaboration),
            (_("Angre"), _("Du kan ta det tilbake til og med %(last)s.") % names),
        ],
        tell(course, None),
        _("Avslutt fra %(day)s") % names,
    )


def going_on(place: Place, collaboration: Collaboration) -> Ending:
    """The company takes the chosen day back."""
    course = place.course
    course.plan_end(collaboration, None)
    names = {"firm": collaboration.firm.name}
    return Ending(
        "go_on",
        _("Samarbeidet fortsetter"),
        [(_("Tilgang"), _("%(firm)s beholder tilgangen. Byrået får beskjed nå.") % names)],
        tell(course, None),
        _("La samarbeidet fortsette"),
        is_end=False,
    )


def access_lost(place: Place, collaboration: Collaboration) -> str:
    if not place.is_company:
        return _("Dere mister tilgangen til tjenesten straks. Kundens administratorer får en e-post om det.")
    people = [person.user.name for person in collaboration.task.people if person.is_active]
    values = {"names": ", ".join(people), "firm": collaboration.firm.name}
    lost = _("%(names)s i %(firm)s mister tilgangen straks.") if people else _("%(firm)s mister tilgangen straks.")
    kept = _("Deres egne brukere beholder sin. Byrået får beskjed, og du får en kvittering på e-post.")
    return f"{lost % values} {kept}"


def what_becomes_of_it(place: Place, collaboration: Collaboration) -> str:
    """The subscription without the firm, and who pays for it."""
    subscription = place.subscription
    ends_on = subscription.renews_on or place.day
    values = {"variant": subscription.variant.full_name, "day": day_in_words(ends_on), "last": last_day(ends_on)}
    if not subscription.is_active:
        return _("%(variant)s er allerede avsluttet.") % values
    if subscription.is_cancelled:
        return _("%(variant)s er sagt opp og slutter %(day)s. Det endres ikke.") % values
    if period_now(subscription, day=place.day).per_month == 0:
        return _("%(variant)s fortsetter som før.") % values + " " + _("Tjenesten er gratis.")
    if subscription.paying_firm_id == collaboration.firm_id:
        return payer_leaves(place) % values
    goes_on = _("%(variant)s fortsetter som før.") % values
    if not place.is_company:
        return goes_on + " " + _("Fakturamottakeren er den samme.")
    payer = subscription.paying_firm.name if subscription.paying_firm else subscription.company.name
    return goes_on + " " + _("Fakturamottaker er fortsatt %(payer)s.") % {"payer": payer}


def payer_leaves(place: Place) -> str:
    is_settled = place.subscription.changes.agreed().filter(kind=Kind.PAYER).exists()
    if place.subscription.renews_on is None:
        return _("%(variant)s fortsetter.")
    paid = _("%(variant)s fortsetter, og er betalt til og med %(last)s. Ingenting betales tilbake.")
    if is_settled:
        return paid
    if place.is_company:
        return paid + " " + _("Etter det betaler dere.")
    return paid + " " + _("Kunden blir spurt om å betale etter det. Sier kunden ikke ja, slutter tjenesten.")


def how_long_it_lasts(place: Place) -> str:
    if place.subscription.renews_on is None:
        return _("Tjenesten slutter straks, for alle.")
    values = {"last": last_day(place.subscription.renews_on)}
    if place.is_company:
        return _("Dere kan arbeide i tjenesten til og med %(last)s.") % values
    return _("Kunden kan arbeide i tjenesten til og med %(last)s.") % values


def how_long_it_is_read(place: Place) -> str:
    years = place.subscription.service.retention_years
    return ngettext(
        "Når tjenesten har sluttet, kan dataene bare leses, i %(years)s år.",
        "Når tjenesten har sluttet, kan dataene bare leses, i %(years)s år.",
        years,
    ) % {"years": years}


def no_money_back() -> str:
    return _("Det som er betalt, betales ikke tilbake. Ingenting mer blir belastet.")


def others_stay(place: Place, collaboration: Collaboration) -> list[Fact]:
    names = names_of_others(place, collaboration)
    return [(_("Andre byråer"), _("%(names)s beholder tilgangen sin.") % {"names": names})] if names else []


def others_go(place: Place, collaboration: Collaboration | None = None) -> list[Fact]:
    names = names_of_others(place, collaboration)
    if not names:
        return []
    return [(_("Andre byråer"), _("%(names)s mister tilgangen når tjenesten slutter.") % {"names": names})]


def names_of_others(place: Place, collaboration: Collaboration | None) -> str:
    """The company's other firms; no firm is told of another here."""
    if not place.is_company:
        return ""
    own = collaboration.pk if collaboration else None
    return ", ".join(sorted(one.firm.name for one in place.collaborations if one.pk != own))


def everything_else(place: Place, collaboration: Collaboration) -> list[Fact]:
    firm = {"firm": collaboration.firm.name}
    if not place.is_company:
        again = _("Vil dere samarbeide igjen, sender du en ny forespørsel som kunden må godkjenne.")
        return [(_("Andre tjenester"), _("Samarbeid i andre tjenester påvirkes ikke.")), (_("Angre"), again)]
    return [
        (_("Andre tjenester"), _("Samarbeid med %(firm)s i andre tjenester påvirkes ikke.") % firm),
        (_("Angre"), _("Vil dere samarbeide igjen, spør %(firm)s på nytt, og dere godkjenner.") % firm),
    ]


# --- Cancelling and resuming an agreement


def cancelling(place: Place) -> Ending:
    course = place.course
    course.cancel(place.reader)
    return Ending(
        "cancel",
        _("Avtalen sies opp"),
        [
            (_("Tilgang"), f"{how_long_it_lasts(place)} {_('Alle som samarbeider, får beskjed.')}"),
            (_("Data"), how_long_it_is_read(place)),
            (_("Penger"), no_money_back()),
            *others_go(place),
            (_("Angre"), undoing(place)),
        ],
        tell(course, place.reader),
        _("Si opp avtalen"),
    )


def undoing(place: Place) -> str:
    if place.subscription.renews_on is None:
        return _("Oppsigelsen kan ikke angres: vil dere ha tjenesten igjen, bestilles den på nytt.")
    return _("Oppsigelsen kan angres til og med %(last)s.") % {"last": last_day(place.subscription.renews_on)}


def resuming(place: Place) -> Ending:
    """The agreement goes on; where the company becomes payer by it, that is said first, with the price."""
    course = place.course
    before = {change.pk for change in course.changes}
    course.resume(place.reader)
    takes_over = any(one.kind == Kind.PAYER and one.pk not in before for one in course.changes)
    facts = [(_("Tilgang"), _("Alle beholder tilgangen de har. De som samarbeider, får beskjed."))]
    if takes_over:
        period = next((one.period for one in course.foretell() if one.what == What.RENEWS), None)
        who = _("Byrået betaler ikke lenger. Gjenopptar dere avtalen, blir dere fakturamottaker fra %(day)s.") % {
            "day": day_in_words(place.subscription.renews_on or place.day)
        }
        facts.insert(0, (_("Fakturamottaker"), f"{who} {who_pays(period, None) if period else ''}".strip()))
        course = place.course
        course.resume(place.reader)
    button = _("Gjenoppta og overta som fakturamottaker") if takes_over else _("Gjenoppta avtalen")
    return Ending("resume", _("Avtalen fortsetter"), facts, tell(course, place.reader), button, is_end=False)
