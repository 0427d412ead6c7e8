"""What the page of an agreement lets one change; of everything else it says why not, and who can."""

from types import SimpleNamespace

import pytest

from agreement_pages.change_ways import find_change_ways, ways_to_change
from agreements import actions
from agreements.rows.load import load
from agreements.words.standing import active_in
from organisations.models import CompanyUser, Employee
from tests import factories
from tests.agreements.conftest import change
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

NO_RIGHT_IN_THE_FIRM = "Bare byråets administratorer og kundeansvarlig kan endre avtalen."


@pytest.fixture
def people(known, kari, ola):
    """All the kinds of people that come to the page of Ørsta Rør's agreement with Fjord."""
    manager = factories.EmployeeFactory(firm=kari.firm, user=factories.UserFactory(name="Siri Moe"))
    known.client.account_manager = manager
    known.client.save()
    colleague = factories.EmployeeFactory(firm=kari.firm)
    user = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.USER)
    auditor = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.AUDITOR)
    return SimpleNamespace(
        lead=kari, manager=manager, colleague=colleague, administrator=known.administrator, user=user, auditor=auditor
    )


def told(subscription, by):
    subscription.refresh_from_db()
    ways = find_change_ways(load(subscription, day=NOON.date()), active_in(subscription), by)
    return [label for label, _address in ways.links], ways.obstacles


@pytest.mark.parametrize("state", ["open", "shared", "cancelled", "underway", "alone"])
def test_whatever_the_service_lets_one_change_is_offered_or_explained(state, people, agreement, join, nils):
    case = agreement()
    if state == "shared":
        join(case, nils)
    elif state == "cancelled":
        actions.cancel_subscription(subscription=case.subscription, by=case.per)
    elif state == "underway":
        change(case.subscription, people.lead, variant=case.subscription.service.variants.get(code="start"))
    elif state == "alone":
        actions.end_collaboration(collaboration=case.collaboration, by=case.per)

    for name, by in vars(people).items():
        if state == "alone" and isinstance(by, Employee):
            continue
        links, obstacles = told(case.subscription, by)
        everything = [
            label for _verb, _name, label in ways_to_change(case.subscription, active_in(case.subscription), by)
        ]
        explained = [label for label in everything if any(label in obstacle.what for obstacle in obstacles)]
        assert sorted([*links, *explained]) == sorted(everything), (name, links, obstacles)
        assert all(obstacle.why.endswith(".") for obstacle in obstacles)


def test_a_colleague_reads_who_may(people, agreement):
    links, (obstacle,) = told(agreement().subscription, people.colleague)

    assert links == ["Bytt oppgave"]
    assert obstacle == (
        "Bytt variant, Bytt fakturamottaker og Endre avtaleperiode",
        f"{NO_RIGHT_IN_THE_FIRM} Spør Kari Nordmann, Siri Moe.",
    )


def test_the_companys_administrator_reads_that_the_firm_changes_the_variant(people, agreement):
    links, (obstacle,) = told(agreement().subscription, people.administrator)

    assert links == ["Bytt fakturamottaker", "Endre avtaleperiode"]
    assert obstacle == (
        "Bytt variant",
        "Så lenge dere samarbeider med et byrå om tjenesten, bytter byrået variant. Be dem om det. "
        "Dere samarbeider med Fjord Regnskap AS.",
    )


@pytest.mark.parametrize("who", ["user", "auditor"])
def test_the_companys_others_read_who_its_administrator_is(who, people, agreement):
    links, (obstacle,) = told(agreement().subscription, vars(people)[who])

    assert links == []
    assert obstacle.why == "Bare selskapets administratorer kan endre avtalen. Spør Per Rør."


def test_what_is_on_its_way_is_not_offered_twice(people, agreement):
    subscription = agreement().subscription
    change(subscription, people.lead, variant=subscription.service.variants.get(code="start"))

    links, (obstacle,) = told(subscription, people.lead)

    assert "Bytt variant" not in links
    assert (obstacle.what, obstacle.why[:35]) == ("Bytt variant", "En endring av det samme er på vei. ")


def test_a_cancelled_agreement_is_resumed_first(people, agreement):
    case = agreement()
    actions.cancel_subscription(subscription=case.subscription, by=case.per)

    links, obstacles = told(case.subscription, people.lead)

    assert links == ["Bytt oppgave"]
    assert [obstacle.why for obstacle in obstacles] == ["Avtalen er sagt opp. Gjenoppta den før den endres."]


def test_the_pages_of_both_sides_show_it(people, agreement, sign_in):
    agreement()

    office = sign_in(people.colleague).get("/kunder/1002/samarbeid/eaccounting/").content.decode()
    own = sign_in(people.user).get("/mine-tjenester/tjenester/eaccounting/").content.decode()

    assert "Spør Kari Nordmann, Siri Moe." in office
    assert "Spør Per Rør." in own
