"""Where the demo's doors lead."""

import pytest

from organisations.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_service_tells_who_came_for_whom_in_which_variant(eaccounting, client):
    company = factories.CompanyFactory(name="Ærlig Bakeri AS", org_number="310000000")
    client.force_login(factories.UserFactory(name="Line Berg", email="line@aerligbakeri.example"))

    response = client.get("/demo/tjeneste/eaccounting/", {"orgnr": company.org_number, "variant": "smart"})

    text = response.content.decode()
    for word in ("Ærlig Bakeri AS", "310 000 000", "Visma eAccounting Smart", "Line Berg", "line@aerligbakeri.example"):
        assert word in text


@pytest.mark.parametrize(
    "query",
    [{}, {"orgnr": "310000000"}, {"orgnr": "310000000", "variant": "stor"}, {"orgnr": "999999999", "variant": "smart"}],
)
def test_an_arrival_without_its_particulars_is_not_found(query, eaccounting, client):
    factories.CompanyFactory(org_number="310000000")
    client.force_login(User.objects.create_user("line@aerligbakeri.example", name="Line Berg"))

    assert client.get("/demo/tjeneste/eaccounting/", query).status_code == 404


@pytest.mark.parametrize(("asked", "is_told"), [({"lesetilgang": "1"}, True), ({}, False)])
def test_who_only_reads_is_told_so(asked, is_told, eaccounting, client):
    company = factories.CompanyFactory()
    client.force_login(factories.UserFactory())

    page = client.get(
        "/demo/tjeneste/eaccounting/", {"orgnr": company.org_number, "variant": "smart"} | asked
    ).content.decode()

    assert ("Bare lesetilgang" in page) is is_told


def test_a_stranger_signs_in_first(client):
    response = client.get("/demo/tjeneste/eaccounting/")

    assert (response.status_code, response.url) == (302, "/konto/login/?next=/demo/tjeneste/eaccounting/")
