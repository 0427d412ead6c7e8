"""The header of every page: all of the person's places, what waits in each company, and who asks the person to join."""

import re

import pytest

from ground.clock import database_clock
from organisations.actions import invitations
from organisations.models import CompanyUser
from organisations.places.current import Place
from tests import factories

pytestmark = pytest.mark.django_db

OFFICE, MINE = "/kunder/", "/mine-tjenester/"


@pytest.fixture
def per(known):
    return known.administrator


@pytest.fixture
def both(kari, known):
    """Kari of Fjord is an administrator of Ørsta Rør and of Annet AS as well."""
    for company in (known.company, factories.CompanyFactory(name="Annet AS")):
        factories.CompanyUserFactory(user=kari.user, company=company, email=kari.user.email)
    return kari


@pytest.fixture
def send_now(sent, known, kari):
    """A request to Ørsta Rør that waits at this hour."""

    def send(**service):
        activation = sent(known.client, by=kari, **service)
        activation.expires_at = database_clock() + (activation.expires_at - activation.requested_at)
        activation.save()
        return activation

    return send


def invite(by, user):
    if isinstance(by, CompanyUser):
        return invitations.invite_company_user(
            company=by.company, email=user.email, name=user.name, role="administrator", by=by
        )
    return invitations.invite_employee(
        firm=by.firm, email=user.email, name=user.name, role="employee", client_access="all", by=by
    )


def page_of(browser, url) -> str:
    return browser.get(url).content.decode()


def menu_of(page: str) -> list[str]:
    """What the switcher says, line by line."""
    found = re.search(r'<div class="ds-dropdown menu" id="place-menu".*?</div>', page, re.DOTALL)
    lines = re.sub(r"<[^>]+>", "\n", found[0] if found else "").splitlines()
    return [line.strip() for line in lines if line.strip()]


def ways_of(page: str) -> set[tuple[str, str, str]]:
    """Where the switcher posts, and what."""
    hidden = r'\s*<input type="hidden" name='
    return set(re.findall(rf'action="(/bytt/[a-z]+/)">{hidden}"csrf[^>]*>{hidden}"(\w+)" value="(\d+)"', page))


# --- Switching ---------------------------------------------------------------------------------------------------


def test_firms_and_companies_are_in_one_menu_on_both_sides(both, sign_in):
    browser = sign_in(both)

    office, mine = menu_of(page_of(browser, OFFICE)), menu_of(page_of(browser, MINE))

    expected = ["Bytt byrå eller selskap", "Byråer", "Fjord Regnskap AS", "Selskaper", "Annet AS", "Ørsta Rør AS"]
    assert (office, mine) == (expected, expected)


def test_the_menu_leads_to_every_place_but_the_current_one(both, known, sign_in):
    browser = sign_in(both)
    companies = CompanyUser.objects.filter(user=both.user).values_list("company_id", flat=True)

    office, mine = ways_of(page_of(browser, OFFICE)), ways_of(page_of(browser, MINE))

    assert office == {("/bytt/selskap/", Place.COMPANY_FIELD, str(pk)) for pk in companies}
    assert mine == {
        ("/bytt/byra/", Place.FIRM_FIELD, str(both.firm_id)),
        ("/bytt/selskap/", Place.COMPANY_FIELD, str(known.company.pk)),
    }


def test_one_goes_over_and_back(both, known, sign_in):
    browser = sign_in(both)

    there = browser.post("/bytt/selskap/", {Place.COMPANY_FIELD: known.company.pk})
    page = browser.get(there.url)
    back = browser.post("/bytt/byra/", {Place.FIRM_FIELD: both.firm_id})

    assert (there.url, back.url) == (MINE, OFFICE)
    assert page.wsgi_request.company_user.company == known.company


def test_companies_alone_have_no_headings(per, sign_in):
    factories.CompanyUserFactory(user=per.user, company__name="Annet AS", email=per.user.email)

    menu = menu_of(page_of(sign_in(per), MINE))

    assert menu == ["Bytt byrå eller selskap", "Annet AS", "Ørsta Rør AS"]


@pytest.mark.parametrize(("who", "url"), [("kari", OFFICE), ("per", MINE)])
def test_a_single_place_is_no_menu(who, url, request, sign_in):
    page = page_of(sign_in(request.getfixturevalue(who)), url)

    assert menu_of(page) == []
    assert 'class="place place-name"' in page


def test_a_place_that_was_taken_away_is_not_in_the_menu(both, sign_in):
    CompanyUser.objects.filter(company__name="Annet AS").update(deactivated_at=database_clock())

    menu = menu_of(page_of(sign_in(both), OFFICE))

    assert "Annet AS" not in menu


def test_only_who_has_the_other_side_costs_a_question(kari, sign_in, django_assert_num_queries):
    browser = sign_in(kari)
    browser.get("/varsler/")

    with django_assert_num_queries(6):  # session, user, place, the page, the newest, the count
        browser.get("/varsler/")

    factories.CompanyUserFactory(user=kari.user, email=kari.user.email)
    browser.get("/varsler/")
    with django_assert_num_queries(8):  # the companies, and what waits in them
        browser.get("/varsler/")


# --- What waits --------------------------------------------------------------------------------------------------


def test_what_waits_is_marked_in_the_navigation_of_every_page(per, send_now, sign_in):
    browser = sign_in(per)
    before = page_of(browser, "/mine-tjenester/kostnader/")
    send_now()
    one = page_of(browser, "/mine-tjenester/kostnader/")
    send_now(service=factories.ServiceFactory())
    two = page_of(browser, "/mine-tjenester/kostnader/")

    assert "venter</span>" not in before
    assert "1 forespørsel venter" in one
    assert "2 forespørsler venter" in two


def test_what_waits_is_marked_on_the_company_on_both_sides_and_in_the_chooser(both, send_now, sign_in):
    send_now()
    browser = sign_in(both)

    office, mine, chooser = (page_of(browser, url) for url in (OFFICE, MINE, "/"))

    marked = ["Selskaper", "Annet AS", "Ørsta Rør AS", "1", "1 forespørsel venter"]
    assert (menu_of(office)[-5:], menu_of(mine)[-5:]) == (marked, marked)
    assert chooser.count("1 forespørsel venter") == 1


def test_a_firm_with_the_number_of_a_company_has_no_mark_of_it(both, known, send_now, sign_in):
    firm = factories.FirmFactory(pk=known.company.pk, name="Vidda Økonomi AS")
    factories.EmployeeFactory(firm=firm, user=both.user)
    send_now()

    page = page_of(sign_in(both), OFFICE)

    assert page.count("1 forespørsel venter") == 1


@pytest.mark.parametrize("how", ["other", "left", "late", "draft"])
def test_only_what_the_person_may_see_and_answer_counts(how, per, known, kari, send_now, draft, sign_in):
    other = factories.CompanyUserFactory(user=per.user, company__name="Annet AS", email=per.user.email)
    activation = draft(known.client, by=kari) if how == "draft" else send_now()
    if how == "late":
        type(activation).objects.update(expires_at=database_clock())
    if how == "left":
        CompanyUser.objects.filter(pk=per.pk).update(deactivated_at=database_clock(), is_main_contact=False)
    reader = factories.CompanyUserFactory(company__name="Tredje AS") if how == "other" else other

    page = page_of(sign_in(reader), MINE)

    assert "forespørsel venter" not in page


def test_an_auditor_sees_the_mark_too(per, send_now, sign_in):
    auditor = factories.CompanyUserFactory(company=per.company, role="auditor")
    send_now()

    page = page_of(sign_in(auditor), MINE)

    assert "1 forespørsel venter" in page


# --- Who asks the person to join ---------------------------------------------------------------------------------


def test_an_invitation_is_told_on_mine_tjenester(per, sign_in):
    invite(factories.CompanyUserFactory(company__name="Delt Kunde AS"), per.user)

    page = page_of(sign_in(per), MINE)

    main = page.partition("<main")[2]
    assert "Du er bedt om å være med" in main
    assert "Delt Kunde AS" in main
    assert 'href="/tilbud/"' in main


def test_a_firms_invitation_is_told_there_too(per, kari, sign_in):
    invite(kari, per.user)

    main = page_of(sign_in(per), MINE).partition("<main")[2]

    assert "Fjord Regnskap AS" in main


def test_an_invitation_and_a_request_are_told_in_the_chooser_and_on_ones_own_page(both, sign_in):
    invite(factories.CompanyUserFactory(company__name="Delt Kunde AS"), both.user)
    company = factories.CompanyFactory(name="Ås Blomster AS")
    factories.CompanyUserFactory(offered=True, company=company, email=both.user.email)
    browser = sign_in(both)

    for url in ("/", "/konto/"):
        main = page_of(browser, url).partition("<main")[2]
        names = [name for name in ("Delt Kunde AS", "Ås Blomster AS") if f"<li>{name}</li>" in main]
        assert (names, 'href="/tilbud/"' in main) == (["Delt Kunde AS", "Ås Blomster AS"], True)


@pytest.mark.parametrize(("who", "url"), [("kari", OFFICE), ("per", MINE)])
def test_the_persons_menu_counts_them(who, url, request, sign_in):
    person = request.getfixturevalue(who)
    browser = sign_in(person)
    before = page_of(browser, url).partition("<main")[0]
    invite(factories.CompanyUserFactory(company__name="Delt Kunde AS"), person.user)

    header = page_of(browser, url).partition("<main")[0]

    assert 'href="/tilbud/"' not in before
    assert 'href="/tilbud/"' in header
    assert "1 invitasjon venter" in header


def test_all_of_them_are_counted_and_the_header_asks_nothing_more(kari, sign_in, django_assert_num_queries):
    for name in ("Delt Kunde AS", "Ås Blomster AS"):
        invite(factories.CompanyUserFactory(company__name=name), kari.user)
    factories.CompanyUserFactory(offered=True, email=kari.user.email)
    browser = sign_in(kari)
    browser.get("/varsler/")

    with django_assert_num_queries(6):  # as without them
        page = page_of(browser, "/varsler/")

    assert "3 invitasjoner venter" in page


@pytest.mark.parametrize("what", ["answered", "too old", "somebody else's"])
def test_nothing_is_told_of_what_cannot_be_accepted(what, per, kari, sign_in):
    invitation = invite(kari, factories.UserFactory() if what == "somebody else's" else per.user)
    if what == "answered":
        invitations.refuse_invitation(invitation=invitation, by=per.user)
    if what == "too old":
        type(invitation).objects.update(expires_at=database_clock())
    browser = sign_in(per)

    for url in (MINE, "/konto/"):
        assert "/tilbud/" not in page_of(browser, url)
