"""Where the demo's doors lead."""

import pytest

from organisations.models import Employee
from tests import factories

pytestmark = pytest.mark.django_db

ARRIVAL = "/demo/tjeneste/eaccounting/"


def arrive(browser, company, **asked):
    return browser.get(ARRIVAL, {"orgnr": company.org_number, "variant": "smart"} | asked)


def test_the_service_tells_who_came_for_whom_in_which_variant(subscribed, sign_in):
    text = arrive(sign_in(subscribed.administrator), subscribed.company).content.decode()

    number = subscribed.company.org_number
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    for word in ("Ærlig Bakeri AS", spaced, "Visma eAccounting Smart", "Line Berg", "line@aerligbakeri.example"):
        assert word in text


@pytest.mark.parametrize(
    "query",
    [{}, {"orgnr": "310000000"}, {"orgnr": "310000000", "variant": "stor"}, {"orgnr": "999999999", "variant": "smart"}],
)
def test_an_arrival_without_its_particulars_is_not_found(query, eaccounting, sign_in):
    line = factories.CompanyUserFactory(company=factories.CompanyFactory(org_number="310000000"))

    assert sign_in(line).get(ARRIVAL, query).status_code == 404


@pytest.mark.parametrize(("asked", "is_told"), [({"lesetilgang": "1"}, True), ({}, False)])
def test_who_only_reads_is_told_so(asked, is_told, subscribed, sign_in):
    page = arrive(sign_in(subscribed.administrator), subscribed.company, **asked).content.decode()

    assert ("Bare lesetilgang" in page) is is_told


def test_a_firms_employee_comes_for_its_own_client_called_as_the_firm_calls_it(
    known, kari, ola, nils, sent, approve, sign_in
):
    activation = sent(known.client, by=kari)
    before = arrive(sign_in(kari), known.company).status_code
    approve(activation, by=known.administrator)
    known.client.name = "Ørsta Rør (kunde 1002)"
    known.client.save()

    after = arrive(sign_in(kari), known.company)

    assert (before, after.status_code) == (404, 200)
    assert "Ørsta Rør (kunde 1002)" in after.content.decode()
    assert [arrive(sign_in(person), known.company).status_code for person in (ola, nils)] == [404, 404]


@pytest.mark.parametrize(
    "who", ["a company's user", "a firm's employee", "nobody", "the platform's", "one who has left"]
)
@pytest.mark.parametrize("state", ["nobody's", "only asked", "known"])
def test_who_acts_for_it_nowhere_learns_of_no_company(state, who, known, new, kari, nils, sent, sign_in, admin_user):
    company = {
        "nobody's": factories.CompanyFactory.build(),
        "only asked": sent(new.client, by=kari).company,
        "known": known.company,
    }[state]
    left = factories.EmployeeFactory(firm=kari.firm, client_access=Employee.ClientAccess.ALL)
    person = {
        "a company's user": factories.CompanyUserFactory(),
        "a firm's employee": nils,
        "nobody": factories.UserFactory(),
        "the platform's": admin_user,
        "one who has left": left,
    }[who]
    Employee.objects.filter(pk=left.pk).update(deactivated_at=known.client.created_at)

    answer = arrive(sign_in(person), company)

    assert answer.status_code == 404
    assert company.name not in answer.content.decode()


def test_a_stranger_signs_in_first(client):
    response = client.get(ARRIVAL)

    assert (response.status_code, response.url) == (302, f"/konto/login/?next={ARRIVAL}")
