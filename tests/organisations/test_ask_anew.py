"""A decision asks anew of who signed in more than a quarter of an hour ago, and what was typed is not lost."""

from urllib.parse import quote

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from ground.clock import database_clock
from notifications.models import Email
from organisations.models import Invitation, KeptForm
from organisations.places.current import Place
from tests import factories
from tests.factories import PASSWORD
from tests.sign_in import MINUTE, sign_in_as

pytestmark = pytest.mark.django_db

AGAIN = reverse("account_reauthenticate")
BY_CODE = reverse("account:reauthenticate-by-code")
SENTENCE = "Ingenting er sendt ennå"


@pytest.fixture
def clock():
    """The pages' own hour."""
    return database_clock


@pytest.fixture
def request_of(known, kari, sent):
    """A request that waits, and its page's address."""
    activation = sent(known.client, by=kari)
    return activation, reverse("my_services:activation-detail", args=[activation.pk])


def place(known) -> dict:
    return {Place.COMPANY_FIELD: known.company.pk}


def confirm(browser, address: str):
    """Give the password again where the answer led."""
    return browser.post(address, {"password": PASSWORD})


@pytest.mark.parametrize(("age", "is_asked"), [(0, False), (14 * MINUTE, False), (16 * MINUTE, True)])
def test_the_age_of_the_sign_in_decides(age, is_asked, known, request_of):
    _activation, page = request_of
    browser = sign_in_as(known.administrator.user, age=age)

    answer = browser.post(f"{page}avsla/", {"reason": "other", **place(known)})

    assert answer.url.startswith(AGAIN) == is_asked


@pytest.mark.parametrize("deed", ["godkjenn/", "avsla/", "videresend/"])
def test_nothing_is_decided_by_an_old_sign_in(deed, known, request_of):
    activation, page = request_of
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)

    answer = browser.post(page + deed, {"reason": "other", "name": "Anne", "email": "a@b.example", **place(known)})

    assert answer.url == f"{AGAIN}?next={quote(page + deed, safe='')}"
    activation.refresh_from_db()
    assert activation.is_pending


def test_a_session_that_tells_nothing_is_an_old_one(client, known, request_of):
    _activation, page = request_of
    client.force_login(known.administrator.user)

    assert client.post(f"{page}godkjenn/", place(known)).url.startswith(AGAIN)


def test_what_was_typed_stands_there_again(known, request_of):
    activation, page = request_of
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)
    typed = {"reason": "other", "comment": "Vi har sagt nei før <b>", **place(known)}
    asked = browser.post(f"{page}avsla/", typed)

    back = confirm(browser, asked.url)

    assert back.url == f"{page}avsla/"
    shown = browser.get(back.url)
    assert SENTENCE in shown.content.decode()
    assert shown.context["form"]["comment"].value() == "Vi har sagt nei før <b>"
    assert shown.context["form"]["reason"].value() == "other"
    browser.post(back.url, typed)
    activation.refresh_from_db()
    assert activation.status == "declined"


def test_it_stands_there_once(known, request_of):
    _activation, page = request_of
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)
    asked = browser.post(f"{page}avsla/", {"reason": "other", "comment": "Nei", **place(known)})
    back = confirm(browser, asked.url)
    browser.get(back.url)

    again = browser.get(back.url)

    assert SENTENCE not in again.content.decode()
    assert not again.context["form"]["comment"].value()


def test_without_proving_oneself_nothing_is_given_back(known, request_of):
    _activation, page = request_of
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)
    browser.post(f"{page}avsla/", {"reason": "other", "comment": "Nei", **place(known)})

    assert not browser.get(f"{page}avsla/").context["form"]["comment"].value()


def test_a_button_leads_back_to_the_page_that_it_stood_on(known, request_of):
    activation, page = request_of
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)
    asked = browser.post(f"{page}godkjenn/", place(known), headers={"referer": f"http://testserver{page}"})

    back = confirm(browser, asked.url)

    assert back.url == page
    assert SENTENCE in browser.get(page).content.decode()
    activation.refresh_from_db()
    assert activation.is_pending


@pytest.mark.parametrize(
    "referer", ["https://evil.example/x/", "//evil.example/", "javascript:alert(1)", "http://[", ""]
)
def test_another_sites_address_is_no_way_back(referer, known, request_of):
    _activation, page = request_of
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)

    asked = browser.post(f"{page}godkjenn/", place(known), headers={"referer": referer})

    assert confirm(browser, asked.url).url == f"{page}godkjenn/"


def test_a_form_for_another_company_is_refused_before_anything_is_asked(known, request_of):
    _activation, page = request_of
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)

    assert browser.post(f"{page}avsla/", {Place.COMPANY_FIELD: 0}).status_code == 409


def test_accepting_a_place_is_a_decision(known):
    offered = factories.CompanyUserFactory(offered=True, email=known.administrator.user.email)
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)

    assert browser.post(f"/tilbud/{offered.pk}/ta-imot/").url.startswith(AGAIN)


def test_the_office_is_not_asked(kari, known):
    browser = sign_in_as(kari.user, age=60 * MINUTE)

    answer = browser.post(reverse("office:alert-read-all"), {Place.FIRM_FIELD: kari.firm_id})

    assert not answer.url.startswith(AGAIN)


def test_what_is_too_long_is_not_kept(known, request_of):
    _activation, page = request_of
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)

    browser.post(f"{page}avsla/", {"reason": "other", "comment": "x" * 100_000, **place(known)})

    assert KeptForm.objects.get().fields is None


# --- By a code in the mail: who has no password


@pytest.fixture
def by_code(known):
    """Per has never chosen a password; he signed in by a code half an hour ago."""
    user = known.administrator.user
    user.set_unusable_password()
    user.save()
    return sign_in_as(user, method="code", age=30 * MINUTE)


def mailed_code() -> str:
    return Email.objects.filter(kind="account_reauthentication_code").latest("pk").secret


def test_a_code_proves_who_has_no_password(by_code, known, request_of):
    _activation, page = request_of
    asked = by_code.post(f"{page}avsla/", {"reason": "other", **place(known)})
    assert asked.url.startswith(BY_CODE)
    by_code.post(asked.url, {})

    back = by_code.post(asked.url, {"code": mailed_code()})

    assert back.url == f"{page}avsla/"
    assert SENTENCE in by_code.get(back.url).content.decode()


def test_a_wrong_code_does_not_and_five_are_enough(by_code):
    by_code.post(BY_CODE, {})
    code = mailed_code()
    wrong = "000000" if code != "000000" else "111111"
    for _turn in range(5):
        assert "Kod" in by_code.post(BY_CODE, {"code": wrong}).content.decode()

    assert by_code.post(BY_CODE, {"code": code}).status_code == 200


def test_a_code_works_once(by_code):
    by_code.post(BY_CODE, {})
    code = mailed_code()

    assert [by_code.post(BY_CODE, {"code": code}).status_code for _turn in range(2)] == [302, 200]


def test_six_codes_within_an_hour_are_one_too_many(by_code):
    for _turn in range(6):
        answer = by_code.post(BY_CODE, {})

    assert Email.objects.filter(kind="account_reauthentication_code").count() == 5
    assert "Du har bedt om mange koder. Vent en time, og prøv igjen." in answer.content.decode()


def test_nobody_elses_code_works(by_code, kari):
    sign_in_as(kari.user).post(BY_CODE, {})

    assert by_code.post(BY_CODE, {"code": mailed_code()}).status_code == 200


def test_no_mail_goes_by_opening_the_page(by_code):
    by_code.get(BY_CODE)

    assert not Email.objects.exists()


def test_a_code_by_mail_does_not_stand_for_a_second_factor(kari):
    TOTP.activate(kari.user, generate_totp_secret())

    answer = sign_in_as(kari.user, age=30 * MINUTE).post(BY_CODE, {})

    assert answer.url == AGAIN
    assert not Email.objects.exists()


# --- Deeds that change who comes in

PEOPLE = [
    ("organisations_user_changelist", False),
    ("organisations_user_change", True),
    ("organisations_invitation_changelist", False),
    ("organisations_invitation_add", False),
]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "has_key"), PEOPLE)
def test_the_admins_pages_of_people_need_it_to_be_seen(name, has_key, method, known):
    page = reverse(f"admin:{name}", args=[known.administrator.user_id] if has_key else [])
    admin = factories.UserFactory(is_staff=True, is_superuser=True)
    assert sign_in_as(admin).get(page).status_code == 200

    answer = getattr(sign_in_as(admin, age=16 * MINUTE), method)(page)

    assert answer.url == f"{AGAIN}?next={quote(page, safe='')}"


def test_an_admins_form_says_that_it_has_to_be_filled_in_again(db):
    page = reverse("admin:organisations_invitation_add")
    admin = factories.UserFactory(is_staff=True, is_superuser=True)
    browser = sign_in_as(admin, age=16 * MINUTE)
    browser.post(page, {"name": "Anne Vik"})

    again = sign_in_as(admin, browser).get(page)

    assert "Ingenting er sendt: skriv det inn én gang til." in again.content.decode()


def test_nobody_else_is_asked_there(known):
    page = reverse("admin:organisations_user_changelist")

    answer = sign_in_as(known.administrator.user, age=16 * MINUTE).get(page)

    assert not answer.url.startswith(AGAIN)


def test_after_proving_oneself_the_page_is_there(known):
    page = reverse("admin:organisations_user_change", args=[known.administrator.user.pk])
    browser = sign_in_as(factories.UserFactory(is_staff=True, is_superuser=True), age=16 * MINUTE)
    asked = browser.get(page)

    back = confirm(browser, asked.url)

    assert (back.url, browser.get(page).status_code) == (page, 200)


def test_a_coworker_is_invited_by_a_fresh_sign_in_with_what_was_typed(kari):
    page = reverse("office:employee-invite")
    browser = sign_in_as(kari.user, age=16 * MINUTE)
    typed = {"name": "Anne Vik", "email": "anne@fjordregnskap.example", "role": "administrator", "client_access": "own"}
    asked = browser.post(page, {**typed, Place.FIRM_FIELD: kari.firm_id})
    assert asked.url.startswith(AGAIN)
    assert not Invitation.objects.exists()

    confirm(browser, asked.url)

    form = browser.get(page).context["form"]
    assert {name: form[name].value() for name in typed} == typed


def test_so_is_a_role_changed(kari, ola):
    page = reverse("office:employee-edit", args=[ola.pk])
    browser = sign_in_as(kari.user, age=16 * MINUTE)
    typed = {"role": "administrator", "client_access": "all"}
    asked = browser.post(page, {**typed, Place.FIRM_FIELD: kari.firm_id})

    confirm(browser, asked.url)

    form = browser.get(page).context["form"]
    ola.refresh_from_db()
    assert ola.role == "employee"
    assert {name: form[name].value() for name in typed} == typed


def test_so_is_somebody_deactivated(kari, ola):
    page = reverse("office:employee-deactivate", args=[ola.pk])

    answer = sign_in_as(kari.user, age=16 * MINUTE).post(page, {Place.FIRM_FIELD: kari.firm_id})

    assert answer.url.startswith(AGAIN)
    ola.refresh_from_db()
    assert ola.deactivated_at is None


@pytest.mark.parametrize("deed", ["invitation-resend", "invitation-withdraw"])
def test_so_is_an_invitation_sent_again_or_withdrawn(deed, kari):
    page = reverse(f"office:{deed}", args=[1])

    assert sign_in_as(kari.user, age=16 * MINUTE).post(page, {Place.FIRM_FIELD: kari.firm_id}).url.startswith(AGAIN)
