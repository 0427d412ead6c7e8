"""Names that a Mac has spelt with a letter and its mark apart: found, sorted and compared as they look."""

import pytest
from django.db import IntegrityError, transaction

from clients.models import Client
from collaboration.preflight import check_company
from collaboration.scenarios import Standing
from tests import factories

pytestmark = pytest.mark.django_db

SPELT, NAME = "A\u030as Ga\u030ard AS", "Ås Gård AS"


def test_what_is_typed_apart_is_stored_together_found_and_sorted(kari, sign_in):
    browser = sign_in(kari)
    for name in ("Zenit AS", "Aasen AS"):
        factories.ClientFactory(firm=kari.firm, name=name)

    browser.post("/kunder/ny/", {"_firm": kari.firm_id, "name": SPELT, "number": "1777"})

    assert Client.objects.get(number=1777).name == NAME
    for typed in (NAME, SPELT, "a\u030as g"):
        assert [client.name for client in Client.objects.search(typed)] == [NAME]
        assert NAME in browser.get("/kunder/", {"q": typed}).content.decode()
    names = Client.objects.filter(firm=kari.firm).order_by("sort_name").values_list("name", flat=True)
    assert list(names) == ["Aasen AS", "Zenit AS", NAME]


def test_the_database_takes_no_other_spelling(kari):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ClientFactory(firm=kari.firm, name=SPELT)


def test_a_name_does_not_differ_from_itself(known):
    company = known.company
    company.name = NAME
    known.client.name = NAME

    findings = list(check_company(known.client, Standing(scenario="known", company=company, subscription=None)))

    assert [finding.code for finding in findings] == []
