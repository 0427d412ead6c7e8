"""/epost/ answers whatever has been done in the demo: a sample that cannot be made is left out, with its reason."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.urls import reverse

from agreements import actions as agreement_actions
from agreements.models import Collaboration
from clients.models import Client
from collaboration import actions
from collaboration.models import Activation
from collaboration.offer.offers import make_offer
from devtools.demo import mails
from devtools.demo.caught_mails import Mail
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed
from notifications.models import Alert, Email
from organisations.models import CompanyUser, Employee, User
from subscriptions.models import Service, Subscription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

YELLOW = ("address_incomplete", "name_differs", "subscription_cancelled")


def administrator_of(company) -> CompanyUser | None:
    places = CompanyUser.objects.of(company).active().administrators()
    return places.select_related("user", "company").first()


def approve(activation: Activation) -> None:
    by = administrator_of(activation.company)
    if by:
        shown = make_offer(activation, today=oslo_date(database_clock())).fingerprint
        actions.approve_activation(activation=activation, by=by, shown=shown, accepts_terms=True)


def lead_of(firm) -> Employee:
    return Employee.objects.active().filter(firm=firm, role=Employee.Role.ADMINISTRATOR).latest("pk")


def pending() -> Iterable[Activation]:
    return Activation.objects.with_everything().pending()


def as_far_as_it_goes(deed: Callable, rows: Iterable) -> None:
    for row in list(rows):
        with suppress(NotAllowed):
            deed(row)


# --- What somebody may have done ---------------------------------------------------------------------------------


def client_1011_is_activated_and_approved() -> None:
    """Its agreement is paid by Vidda."""
    client = Client.objects.select_related("firm").get(number=1011, firm__slug="fjord-regnskap")
    by, service = lead_of(client.firm), Service.objects.get(code="eaccounting")
    draft = actions.start_activation(client=client, service=service, by=by)
    if draft.task is None:
        actions.save_answers(activation=draft, by=by, answers={"task": client.tasks.open().first()})
    approve(actions.send_activation(activation=draft, by=by, acknowledged=YELLOW))
    assert Collaboration.objects.active().filter(client=client).exists()


def all_are_approved() -> None:
    as_far_as_it_goes(approve, pending())


def all_are_declined() -> None:
    def decline(activation: Activation) -> None:
        by = administrator_of(activation.company)
        if by:
            actions.decline_activation(activation=activation, by=by, reason="other")

    as_far_as_it_goes(decline, pending())


def all_are_withdrawn() -> None:
    as_far_as_it_goes(lambda one: actions.withdraw_activation(activation=one, by=lead_of(one.firm)), pending())


def all_are_expired() -> None:
    Activation.objects.pending().update(expires_at=database_clock() - timedelta(minutes=1))
    actions.expire_activations()


def all_are_over_and_not_swept() -> None:
    Activation.objects.pending().update(expires_at=database_clock() - timedelta(minutes=1))


def all_are_disowned() -> None:
    as_far_as_it_goes(lambda one: actions.disown_activation(activation=one), pending())


def all_are_asked_anew() -> None:
    closed = Activation.objects.with_everything().filter(status__in=("declined", "withdrawn", "expired"))
    as_far_as_it_goes(lambda one: actions.restart_activation(activation=one, by=lead_of(one.firm)), closed)


def every_collaboration_is_ended() -> None:
    def end(one: Collaboration) -> None:
        agreement_actions.end_collaboration(collaboration=one, by=lead_of(one.firm))

    as_far_as_it_goes(end, Collaboration.objects.active().with_everything())


def every_end_is_planned() -> None:
    def plan(one: Collaboration) -> None:
        on = oslo_date(database_clock()) + timedelta(days=14)
        by = administrator_of(one.company)
        if by:
            agreement_actions.plan_end(collaboration=one, by=by, on=on)

    as_far_as_it_goes(plan, Collaboration.objects.active().with_everything())


def every_agreement_is_cancelled() -> None:
    def cancel(one: Subscription) -> None:
        by = administrator_of(one.company)
        if by:
            agreement_actions.cancel_subscription(subscription=one, by=by)

    as_far_as_it_goes(cancel, Subscription.objects.active().select_related("company"))


def every_agreement_renews_soon() -> None:
    Subscription.objects.active().exclude(renews_on=None).update(
        renews_on=oslo_date(database_clock()) + timedelta(days=1)
    )


def nobody_of_a_company_is_there() -> None:
    CompanyUser.objects.update(deactivated_at=database_clock())


def nobody_of_a_firm_is_there() -> None:
    Employee.objects.update(deactivated_at=database_clock())


def everybody_is_shut_out() -> None:
    User.objects.update(is_active=False)


def nothing_was_told() -> None:
    Alert.objects.all().delete()
    Email.objects.all().delete()


STATES = (
    client_1011_is_activated_and_approved,
    all_are_approved,
    all_are_declined,
    all_are_withdrawn,
    all_are_expired,
    all_are_over_and_not_swept,
    all_are_disowned,
    all_are_asked_anew,
    every_collaboration_is_ended,
    every_end_is_planned,
    every_agreement_is_cancelled,
    every_agreement_renews_soon,
    nobody_of_a_company_is_there,
    nobody_of_a_firm_is_there,
    everybody_is_shut_out,
    nothing_was_told,
)
# Of these each leaves out other samples; the others are for `bin/test long`.
EACH_TIME = (
    client_1011_is_activated_and_approved,
    all_are_withdrawn,
    every_collaboration_is_ended,
    every_agreement_is_cancelled,
    everybody_is_shut_out,
    nothing_was_told,
)


@pytest.mark.parametrize(
    "state",
    [pytest.param(state, id=state.__name__, marks=() if state in EACH_TIME else pytest.mark.long) for state in STATES],
)
def test_the_list_answers_and_tells_what_it_left_out(state, client):
    state()
    before = Email.objects.count()

    response = client.get("/epost/")

    page, left_out = response.content.decode(), response.context["left_out"]
    names = [sample.name for sample in (*response.context["samples"], *left_out)]
    assert response.status_code == 200
    assert sorted(names) == sorted(sample.name for sample in mails.all_samples())
    assert [sample.name for sample in left_out if not sample.reason or sample.name not in page] == []
    assert Email.objects.count() == before


def test_after_1011_every_sample_is_there_still(client):
    client_1011_is_activated_and_approved()

    assert [found for found in map(mails.render_sample, mails.all_samples()) if not isinstance(found, Mail)] == []


def test_a_sample_that_cannot_be_made_has_no_page(client):
    all_are_withdrawn()
    nobody_of_a_company_is_there()
    missing = client.get("/epost/").context["left_out"][0]

    assert client.get(reverse("devtools:mail-detail", args=[missing.name])).status_code == 404
    assert client.get(reverse("devtools:mail-html", args=[missing.name])).status_code == 404
