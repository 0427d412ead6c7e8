"""The filters, columns and search of the list of clients, all of them in its address."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils.timezone import now

from history.models import record_event
from office.clients import rows as lists
from office.clients.filters import clients_of_list
from tests import factories
from tests.office.requests import make_request

pytestmark = pytest.mark.django_db

URL = "/kunder/"


@pytest.fixture
def find(kari):
    """The names of the clients that an address of Kari's list finds: find("manager=me")."""
    return lambda address: sorted(client.name for client in clients_of_list(kari, QueryDict(address)))


@pytest.fixture
def ask(kari, eaccounting):
    def make(name: str, service=eaccounting, **facts):
        client = factories.ClientFactory(firm=kari.firm, name=name)
        return make_request(client, service, by=kari, at=now(), **facts)

    return make


def test_the_people_and_tasks_of_a_client(kari, ola, find):
    vat = factories.TaskTypeFactory(firm=kari.firm, name="Mva-melding")
    mine = factories.ClientFactory(firm=kari.firm, name="Karis", account_manager=kari)
    factories.ClientFactory(firm=kari.firm, name="Olas", account_manager=ola)
    factories.TaskFactory(client=mine, owner=kari, type=vat)
    factories.TaskFactory(client=factories.ClientFactory(firm=kari.firm, name="Alenes"), owner=kari, closed_at=now())

    assert find("manager=me") == find(f"manager={kari.pk}") == find(f"task_type={vat.pk}") == ["Karis"]
    assert find(f"manager={ola.pk}") == ["Olas"]
    assert find("manager=none") == ["Alenes"]
    assert find("task_type=none") == ["Alenes", "Olas"]
    assert find("task_type=none&manager=none&q=alen") == ["Alenes"]


def test_how_far_a_service_has_come(kari, ask, find, eaccounting):
    scanner = factories.scanner()
    factories.ClientFactory(firm=kari.firm, name="Ingenting")
    ask("Utkast", status="draft")
    ask("Venter")
    ask("Avslått", status="declined")
    ask("Trukket", status="withdrawn")
    ask("Skanner", service=scanner)

    chosen = {state: find(f"service={eaccounting.code}&state={state}") for state in ("draft", "waiting", "handling")}
    assert chosen == {"draft": ["Utkast"], "waiting": ["Venter"], "handling": ["Avslått"]}
    assert find(f"service={eaccounting.code}&state=none") == ["Ingenting", "Skanner", "Trukket"]
    assert find("state=none") == ["Ingenting", "Trukket"]
    assert find(f"service={scanner.code}") == ["Skanner"]


def test_what_runs_what_is_over_and_who_pays(kari, find, sent, approve, known, subscribed):
    approve(sent(known.client, by=kari, payer="firm"), by=known.administrator)
    over = approve(sent(subscribed.client, by=kari), by=subscribed.administrator).collaboration
    both = (find("state=active"), find("payer=firm"), find("payer=company"))
    type(over).objects.filter(pk=over.pk).update(ended_at=now(), outcome="continues")

    assert both == (["Ærlig Bakeri AS", "Ørsta Rør AS"], ["Ørsta Rør AS"], ["Ærlig Bakeri AS"])
    assert (find("state=ended"), find("state=active")) == (["Ærlig Bakeri AS"], ["Ørsta Rør AS"])


ABSURD = "manager=x&task_type=99999999999999999999&service=%00&state=tull&payer=%F0&columns=tull&sort=x&status=%00"


def test_what_makes_no_sense_in_the_address_is_left_out(kari, nils, find, office):
    factories.ClientFactory(firm=kari.firm, name="Aktiv")

    assert find(ABSURD) == find(f"manager={nils.pk}") == ["Aktiv"]
    page = office.get(f"{URL}?{ABSURD}")
    assert (page.status_code, page.context["list"].chips, page.context["list"].heads) == (200, [], [])


def test_a_filter_is_a_chip_whose_link_takes_it_away_alone(kari, office):
    factories.ClientFactory(firm=kari.firm, name="Aktiv", account_manager=kari)

    found = office.get(URL, {"manager": "me", "q": "aktiv", "sort": "-number", "columns": ["", "task"]}).context["list"]

    assert [(chip["label"], chip["value"], chip["url"]) for chip in found.chips] == [
        ("Søk", "aktiv", "?manager=me&columns=task&sort=-number"),
        ("Kundeansvarlig", "Meg", "?q=aktiv&columns=task&sort=-number"),
    ]
    assert (found.reset_url, found.url) == (
        "?columns=task&sort=-number", "?q=aktiv&manager=me&columns=task&sort=-number",
    )  # fmt: skip


def test_the_chosen_columns_in_at_most_ten_queries(kari, office, sent, approve, known, count_queries):
    approve(sent(known.client, by=kari, payer="firm"), by=known.administrator)
    url = f"{URL}?columns=manager&columns=task&columns=payer&columns=renewal"

    (client,) = office.get(url).context["list"].rows

    assert [cell.text for cell in client.cells][:3] == ["–", "Bokføring", "Byrået"]
    assert client.cells[3].text != "–"
    # as without them, and: tasks, agreements
    assert count_queries(office, url) == 10


def test_last_changed_is_the_last_change_of_anything(kari, office):
    first, second = (factories.ClientFactory(firm=kari.firm, name=name) for name in "AB")
    task = factories.TaskFactory(client=first, owner=kari)
    record_event(subject=task, verb="close", at=now() + timedelta(days=1), firm=kari.firm)
    record_event(subject=second, verb="open", at=now() + timedelta(days=2), firm=kari.firm)

    assert office.get(URL, {"sort": "-changed"}).context["list"].rows == [first, second]


def test_the_client_with_the_number_stands_first_and_the_places_are_told(kari, office, monkeypatch):
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    for name in ("A 7001", "B 7001", "C 7001"):
        factories.ClientFactory(firm=kari.firm, name=name)
    exact = factories.ClientFactory(firm=kari.firm, name="Å", number=7001)

    first = office.get(URL, {"q": "7001"}).context["list"]
    second = office.get(URL + first.next_url).context["list"]

    assert [client.name for client in first.rows] == [exact.name, "A 7001", "B 7001"]
    assert [client.name for client in second.rows] == ["C 7001"]
    assert (first.summary, second.summary) == ("Viser 1–3 av 4", "Viser 4–4 av 4")


def test_an_answer_while_one_types_tells_the_address_without_empty_fields(kari, office):
    factories.ClientFactory(firm=kari.firm, name="Aktiv")

    answer = office.get(URL, {"q": "aktiv", "status": "", "columns": ["", "changed"]}, headers={"HX-Request": "true"})

    assert answer["HX-Replace-Url"] == "/kunder/?q=aktiv"
