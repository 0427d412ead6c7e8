"""Who cannot answer is told who can; where nobody can, whom to call."""

import pytest

from organisations.models import CompanyUser
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(settings):
    settings.HELP_EMAIL, settings.HELP_PHONE = "hjelp@byra.example", "22 99 00 00"


def has_both(page: str) -> bool:
    return 'href="mailto:hjelp@byra.example"' in page and 'href="tel:+4722990000"' in page


def without_administrator():
    CompanyUser.objects.update(role=CompanyUser.Role.USER, is_main_contact=False)


def test_the_firm_reads_whom_to_call_before_it_asks(known, kari, sign_in):
    without_administrator()

    page = sign_in(kari).get("/kunder/1002/samarbeid/eaccounting/").content.decode()

    assert "ingen administrator" in page
    assert has_both(page)


def test_on_the_last_page_before_sending_too(known, kari, draft, sign_in):
    draft(known.client, by=kari)
    without_administrator()

    page = sign_in(kari).get("/kunder/1002/samarbeid/eaccounting/aktiver/kontroller/").content.decode()

    assert has_both(page)


def test_and_while_the_request_waits(known, kari, sent, sign_in):
    sent(known.client, by=kari)
    before = sign_in(kari).get("/kunder/1002/samarbeid/eaccounting/").content.decode()
    without_administrator()

    page = sign_in(kari).get("/kunder/1002/samarbeid/eaccounting/").content.decode()

    assert [has_both(before), has_both(page)] == [False, True]


def test_a_new_company_has_its_receiver(new, kari, sent, sign_in):
    sent(new.client, by=kari)

    page = sign_in(kari).get("/kunder/1003/samarbeid/eaccounting/").content.decode()

    assert "ingen administrator" not in page


def test_a_user_of_the_company_reads_who_can_answer(known, kari, sent, sign_in, page_of):
    user = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.USER)
    page = sign_in(user).get(page_of(sent(known.client, by=kari))).content.decode()

    assert f'href="mailto:{known.administrator.user.email}"' in page
    assert not has_both(page)


def test_where_nobody_can_the_user_reads_whom_to_call(known, kari, sent, sign_in, page_of):
    request = sent(known.client, by=kari)
    without_administrator()

    page = sign_in(known.administrator).get(page_of(request)).content.decode()

    assert has_both(page)


def test_without_a_telephone_there_is_none_to_press(settings, known, kari, sign_in):
    settings.HELP_PHONE = ""
    without_administrator()

    page = sign_in(kari).get("/kunder/1002/samarbeid/eaccounting/").content.decode()

    assert 'href="mailto:hjelp@byra.example"' in page
    assert 'href="tel:' not in page
