"""Send: the draft becomes a request that waits for the customer."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.rows.locks import lock_active_subscription
from clients.rights import check_sees
from collaboration import emails, links, preflight, workflow
from collaboration.actions.locks import lock_activation, lock_known_company
from collaboration.findings import Finding
from collaboration.models import Activation
from collaboration.reminders import LIFE_IN_DAYS, plan_reminders
from collaboration.scenarios import Scenario, Standing, standing_of
from ground.clock import Clock, database_clock, oslo_date, oslo_midnight
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.companies import ask_company
from organisations.forms.addresses import clean_address
from organisations.models import Company, CompanyUser, Employee
from organisations.own_domains import find_own_domain


class ScenarioChanged(NotAllowed):
    """The customer stands elsewhere than when the draft was filled in; other fields must be asked."""


class Stopped(NotAllowed):
    """The pre-flight check says no, or a yellow finding lacks its tick."""

    def __init__(self, sentence: str, findings: list[Finding]) -> None:
        super().__init__(sentence)
        self.findings = findings


@transaction.atomic
def send_activation(
    *,
    activation: Activation,
    by: Employee,
    acknowledged: Collection[str] = (),
    mail_not_before: datetime | None = None,
    clock: Clock = database_clock,
) -> Activation:
    """Ask the customer. `acknowledged` are the codes of the yellow findings that were ticked.

    The mail leaves at once, or from `mail_not_before` on. Raises ScenarioChanged, Stopped, or NotAllowed when it is no
    draft any more.
    """
    company = lock_known_company(activation.client)
    if company is not None:
        lock_active_subscription(company, activation.service)
    activation = lock_activation(activation.pk)
    check_sees(by, activation.client_id)
    activation.find_move("send", by=by)
    at = clock()

    standing = standing_of(company, activation.service)
    if standing.scenario != activation.scenario:
        raise ScenarioChanged(_("Kundens forhold til tjenesten har endret seg. Se over opplysningene på nytt."))
    findings = preflight.check(activation, standing, today=oslo_date(at))
    if preflight.red(findings):
        raise Stopped(preflight.red(findings)[0].text, findings)
    if preflight.unacknowledged(findings, set(acknowledged)):
        raise Stopped(_("Kryss av for det som er merket gult, før du aktiverer."), findings)

    fix_answers(activation, standing, company or ask_company_of(activation), at)
    activation.move("send", by=by, at=at)
    activation.save()
    plan_reminders(activation, at=at)
    if activation.scenario == Scenario.NEW:
        offer_administrators_place(activation, at)
    record_event(
        subject=activation,
        verb="send",
        by=by.user,
        at=at,
        firm=activation.firm,
        company=standing.company,
        before={"status": workflow.Status.DRAFT},
        after={"status": activation.status, "scenario": activation.scenario, "link_version": activation.link_version},
    )
    emails.activation_sent(activation, not_before=mail_not_before)
    return activation


def fix_answers(activation: Activation, standing: Standing, company: Company, at: datetime) -> None:
    """What the request says from now on, whatever happens to the rows it was filled from."""
    name, address = preflight.receiver_of(activation)
    activation.contact_name, activation.contact_email = name, clean_address(address)
    activation.own_domain = find_own_domain(activation.firm, activation.contact_email)
    if activation.scenario != Scenario.NEW and activation.contact:
        activation.contact_phone = activation.contact.phone
    activation.company = company
    if standing.subscription:
        activation.subscription = standing.subscription
        activation.variant = standing.subscription.variant
        activation.payer, activation.period_months, activation.price_per_month = "", None, None
    else:
        activation.price_per_month = activation.variant.price_on(oslo_date(at), activation.period_months)
    activation.expires_at = oslo_midnight(at, days=LIFE_IN_DAYS)
    activation.link_mailed_at = activation.first_requested_at = at
    links.stamp_token(activation)


def ask_company_of(activation: Activation) -> Company:
    """A row of the request's own for a company that is not known, called as the firm's client is called now."""
    client = activation.client
    assert client.org_number  # the check stops who has none
    return ask_company(org_number=client.org_number, name=client.name, firm=activation.firm)


def offer_administrators_place(activation: Activation, at: datetime) -> CompanyUser:
    """The place that the receiver takes on accepting. No user is made: no sign-in knows the address yet."""
    return CompanyUser.objects.create(
        company=activation.company,
        email=activation.contact_email,
        name=activation.contact_name,
        phone=activation.contact_phone,
        role=CompanyUser.Role.ADMINISTRATOR,
        is_main_contact=True,
        invited_at=at,
    )
