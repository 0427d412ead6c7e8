"""Employees and platform administrators come nowhere without a second factor; customers may have one."""

import json
import time
from functools import partial
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as project
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from organisations.actions import remove_second_factors
from organisations.models import Employee
from tests import factories
from tests.conftest import NOON
from tests.factories import PASSWORD
from tests.races import race
from tests.sign_in import sign_in_as

pytestmark = pytest.mark.django_db

SET_UP = reverse("mfa_index")
APP = reverse("mfa_activate_totp")


@pytest.fixture(autouse=True)
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def admin(db):
    return factories.UserFactory(name="Plattformadministrator", is_staff=True, is_superuser=True)


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def give_app(user) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def give_password(user, **fields) -> tuple[Browser, object]:
    browser = Browser()
    return browser, browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, **fields})


def set_up_app(browser: Browser):
    secret = browser.get(APP).context["form"].secret
    return browser.post(APP, {"code": code_of(secret)})


@pytest.mark.parametrize(
    "path", ["/", "/kunder/", "/samarbeid/", "/konto/", "/konto/enheter/", "/konto/password/change/"]
)
def test_an_employee_without_one_is_led_to_set_it_up(path, kari):
    browser, _answer = give_password(kari.user)

    answer = browser.get(path)

    assert (answer.status_code, answer.url) == (302, SET_UP)


@pytest.mark.parametrize("path", ["/admin/", "/admin/organisations/user/", "/"])
def test_so_is_a_platform_administrator(path, admin):
    browser, _answer = give_password(admin)

    answer = browser.get(path)

    assert (answer.status_code, answer.url) == (302, SET_UP)


def test_a_form_that_is_sent_without_one_does_nothing(known, kari):
    browser, _answer = give_password(kari.user)

    answer = browser.post(reverse("office:client-deactivate", args=[known.client.number]), {"_firm": kari.firm_id})

    assert (answer.status_code, answer.url) == (302, SET_UP)
    known.client.refresh_from_db()
    assert known.client.is_active


def test_the_page_says_why_and_offers_both_ways(kari):
    page = sign_in_as(kari.user).get(SET_UP).content.decode()

    assert "Velg én måte før du går videre" in page
    assert APP in page
    assert reverse("mfa_add_webauthn") in page


@pytest.mark.django_db(transaction=True)  # allauth tells of it after commit
def test_the_app_is_set_up_and_all_is_open(kari):
    browser, _answer = give_password(kari.user)

    answer = set_up_app(browser)

    assert answer.url == reverse("mfa_view_recovery_codes")
    assert browser.get("/kunder/").status_code == 200
    codes = browser.get(answer.url)
    assert len(codes.context["unused_codes"]) == 10
    assert Email.objects.get(to=kari.user.email).subject == "Ny autentiseringsapp"


@pytest.mark.django_db(transaction=True)
def test_the_code_that_has_set_the_app_up_signs_nobody_in(kari, time_machine):
    time_machine.move_to(NOON, tick=False)
    browser, _answer = give_password(kari.user)
    set_up_app(browser)
    app = Authenticator.objects.get(user=kari.user, type=Authenticator.Type.TOTP)
    code = format_hotp_value(hotp_value(decrypt(app.data["secret"]), int(time.time()) // 30))

    taken = TOTP(app).validate_code(code)

    assert not taken


def test_a_wrong_code_sets_nothing_up(kari):
    browser, _answer = give_password(kari.user)
    browser.get(APP)

    answer = browser.post(APP, {"code": "000000"})

    assert answer.status_code == 200
    assert "Koden stemmer ikke" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_the_password_alone_signs_nobody_in_who_has_one(kari):
    give_app(kari.user)

    browser, answer = give_password(kari.user, next="/kunder/")

    assert answer.url == reverse("mfa_authenticate")
    assert browser.get("/kunder/").url.startswith(reverse("account_login"))
    assert browser.get("/konto/").url.startswith(reverse("account_login"))


def test_the_code_signs_in_and_next_survives(kari):
    secret = give_app(kari.user)
    browser, _answer = give_password(kari.user, next="/samarbeid/")

    answer = browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert answer.url == "/samarbeid/"
    assert browser.get("/samarbeid/").status_code == 200


def give_passkey(user) -> Authenticator:
    browser, page = sign_in_as(user, method="mfa"), reverse("mfa_add_webauthn")
    browser.get(page)
    browser.post(page, {"name": "Telefonen", "credential": json.dumps(passkey_of(browser))})
    return Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN)


PASSKEY_BUTTON, CODE_FIELD = 'id="passkey-button"', 'name="code"'


def second_step(user) -> str:
    browser, answer = give_password(user)
    return browser.get(answer.url).content.decode()


def test_who_has_an_app_alone_is_asked_for_its_code_alone(kari):
    give_app(kari.user)

    page = second_step(kari.user)

    assert [CODE_FIELD in page, PASSKEY_BUTTON in page] == [True, False]
    assert "Seks sifre fra autentiseringsappen." in page
    assert "gjenopprettingskodene dine." not in page


def test_with_recovery_codes_these_are_named_too(kari):
    give_app(kari.user)
    RecoveryCodes.activate(kari.user)

    assert "eller en av gjenopprettingskodene dine." in second_step(kari.user)


def test_who_has_a_passkey_alone_is_asked_for_it_alone(kari):
    give_passkey(kari.user)
    Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES).delete()

    page = second_step(kari.user)

    assert [CODE_FIELD in page, PASSKEY_BUTTON in page] == [False, True]


def test_beside_a_passkey_the_codes_are_the_recovery_codes(kari):
    give_passkey(kari.user)

    page = second_step(kari.user)

    assert page.index(PASSKEY_BUTTON) < page.index(CODE_FIELD)
    assert "En av gjenopprettingskodene dine." in page
    assert "autentiseringsappen" not in page


def test_of_two_what_was_used_last_stands_first(kari):
    give_app(kari.user)
    key = give_passkey(kari.user)
    first = second_step(kari.user)
    Authenticator.objects.get(user=kari.user, type=Authenticator.Type.TOTP).record_usage()
    after_the_app = second_step(kari.user)
    key.record_usage()
    after_the_passkey = second_step(kari.user)

    orders = [page.index(PASSKEY_BUTTON) < page.index(CODE_FIELD) for page in (first, after_the_app, after_the_passkey)]
    assert orders == [True, False, True]


def test_what_is_set_up_stands_first_on_the_page_of_the_factors(kari):
    give_app(kari.user)

    page = sign_in_as(kari.user, method="mfa").get(SET_UP).content.decode()

    assert page.index("<h2>Autentiseringsapp</h2>") < page.index("<h2>Passnøkkel</h2>")


def test_a_code_works_once(kari):
    secret = give_app(kari.user)
    code = code_of(secret)
    for _turn in range(2):
        browser, _answer = give_password(kari.user)
        answer = browser.post(reverse("mfa_authenticate"), {"code": code})

    assert answer.status_code == 200
    assert "_auth_user_id" not in browser.session


def test_a_recovery_code_works_once(kari):
    give_app(kari.user)
    code = RecoveryCodes.activate(kari.user).get_unused_codes()[0]
    signed_in = []
    for _turn in range(2):
        browser, _answer = give_password(kari.user)
        browser.post(reverse("mfa_authenticate"), {"code": code})
        signed_in.append("_auth_user_id" in browser.session)

    assert signed_in == [True, False]


def test_the_session_key_changes_on_the_way_in(kari):
    secret = give_app(kari.user)
    browser = Browser()
    browser.get(reverse("account_login"))
    browser.post(reverse("account_login"), {"login": kari.user.email, "password": PASSWORD})
    before = browser.session.session_key

    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert browser.session.session_key != before


def test_a_code_by_mail_does_not_get_round_it(kari):
    give_app(kari.user)
    browser = Browser()
    browser.post(reverse("account_request_login_code"), {"email": kari.user.email})
    code = Email.objects.get().secret

    answer = browser.post(reverse("account_confirm_login_code"), {"code": code})

    assert answer.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session


def test_a_new_password_by_mail_does_not_get_round_it(kari):
    give_app(kari.user)
    kari.user.set_password("rød-hest-på-vei-hjem")
    kari.user.save()

    browser = Browser()
    fields = {"login": kari.user.email, "password": "rød-hest-på-vei-hjem"}

    assert browser.post(reverse("account_login"), fields).url == reverse("mfa_authenticate")


def test_a_session_that_never_showed_it_is_asked(kari):
    """It was begun before the factor was set up elsewhere, or by somebody who has the password alone."""
    browser = sign_in_as(kari.user)
    give_app(kari.user)

    for path in ("/kunder/", SET_UP, APP, reverse("mfa_add_webauthn")):
        assert browser.get(path).url.startswith(reverse("mfa_reauthenticate")), path


def test_giving_the_code_again_opens_such_a_session(kari):
    browser = sign_in_as(kari.user)
    secret = give_app(kari.user)
    page = browser.get("/kunder/").url

    answer = browser.post(page, {"code": code_of(secret)})

    assert answer.url == "/kunder/"
    assert browser.get("/kunder/").status_code == 200


def test_the_password_again_does_not(kari):
    browser = sign_in_as(kari.user)
    give_app(kari.user)

    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert browser.get("/kunder/").status_code == 302


def test_a_customer_needs_none(known):
    browser, answer = give_password(known.administrator.user)

    assert answer.url == "/"
    assert browser.get("/mine-tjenester/").status_code == 200


def test_a_customer_may_have_one(known, django_capture_on_commit_callbacks):
    browser, _answer = give_password(known.administrator.user)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(browser)

    assert give_password(known.administrator.user)[1].url == reverse("mfa_authenticate")


def test_a_customer_who_becomes_an_employee_is_asked_from_then_on(known, fjord):
    browser = sign_in_as(known.administrator.user)
    assert browser.get("/mine-tjenester/").status_code == 200

    factories.EmployeeFactory(firm=fjord, user=known.administrator.user)

    assert browser.get("/mine-tjenester/").url == SET_UP


def test_who_has_left_the_firm_is_asked_no_more(known, fjord):
    user = known.administrator.user
    factories.EmployeeFactory(firm=fjord, user=user, deactivated_at=factories.LONG_AGO)

    assert sign_in_as(user).get("/mine-tjenester/").status_code == 200


def test_the_last_one_stays_where_it_is_required(kari):
    give_app(kari.user)
    browser = sign_in_as(kari.user, method="mfa")

    answer = browser.post(reverse("mfa_deactivate_totp"))

    assert answer.status_code == 200
    assert "Du må ha totrinnsbekreftelse." in answer.content.decode()
    assert Authenticator.objects.filter(user=kari.user).count() == 1


def test_the_last_passkey_stays_too(kari):
    key = Authenticator.objects.create(user=kari.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Telefonen"})
    browser = sign_in_as(kari.user, method="mfa")

    answer = browser.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert answer.url == SET_UP
    assert Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_that_are_removed_at_once_one_stays(kari):
    for _round in range(5):
        Authenticator.objects.all().delete()
        give_app(kari.user)
        key = Authenticator.objects.create(user=kari.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Telefonen"})
        browsers = [sign_in_as(kari.user, method="mfa") for _ in range(2)]

        race(
            lambda: browsers[0].post(reverse("mfa_deactivate_totp")),  # noqa: B023 (run before the next round)
            lambda: browsers[1].post(reverse("mfa_remove_webauthn", args=[key.pk])),  # noqa: B023
        )

        assert Authenticator.objects.filter(user=kari.user).count() == 1


def test_what_was_proved_counts_no_more_once_it_is_gone(kari):
    give_app(kari.user)
    browser = sign_in_as(kari.user, method="mfa")
    assert browser.get("/kunder/").status_code == 200

    Authenticator.objects.all().delete()

    assert browser.get("/kunder/").url == SET_UP
    assert browser.get("/konto/").url == SET_UP
    assert browser.get(SET_UP).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_given_three_times_at_once_lets_one_in(kari):
    secret = give_app(kari.user)
    browsers = [give_password(kari.user)[0] for _ in range(3)]
    code = code_of(secret)

    race(*(partial(browser.post, reverse("mfa_authenticate"), {"code": code}) for browser in browsers))

    assert sorted("_auth_user_id" in browser.session for browser in browsers) == [False, False, True]


def test_a_customers_goes_when_the_customer_wants(known):
    user = known.administrator.user
    give_app(user)

    sign_in_as(user, method="mfa").post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=user).exists()


def test_where_it_is_not_required_nobody_is_asked(settings, kari):
    settings.REQUIRE_SECOND_FACTOR = False

    assert sign_in_as(kari.user).get("/kunder/").status_code == 200


def test_the_admins_own_sign_in_is_ours(admin):
    give_app(admin)

    answer = Browser().post(reverse("admin:login"), {"username": admin.email, "password": PASSWORD}, follow=True)

    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert give_password(admin, next="/admin/")[1].url == reverse("mfa_authenticate")


def test_the_admin_shows_no_secret(admin):
    give_app(admin)
    browser = sign_in_as(admin, method="mfa")

    for model in ("mfa/authenticator", "usersessions/usersession"):
        assert browser.get(f"/admin/{model}/").status_code == 404


def test_whoever_has_shown_it_costs_one_query_more(kari, django_assert_num_queries, settings):
    give_app(kari.user)
    browser = sign_in_as(kari.user, method="mfa")
    settings.REQUIRE_SECOND_FACTOR = False
    with CaptureQueriesContext(connection) as without:
        browser.get("/varsler/")
    settings.REQUIRE_SECOND_FACTOR = True

    with django_assert_num_queries(len(without) + 1):  # whether it is still there
        browser.get("/varsler/")


def test_wrong_codes_are_counted(kari):
    secret = give_app(kari.user)
    browser, _answer = give_password(kari.user)
    for _turn in range(6):
        browser.post(reverse("mfa_authenticate"), {"code": "000000"})

    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert "_auth_user_id" not in browser.session


def test_an_employee_who_is_new_sets_it_up_first(fjord):
    """Whoever accepts an invitation with a password is signed in without allauth's pages."""
    user = factories.UserFactory()
    factories.EmployeeFactory(firm=fjord, user=user, role=Employee.Role.EMPLOYEE)

    assert sign_in_as(user).get("/").url == SET_UP


@pytest.mark.parametrize(
    "answer",
    [
        "", "null", "1", "[]", "{}", "{", "9" * 5000, "[" * 50_000, '"a"', '{"id": "AA"}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": "AA"}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", '
        '"attestationObject": "oA", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}}',
    ],
)  # fmt: skip
def test_what_no_passkey_says_is_refused_in_words(answer, kari, known, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    give_app(kari.user)
    half, _answer = give_password(kari.user)
    customer = sign_in_as(known.administrator.user)
    for browser, name in ((customer, "mfa_add_webauthn"), (half, "mfa_authenticate")):
        browser.get(reverse(name))
        page = browser.post(reverse(name), {"credential": answer})
        assert (page.status_code, "Det ble ikke noe av passnøkkelen" in page.content.decode()) == (200, True)

    assert Browser().post(reverse("mfa_login_webauthn"), {"credential": answer}).url == reverse("account_login")
    assert not Authenticator.objects.filter(type="webauthn").exists()


def passkey_of(browser: Browser) -> dict:
    """What a browser tells of a new passkey, for the page that it has just opened."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid(bytes(16)), b"passkey", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    site = urlsplit(project.BASE_URL).hostname.encode()
    attested = AttestationObject.create("none", AuthenticatorData.create(sha256(site), flags, 0, credential), {})
    challenge = browser.session["mfa.webauthn.state"]["challenge"]
    told = CollectedClientData.create("webauthn.create", challenge, project.BASE_URL)
    response = {"clientDataJSON": websafe_encode(told), "attestationObject": websafe_encode(attested)}
    name = websafe_encode(b"passkey")
    return {"id": name, "rawId": name, "type": "public-key", "response": response}


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_what_the_database_cannot_hold_is_not_kept_of_a_passkey(text, known):
    browser = sign_in_as(known.administrator.user)
    page = reverse("mfa_add_webauthn")
    browser.get(page)
    plain = passkey_of(browser)
    more = {"clientExtensionResults": {"credProps": {"rk": True, "x": text}, text: 1}, text: text, "y": {"z": text}}

    answer = browser.post(page, {"name": "Telefonen", "credential": json.dumps(plain | more)})

    assert answer.status_code == 302
    kept = Authenticator.objects.get(type="webauthn").data["credential"]
    assert kept == {**plain, "clientExtensionResults": {"credProps": {"rk": True}}}


@pytest.mark.parametrize("place", ["id", "rawId", "clientDataJSON", "attestationObject"])
def test_nor_is_a_passkey_with_it_taken(place, known):
    browser = sign_in_as(known.administrator.user)
    page = reverse("mfa_add_webauthn")
    browser.get(page)
    told = passkey_of(browser)
    part = told if place in told else told["response"]
    part[place] += "\0"

    answer = browser.post(page, {"name": "Telefonen", "credential": json.dumps(told)})

    assert "Det ble ikke noe av passnøkkelen" in answer.content.decode()
    assert not Authenticator.objects.exists()


# --- The phone is lost


def test_a_platform_administrator_lets_somebody_set_it_up_anew(kari, admin):
    give_app(kari.user)
    theirs = sign_in_as(kari.user, method="mfa")
    UserSession.objects.create(user=kari.user, session_key=theirs.session.session_key, ip="127.0.0.1", user_agent="")
    answers = {"action": "remove_second_factors", "_selected_action": [kari.user.pk], "confirmed": "1"}
    give_app(admin)

    sign_in_as(admin, method="mfa").post(reverse("admin:organisations_user_changelist"), answers)

    assert not Authenticator.objects.filter(user=kari.user).exists()
    assert theirs.get("/kunder/").url.startswith(reverse("account_login"))
    assert Event.objects.get(verb="remove_second_factors").subject_id == kari.user.pk
    assert Email.objects.get().to == kari.user.email
    browser, _answer = give_password(kari.user)
    assert browser.get("/kunder/").url == SET_UP


def test_it_is_asked_for_on_a_page_before_it_is_done(kari, admin):
    give_app(kari.user)
    give_app(admin)
    answers = {"action": "remove_second_factors", "_selected_action": [kari.user.pk], "index": "0"}

    page = sign_in_as(admin, method="mfa").post(reverse("admin:organisations_user_changelist"), answers)

    assert kari.user.email in page.content.decode()
    assert 'name="confirmed"' in page.content.decode()
    assert Authenticator.objects.filter(user=kari.user).exists()


def test_nobody_does_that_for_oneself(admin):
    give_app(admin)

    with pytest.raises(NotAllowed):
        remove_second_factors(user=admin, by=admin)


def test_nor_where_there_is_none(kari, admin):
    with pytest.raises(NotAllowed):
        remove_second_factors(user=kari.user, by=admin)
