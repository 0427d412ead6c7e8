"""The changes that the page of an agreement offers; of the others why not, and who can make them."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from agreements import workflow
from agreements.models import Collaboration
from agreements.plans import Kind
from agreements.rights import Person, find_roles
from agreements.rows.load import Loaded
from agreements.words.changes import page_url
from ground.names import NorwegianOrder
from organisations.models import CompanyUser, Employee
from subscriptions.models import Subscription


class Obstacle(NamedTuple):
    """What cannot be done now ("Bytt variant og Endre avtaleperiode"), and the sentences that tell why and who can."""

    what: str
    why: str


class ChangeWays(NamedTuple):
    """What this person may change now, as (label, address), and what not."""

    links: list[tuple[str, str]]
    obstacles: list[Obstacle]


def find_change_ways(loaded: Loaded, collaborations: Sequence[Collaboration], by: Person) -> ChangeWays:
    """For the agreement's own page. `collaborations` are the active ones in it, with client."""
    subscription = loaded.subscription
    if not subscription.is_active:
        return ChangeWays([], [])
    roles, underway = find_roles(subscription, collaborations, by), kinds_underway(loaded)
    links: list[tuple[str, str]] = []
    reasons: dict[str, list[str]] = {}
    for verb, name, label in ways_to_change(subscription, collaborations, by):
        if not set(workflow.RIGHTS[verb]) & roles:
            why = why_no_right(collaborations, by)
        elif verb != "change_task" and subscription.is_cancelled:
            why = _("Avtalen er sagt opp. Gjenoppta den før den endres.")
        elif verb.removeprefix("change_") in underway:
            why = _("En endring av det samme er på vei. Den må besvares eller tas tilbake først.")
        else:
            links.append((label, page_url(name, subscription, collaborations, by)))
            continue
        reasons.setdefault(why, []).append(label)
    return ChangeWays(links, [Obstacle(get_text_list(labels, _("og")), why) for why, labels in reasons.items()])


def ways_to_change(
    subscription: Subscription, collaborations: Sequence[Collaboration], by: Person
) -> list[tuple[str, str, str]]:
    """Verb, page and label of what the service and the agreement leave something to choose of."""
    service = subscription.service
    others = bool(collaborations) or subscription.paying_firm_id is not None
    ways = [
        ("change_task", "collaboration-change-task", _("Bytt oppgave"), isinstance(by, Employee)),
        ("change_variant", "subscription-change-variant", _("Bytt variant"), service.has_variants),
        ("change_payer", "subscription-change-payer", _("Bytt fakturamottaker"), service.has_payer and others),
        ("change_period", "subscription-change-period", _("Endre avtaleperiode"),
         service.has_period and subscription.renews_on is not None),
    ]  # fmt: skip
    return [(verb, name, label) for verb, name, label, applies in ways if applies]


def kinds_underway(loaded: Loaded) -> set[str]:
    """The kinds of which a change is on its way. A payer who has left may be asked about anew."""
    underway = {change.kind for change in loaded.changes.values()}
    return underway - {Kind.PAYER} if loaded.subscription.payer_has_left else underway


def why_no_right(collaborations: Sequence[Collaboration], by: Person) -> str:
    """Why somebody without the right may not change the agreement, and who may."""
    if isinstance(by, CompanyUser) and by.is_administrator:
        firms = ", ".join(sorted({one.firm.name for one in collaborations}))
        sentence = _("Så lenge dere samarbeider med et byrå om tjenesten, bytter byrået variant. Be dem om det.")
        return f"{sentence} {_('Dere samarbeider med %(firms)s.') % {'firms': firms}}"
    if isinstance(by, CompanyUser):
        sentence, people = _("Bare selskapets administratorer kan endre avtalen."), administrators_beside(by)
    else:
        sentence, people = (
            _("Bare byråets administratorer og kundeansvarlig kan endre avtalen."),
            leads_beside(by, collaborations),
        )
    return f"{sentence} {_('Spør %(names)s.') % {'names': ', '.join(people)}}" if people else sentence


def leads_beside(by: Employee, collaborations: Sequence[Collaboration]) -> list[str]:
    """The firm's administrators and the client's account manager, by name."""
    managers = [one.client.account_manager_id for one in collaborations if one.firm_id == by.firm_id]
    leads = Q(role=Employee.Role.ADMINISTRATOR) | Q(pk__in=[pk for pk in managers if pk])
    colleagues = Employee.objects.visible_to(by).active().filter(leads)
    return list(colleagues.order_by(NorwegianOrder("user__name"), "pk").values_list("user__name", flat=True))


def administrators_beside(by: CompanyUser) -> list[str]:
    """The company's administrators, by name."""
    places = CompanyUser.objects.of(by.company).active().administrators()
    return list(places.order_by(NorwegianOrder("user__name"), "pk").values_list("user__name", flat=True))
