"""Saved views: made, changed and deleted by who may, shown as tabs with counts, opened after signing in."""

import pytest

from ground.refusals import NotAllowed
from organisations import actions
from organisations.models import Employee, SavedView, StartView
from privacy.export import collect
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def view(kari):
    return actions.save_view(by=kari, list="oppgaver", name="Alle", query="person=all", for_firm=True)


@pytest.fixture
def olas(ola):
    return actions.save_view(by=ola, list="oppgaver", name="For sent", query="due=overdue")


def tabs(response) -> list[tuple]:
    return [(item["label"], item["count"], item["current"]) for item in response.context["saved"].items]


# --- Saving ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "page", "query", "kept"),
    [
        ("kunder", "/kunder/", "sort=-name&q=bakeri&after=x&byra=fjord&tull=1", "q=bakeri&sort=-name"),
        ("samarbeid", "/samarbeid/", "vis=handling&state=waiting&before=x", "state=waiting&vis=handling"),
        ("oppgaver", "/mine-oppgaver/", "due=week&person=all&q=", "due=week&person=all"),
    ],
)
def test_what_a_list_shows_is_saved_under_a_name_and_its_tab_leads_there(
    office, kari, submit, which, page, query, kept
):
    response = submit(office, kari.firm, f"/visninger/{which}/?{query}", name=" Min  visning ")

    saved = SavedView.objects.get()
    assert (saved.list, saved.name, saved.query, saved.owner) == (which, "Min visning", kept, kari)
    assert response.url == saved.address == f"{page}?{kept}"
    assert tabs(office.get(response.url)) == [("Alle", "0", False), ("Min visning", "0", True)]
    assert f"/visninger/{which}/?" in office.get(f"{page}?{query}").context["saved"].manage_url


def test_a_name_is_needed_and_is_there_once_of_each_person_and_the_firm(office, kari, ola, olas, view, submit):
    refused = [submit(office, kari.firm, "/visninger/oppgaver/", for_firm="1", name=name) for name in ("", "ALLE")]
    actions.save_view(by=kari, list="oppgaver", name="For sent", query="")
    actions.save_view(by=kari, list="kunder", name="Alle", query="", for_firm=True)

    assert [response.status_code for response in refused] == [200, 200]
    assert SavedView.objects.count() == 4


def test_there_are_only_so_many(kari, view):
    for n in range(actions.MOST_VIEWS):
        actions.save_view(by=kari, list="oppgaver", name=str(n), query="")

    with pytest.raises(NotAllowed, match="høyst"):
        actions.save_view(by=kari, list="oppgaver", name="en til", query="")


@pytest.mark.django_db(transaction=True)
def test_one_name_saved_twice_at_once_is_there_once():
    firm = factories.FirmFactory()
    kari = factories.EmployeeFactory(firm=firm)

    race(*[lambda: actions.save_view(by=kari, list="kunder", name="Mine", query="")] * 3)

    assert SavedView.objects.count() == 1


# --- Who may -----------------------------------------------------------------------------------------------------


def change(deed: str, view: SavedView, by: Employee):
    more = {"rename_view": {"name": "Ny"}, "overwrite_view": {"query": "due=none"}, "delete_view": {}}[deed]
    return getattr(actions, deed)(view=view, by=by, **more)


@pytest.mark.parametrize("deed", ["rename_view", "overwrite_view", "delete_view"])
def test_ones_own_are_ones_own_to_change_and_the_firms_an_administrators(deed, view, olas, kari, ola, nils, clock):
    left = factories.EmployeeFactory(firm=kari.firm, role=Employee.Role.ADMINISTRATOR, deactivated_at=clock())
    for which, by in ((view, ola), (view, nils), (view, left), (olas, kari), (olas, nils)):
        with pytest.raises(NotAllowed):
            change(deed, which, by)
    before = list(SavedView.objects.order_by("pk").values_list("name", "query"))

    change(deed, view, kari)
    change(deed, olas, ola)

    assert before == [("Alle", "person=all"), ("For sent", "due=overdue")]
    after = list(SavedView.objects.order_by("pk").values_list("name", "query"))
    assert (
        after
        == {
            "rename_view": [("Ny", "person=all"), ("Ny", "due=overdue")],
            "overwrite_view": [("Alle", "due=none"), ("For sent", "due=none")],
            "delete_view": [],
        }[deed]
    )


def test_only_an_administrator_makes_one_of_the_firm(ola, sign_in, submit):
    with pytest.raises(NotAllowed):
        actions.save_view(by=ola, list="kunder", name="Alle", query="", for_firm=True)

    assert "Lagre for byrået" not in sign_in(ola).get("/visninger/kunder/").content.decode()


@pytest.mark.parametrize("deed", ["gi-nytt-navn", "erstatt", "slett", "start"])
def test_a_strangers_view_is_not_found_and_a_get_changes_nothing(deed, olas, office, kari, submit):
    url = f"/visninger/{olas.pk}/{deed}/"

    assert submit(office, kari.firm, url, name="x").status_code == 404
    assert office.get(url).status_code == (404 if deed == "gi-nytt-navn" else 405)  # a page of its own
    assert SavedView.objects.get().name == "For sent"


def test_the_buttons_of_the_page_do_their_deeds(view, office, kari, submit):
    for deed, typed in (("gi-nytt-navn", {"name": "Ny"}), ("erstatt", {}), ("start", {"begins": "1"})):
        response = submit(office, kari.firm, f"/visninger/{view.pk}/{deed}/", query="due=none&after=x", **typed)
        assert response.url == "/visninger/oppgaver/?due=none"

    assert list(SavedView.objects.values_list("name", "query")) == [("Ny", "due=none")]
    assert "Åpnes når du logger inn" in office.get("/visninger/oppgaver/").content.decode()


# --- Opening -----------------------------------------------------------------------------------------------------


def test_a_tab_counts_what_a_click_finds_for_who_looks(view, olas, kari, ola, office, sign_in):
    client = factories.ClientFactory(firm=kari.firm)
    factories.TaskFactory(client=client, owner=ola, due_on="2020-01-01")
    factories.TaskFactory(client=client, owner=kari)

    assert tabs(office.get("/mine-oppgaver/?person=all")) == [("Alle", "1", False), ("Alle", "2", True)]
    assert tabs(sign_in(ola).get("/mine-oppgaver/")) == [
        ("Alle", "1", True), ("Alle", "1", False), ("For sent", "1", False),
    ]  # fmt: skip


def test_no_more_is_counted_than_is_told(view, office, kari, monkeypatch):
    for module in ("queries", "tabs"):
        monkeypatch.setattr(f"office.saved_views.{module}.MOST_COUNTED", 2)
    for _ in range(4):
        factories.TaskFactory(client__firm=kari.firm, owner=kari)

    assert [count for _label, count, _current in tabs(office.get("/mine-oppgaver/"))] == ["2+", "2+"]


def test_a_view_of_something_that_is_gone_opens_with_a_sentence(office, kari):
    factories.TaskFactory(client__firm=kari.firm, owner=kari, due_on="2020-01-01")
    saved = actions.save_view(by=kari, list="oppgaver", name="Lønn", query="due=overdue&type=999999")

    response = office.get(saved.address)

    assert len(response.context["tasks"]) == 1
    assert "finnes ikke lenger: Oppgave." in response.content.decode()
    assert "finnes ikke lenger" not in office.get("/mine-oppgaver/?type=999999").content.decode()


def test_the_chosen_view_opens_after_signing_in_until_it_is_gone(view, olas, kari, ola, nils, office, sign_in):
    actions.start_with_view(view=view, by=kari, begins=True)
    actions.start_with_view(view=olas, by=ola, begins=True)
    with pytest.raises(NotAllowed):
        actions.start_with_view(view=olas, by=kari, begins=True)
    with pytest.raises(NotAllowed):
        actions.start_with_view(view=view, by=nils, begins=True)

    assert [office.get("/").url, sign_in(ola).get("/").url] == [view.address, olas.address]

    actions.delete_view(view=view, by=kari)
    actions.start_with_view(view=olas, by=ola, begins=False)
    assert [office.get("/").url, sign_in(ola).get("/").url] == ["/oversikt/", "/oversikt/"]
    assert not StartView.objects.exists()


@pytest.mark.parametrize("url", ["/kunder/", "/samarbeid/", "/mine-oppgaver/"])
def test_the_tabs_cost_the_same_however_many_there_are(url, office, kari, count_queries):
    which = {"/kunder/": "kunder", "/samarbeid/": "samarbeid", "/mine-oppgaver/": "oppgaver"}[url]
    actions.save_view(by=kari, list=which, name="0", query="q=a")
    before = count_queries(office, url)
    for n in (1, 2, 3):
        actions.save_view(by=kari, list=which, name=str(n), query="q=b", for_firm=n == 3)

    assert count_queries(office, url) == before


def test_a_persons_own_views_are_handed_out_with_the_rest(view, olas, ola):
    assert [row["Navn"] for row in collect(ola.user.email)["Lagrede visninger"]] == ["For sent"]
