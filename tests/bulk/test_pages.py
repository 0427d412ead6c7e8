"""The pages of a run, from the ticked rows of a list to its result."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bulk import actions, waking
from bulk.actions import work
from bulk.asking import ask_register_of
from bulk.models import BulkRun
from clients.models import Client
from organisations.places.current import Place
from tests import factories
from tests.bulk.conftest import CHOICES, make_clients, states

pytestmark = pytest.mark.django_db

ANSWERS = {"services": ["eaccounting"], "variant_eaccounting": "smart", "payer": "firm", "period_months": "12"}


@pytest.fixture
def office(kari, sign_in):
    return sign_in(kari)


@pytest.fixture
def submit(office, kari):
    """POST a form of a run's page: submit("bulk-start", run, start="1")."""

    def post(name, run=None, **answers):
        address = reverse(f"office:{name}", args=[run.pk] if run else [])
        return office.post(address, {Place.FIRM_FIELD: kari.firm_id, **answers})

    return post


def page_of(run: BulkRun, name: str = "bulk-detail", *more) -> str:
    return reverse(f"office:{name}", args=[run.pk, *more])


def test_ticked_clients_are_chosen_checked_and_asked(office, submit, plain, kari):
    ticked = [client.number for client in plain.clients[:2]]

    begun = submit("bulk-begin", deed="activate", client=ticked)
    run = BulkRun.objects.get()
    chosen = submit("bulk-choose", run, **ANSWERS)
    shown = office.get(page_of(run))
    submit("bulk-start", run, start="1")
    moving = office.get(page_of(run))
    work.work_on(run.pk)
    result = office.get(page_of(run))

    assert (begun.url, chosen.url) == (page_of(run, "bulk-choose"), page_of(run))
    assert shown.context["totals"].ready == 2
    assert shown.context["totals"].firm_pays.startswith("698,00")
    assert (moving.context["settled"], moving.context["total"]) == (0, 2)
    assert (result.context["done"], result.context["held"]) == (2, 2)


def test_all_that_the_filter_finds_are_chosen_whatever_page_is_shown(submit, kari):
    found = make_clients(kari, 4)
    Client.objects.filter(pk__in=[client.pk for client in found[:3]]).update(name="Ærlig Bakeri AS")

    submit("bulk-begin", deed="activate", all="1", query="q=bakeri&sort=-name&after=abc")

    assert BulkRun.objects.get().chosen == [client.pk for client in found[:3]]


def test_nothing_ticked_is_refused_on_the_list(submit, office):
    response = submit("bulk-begin", deed="activate", next="/kunder/?q=x")

    assert response.url == "/kunder/?q=x"
    assert not BulkRun.objects.exists()


def test_an_unknown_deed_is_not_found(submit, plain):
    assert submit("bulk-begin", deed="noe", client=plain.clients[0].number).status_code == 404


def test_the_list_offers_the_ticks(office, plain):
    page = office.get("/kunder/").content.decode()

    assert page.count('name="client"') == 3
    assert "Alle 3 som passer" in page


def test_the_choices_say_what_is_missing(submit, plain):
    submit("bulk-begin", deed="activate", client=plain.clients[0].number)

    response = submit("bulk-choose", BulkRun.objects.get(), services=["eaccounting"])

    assert set(response.context["form"].errors) == {"variant_eaccounting", "payer", "period_months"}


def test_ticks_are_kept_without_starting(submit, office, plain, kari, preview):
    Client.objects.update(city="")
    run = preview(plain.clients, by=kari)
    keys = list(run.rows.values_list("pk", flat=True))

    submit("bulk-start", run, shown=keys, row=keys[:1])
    page = office.get(page_of(run))

    assert (page.context["totals"].ready, page.context["totals"].unticked) == (1, 2)


def test_a_get_of_the_progress_changes_nothing_and_the_bar_asks_again(office, plain, kari, start):
    run = start(plain.clients, by=kari)

    bar = office.get(page_of(run, "bulk-progress"), headers={"HX-Request": "true"}).content.decode()
    work.work_on(run.pk)
    done = office.get(page_of(run, "bulk-progress"), headers={"HX-Request": "true"})

    assert '<progress max="3" value="0"' in bar
    assert done.headers["HX-Refresh"] == "true"


def test_the_result_as_a_file_tells_why(office, plain, kari, start):
    plain.clients[0].contacts.update(email="")
    run = start(plain.clients, by=kari)
    work.work_on(run.pk)

    lines = office.get(page_of(run, "bulk-export", "csv")).content.decode("utf-8-sig").splitlines()

    assert len(lines) == 4
    assert "Hovedkontakten mangler, eller har ingen e-postadresse" in lines[1]


def test_a_row_whose_client_is_out_of_sight_now_is_not_shown(sign_in, ola, plain, preview, kari):
    for client in plain.clients:
        factories.TaskFactory(client=client, owner=ola)
    run = preview(plain.clients, by=ola)
    plain.clients[0].tasks.filter(owner=ola).delete()

    page = sign_in(ola).get(page_of(run))

    assert len(page.context["lines"]) == 2
    assert sign_in(kari).get(page_of(run)).status_code == 404


def test_discarded_the_preview_is_gone(submit, plain, kari, preview):
    run = preview(plain.clients, by=kari)

    submit("bulk-discard", run)

    assert not BulkRun.objects.exists()


def test_undo_and_send_now_answer_on_the_page(submit, plain, kari, start):
    run = start(plain.clients, by=kari)
    work.work_on(run.pk)

    submit("bulk-send-now", run)
    refused = submit("bulk-undo", run)

    assert refused.url == page_of(run)
    assert states(run) == {"done": 3}


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_of_a_run_take_as_many_queries_for_three_rows_as_for_one(
    office, kari, eaccounting, preview, django_assert_num_queries, count
):
    run = preview(make_clients(kari, count), by=kari)
    office.get(page_of(run))

    # session, user, place, run, all rows, counts by state, number of rows, the page's rows, contacts, variants, alerts
    with django_assert_num_queries(11):
        office.get(page_of(run))


def test_the_check_asks_as_often_for_three_clients_as_for_one_with_the_register(kari, eaccounting, preview, register):
    asked = []
    clients = make_clients(kari, 4)
    for some in (clients[:1], clients[1:]):
        with CaptureQueriesContext(connection) as queries:
            run = preview(some, by=kari)
        asked.append(len(queries))
        assert all("register_away" in row.yellow for row in run.rows.all())

    assert asked[0] == asked[1]


def test_a_worker_asks_the_register_while_the_choices_are_made(
    kari, plain, register, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr(waking, "wake_worker", lambda job, **what: woken.append((job, what)))

    with django_capture_on_commit_callbacks(execute=True):
        run = actions.begin_run(deed="activate", chosen=[client.pk for client in plain.clients], by=kari)
    assert woken == [("bulk.ask_register", {"run_id": run.pk})]
    assert ask_register_of(run.pk) == len(plain.clients)
    run = actions.choose(run=run, by=kari, choices=CHOICES)

    assert not any("register_away" in row.yellow for row in run.rows.all())


def test_nothing_is_asked_where_there_is_no_register_or_for_other_deeds(kari, plain, register, settings):
    run = actions.begin_run(deed="deactivate", chosen=[client.pk for client in plain.clients], by=kari)
    assert ask_register_of(run.pk) == 0

    settings.BUSINESS_REGISTER_URL = ""
    run = actions.begin_run(deed="activate", chosen=[client.pk for client in plain.clients], by=kari)
    assert ask_register_of(run.pk) == 0
