"""How many queries the pages of a service take: the same number for one row as for three.

Every page of the office has one for the count of alerts in its head. The service's own page has the hour and six for
the time lines of all its requests: facts, events, mails, their delivery, reminders, proposals.
"""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.rows.locks import lock_agreement
from collaboration import actions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def queries_of(sign_in, kari):
    """Queries of the second visit: session and content types are warm then, as in a worker's life."""
    browser = sign_in(kari)

    def ask(client, name):
        url = reverse(f"collaboration:{name}", args=[client.number, "eaccounting"])
        assert browser.get(url).status_code == 200
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        return [query["sql"] for query in asked]

    return ask


def decline_often(client, times, *, by, administrator, sent, clock):
    for _ in range(times):
        activation = sent(client, by=by)
        actions.decline_activation(activation=activation, by=administrator, reason="other", clock=clock)


def more_people(client, number):
    for _ in range(number):
        employee = factories.EmployeeFactory(firm=client.firm)
        factories.TaskParticipant.objects.create(firm=client.firm, task=client.tasks.get(), employee=employee)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_service_page_before_anything_is_sent(rows, known, kari, sent, clock, queries_of):
    decline_often(known.client, rows, by=kari, administrator=known.administrator, sent=sent, clock=clock)
    more_people(known.client, rows)

    # session, user, employments · client, service · requests with all they name, their tasks' participants and users
    # collaboration · live requests, collaborations, open tasks (obstacles) · company, subscription (standing)
    # ended collaborations · variants: features, their variants, prices, variants, the firms' own
    asked = queries_of(known.client, "service-detail")
    assert len(asked) == 29, "\n".join(asked)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_service_page_while_it_waits(rows, known, kari, sent, clock, queries_of):
    decline_often(known.client, rows, by=kari, administrator=known.administrator, sent=sent, clock=clock)
    more_people(known.client, rows)
    sent(known.client, by=kari)

    # session, user, employments · client, service · requests, participants, users · collaboration, ended ones
    # mail, whether anybody can answer
    asked = queries_of(known.client, "service-detail")
    assert len(asked) == 21, "\n".join(asked)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_service_page_of_an_active_collaboration(rows, known, kari, sent, approve, clock, queries_of):
    decline_often(known.client, rows, by=kari, administrator=known.administrator, sent=sent, clock=clock)
    more_people(known.client, rows)
    approve(sent(known.client, by=kari), by=known.administrator)

    # session, user, employments · client, service · requests, participants, users · collaboration, participants, users
    # ended ones · the door: subscription, collaboration, participants, users, the firms' own variant
    # all in the agreement · price · rights (2 x 2) · agreement: subscription, collaborations, variants, changes,
    # prices, charges, notices · history: events, first openings
    # who came and went: events (2), task, participants, people
    asked = queries_of(known.client, "service-detail")
    assert len(asked) == 47, "\n".join(asked)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_check_before_sending(rows, known, kari, draft, queries_of):
    more_people(known.client, rows)
    draft(known.client, by=kari)

    # session, user, employments · client, service · draft, participants, users · the hour · company, subscription
    # live requests, collaborations · employee's address, the firm's domains, whether it was disowned (2)
    # administrators · price, terms, price
    asked = queries_of(known.client, "activation-check")
    assert len(asked) == 22, "\n".join(asked)


def test_the_locks_of_an_agreement_take_narrow_rows(agreement, join, nils):
    case = agreement()
    join(case, nils)

    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        locked = lock_agreement(case.subscription.pk)

    taken = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert [sql.count(" JOIN ") for sql in taken] == [0, 2, 3]  # company · subscription · collaborations
    assert len(locked.collaborations) == 2
    with CaptureQueriesContext(connection) as more:
        for one in locked.collaborations:
            assert (one.company, one.subscription) == (locked.company, locked.subscription)
            assert one.activation.client.number
            assert (one.firm.name, one.service.name, one.subscription.variant.name) != ("", "", "")
    assert not more
