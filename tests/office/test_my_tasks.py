"""One's own tasks, across the clients."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from ground.clock import oslo_date
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
def test_it_takes_six_queries(kari, ola, office, count_queries, rows):
    for _ in range(rows):
        factories.TaskFactory(client__firm=kari.firm, owner=kari, participants=[ola])

    # session, user, firms, the filters' choices, tasks with client, type and people, alerts
    assert count_queries(office, URL) == 6


def shown(response) -> list[str]:
    assert response.status_code == 200
    return [task.label for task in response.context["tasks"]]


@pytest.fixture
def work(kari):
    """An open task of Kari's, named by its period: work("uten frist")."""
    client, kind = factories.ClientFactory(firm=kari.firm), factories.TaskTypeFactory(firm=kari.firm, name="Lønn")

    def make(period: str, days: int | None = None, **facts):
        due_on = None if days is None else oslo_date(now()) + timedelta(days=days)
        facts = {"client": client, "type": kind, "owner": kari} | facts
        return factories.TaskFactory(period=period, due_on=due_on, **facts)

    return make


def test_filters_by_due_date_take_each_task_once_and_say_overdue_in_words(work, office):
    for name, days in (("for sent", -1), ("i dag", 0), ("om to uker", 14), ("uten", None)):
        work(name, days)

    found = {when: shown(office.get(URL, {"due": when})) for when in ("overdue", "week", "later", "none")}

    assert found == {
        "overdue": ["Lønn, for sent"], "week": ["Lønn, i dag"], "later": ["Lønn, om to uker"], "none": ["Lønn, uten"],
    }  # fmt: skip
    assert shown(office.get(URL)) == ["Lønn, for sent", "Lønn, i dag", "Lønn, om to uker", "Lønn, uten"]
    assert shown(office.get(URL, {"sort": "-due"}))[-1] == "Lønn, uten"
    assert [
        name in office.get(URL, {"due": due}).content.decode()
        for name, due in (('-color="danger">Over fr', "overdue"), ('-color="danger">Over fr', "week"))
    ] == [True, False]


def test_filters_by_type_and_client_combine_and_stay_in_the_address(work, kari, office):
    bakery = factories.ClientFactory(firm=kari.firm, name="Ærlig Bakeri AS")
    wanted = work("her", client=bakery)
    work("annen kunde")
    work("annen type", client=bakery, type=factories.TaskTypeFactory(firm=kari.firm, name="Bokføring"))

    response = office.get(URL, {"q": "ærlig", "type": wanted.type_id, "sort": "-client"})

    assert shown(response) == ["Lønn, her"]
    assert response.context["list"].query == f"?q=%C3%A6rlig&type={wanted.type_id}&sort=-client"
    assert "?q=%C3%A6rlig" in response.context["list"].sorts["due"]["url"]


def test_an_administrator_sees_colleagues_tasks_and_nobody_else_does(work, kari, ola, office, sign_in):
    work("min")
    work("olas", owner=ola)
    work("vår", owner=ola, participants=[kari])

    assert shown(office.get(URL)) == ["Lønn, min", "Lønn, vår"]
    assert shown(office.get(URL, {"person": ola.pk})) == ["Lønn, olas", "Lønn, vår"]
    assert shown(office.get(URL, {"person": "all"})) == ["Lønn, min", "Lønn, olas", "Lønn, vår"]
    assert shown(sign_in(ola).get(URL, {"person": kari.pk})) == ["Lønn, olas", "Lønn, vår"]


@pytest.mark.parametrize(
    "nonsense", [{"due": "x"}, {"type": "0"}, {"type": "\0"}, {"person": "'"}, {"sort": "x"}, {"after": "x"}]
)
def test_what_makes_no_sense_is_left_out(work, office, nonsense):
    work("en")

    assert shown(office.get(URL, nonsense)) == ["Lønn, en"]


@pytest.mark.parametrize("sort", ["due", "-due", "client", "-task", "opened"])
def test_no_task_is_cut_off_and_the_pages_say_where_one_is(work, office, sort):
    made = [work(str(n), days=n // 4 if n % 3 else None).label for n in range(52)]

    first = office.get(URL, {"sort": sort})
    second = office.get(URL + first.context["list"].next_url)
    back = office.get(URL + second.context["list"].previous_url)

    assert sorted(shown(first) + shown(second)) == sorted(made)
    assert shown(back) == shown(first)
    assert [page.context["list"].summary for page in (first, second, back)] == [
        "Viser 1–50 av 52", "Viser 51–52 av 52", "Viser 1–50 av 52",
    ]  # fmt: skip


def test_a_task_is_closed_in_its_place_and_one_comes_back_to_the_same_page(work, kari, office, submit):
    task = work("ferdig")
    work("igjen")
    page = office.get(URL, {"type": task.type_id}).content.decode()
    back = f"{URL}?type={task.type_id}"

    response = submit(office, kari.firm, f"/kunder/{task.client.number}/oppgaver/{task.pk}/lukk/", next=back)

    assert f'name="next" value="{back}"' in page
    assert response.url == back
    assert shown(office.get(back)) == ["Lønn, igjen"]
