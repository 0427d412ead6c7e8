"""One's own tasks, across the clients."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db

URL = "/mine-oppgaver/"


def test_the_open_ones_where_i_am_owner_or_participant_by_due_date(kari, ola, nils, sign_in, clock):
    firm = kari.firm
    later = factories.TaskFactory(firm=firm, client__firm=firm, owner=ola, due_on="2026-06-01")
    sooner = factories.TaskFactory(firm=firm, client__firm=firm, owner=kari, participants=[ola], due_on="2026-05-01")
    someday = factories.TaskFactory(firm=firm, client__firm=firm, owner=ola)
    factories.TaskFactory(firm=firm, client__firm=firm, owner=kari)
    factories.TaskFactory(firm=firm, client__firm=firm, owner=ola, closed_at=clock())
    factories.TaskFactory(firm=nils.firm, client__firm=nils.firm, owner=nils)

    response = sign_in(ola).get(URL)

    assert list(response.context["tasks"]) == [sooner, later, someday]


def test_each_line_leads_to_its_client_and_comes_back_from_its_task(kari, office):
    task = factories.TaskFactory(client__firm=kari.firm, client__number=1001, owner=kari)

    page = office.get(URL).content.decode()

    assert 'href="/kunder/1001/"' in page
    assert f'href="/kunder/1001/oppgaver/{task.pk}/?next=/mine-oppgaver/"' in page


def test_nobody_with_nothing_to_do_is_left_without_a_way_on(office):
    page = office.get(URL).content.decode()

    assert "Ingen åpne oppgaver" in page
    assert 'href="/kunder/"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_seven_queries(kari, ola, office, count_queries, rows):
    for _ in range(rows):
        factories.TaskFactory(client__firm=kari.firm, owner=kari, participants=[ola])

    # session, user, firms, tasks with client, type and owner, participants, their users, alerts
    assert count_queries(office, URL) == 7
