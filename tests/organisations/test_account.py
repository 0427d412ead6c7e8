"""Each person's own page: name, phone, language, ways of signing in, devices."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client as Browser
from django.urls import reverse

from history.models import Event
from organisations.signing_in.devices import NOTED_EVERY, device_name
from tests import factories
from tests.factories import PASSWORD
from tests.sign_in import sign_in_as

pytestmark = pytest.mark.django_db

PAGE = reverse("account:detail")
DEVICES = reverse("usersessions_list")
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"


def from_device(user, agent: str = CHROME) -> Browser:
    browser = Browser(headers={"user-agent": agent})
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return browser


def test_one_changes_name_phone_and_language(known):
    user = known.administrator.user
    browser = sign_in_as(user)

    answer = browser.post(PAGE, {"name": "Per  Rør\nJr.", "phone": "99 00 00 00", "language": "en"})

    assert answer.url == PAGE
    user.refresh_from_db()
    known.administrator.refresh_from_db()
    assert (user.name, user.phone, user.language) == ("Per Rør Jr.", "99 00 00 00", "en")
    assert (known.administrator.name, known.administrator.phone) == ("Per Rør Jr.", "99 00 00 00")
    assert Event.objects.get(verb="edit").after == {"changed": ["name", "phone", "language"]}
    page = browser.get(PAGE).content.decode()
    assert 'lang="en"' in page
    assert "Opplysningene dine er lagret" not in page


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Your details are saved."), ("nb", "Opplysningene dine er lagret.")]
)
def test_the_answer_speaks_the_language_just_chosen(language, said, known):
    user = known.administrator.user
    user.language = "nb" if language == "en" else "en"
    user.save()
    fields = {"name": user.name, "phone": user.phone, "language": language}

    page = sign_in_as(user).post(PAGE, fields, follow=True).content.decode()

    assert said in page


def test_nothing_else_can_be_changed(kari):
    typed = {"name": "Kari", "phone": "", "language": "nb", "email": "ny@eksempel.example", "is_staff": "on"}

    sign_in_as(kari.user).post(PAGE, typed)

    kari.user.refresh_from_db()
    assert kari.user.email == "kari@fjordregnskap.example"
    assert not kari.user.is_staff


def test_the_same_again_is_no_event(kari):
    user = kari.user

    sign_in_as(user).post(PAGE, {"name": user.name, "phone": user.phone, "language": user.language})

    assert not Event.objects.filter(verb="edit").exists()


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": "x" * 10_000}, {"language": "tlh"}, {"phone": "1" * 31}])
def test_what_cannot_be_taken_is_told_and_kept(typed, kari):
    browser = sign_in_as(kari.user)

    answer = browser.post(PAGE, {"name": "Kari", "phone": "", "language": "nb"} | typed)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert answer.context["user"].name == "Kari Nordmann"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "عمر", "\u202eirak", "🦊" * 10, "O'Brien & Søn"])
def test_a_name_is_text(name, kari):
    browser = sign_in_as(kari.user)

    browser.post(PAGE, {"name": name, "phone": "", "language": "nb"})

    page = browser.get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("name", ["", "\u200b", "\u2060\u200b", "\u00ad", "\u3164"])
def test_a_name_that_nobody_sees_is_none(name, kari):
    answer = sign_in_as(kari.user).post(PAGE, {"name": name, "phone": "", "language": "nb"})

    assert answer.context["form"].errors == {"name": ["Skriv navnet ditt."]}


def test_an_employee_finds_the_alerts_and_a_customer_does_not(kari, known):
    alerts = reverse("office:alert-list")

    page = sign_in_as(kari.user).get(PAGE).content.decode()
    assert page.partition("<main")[2].count(f'href="{alerts}"') == 1
    assert alerts not in sign_in_as(known.administrator.user).get(PAGE).content.decode()


def test_the_menu_leads_here(kari):
    assert f'href="{PAGE}"' in sign_in_as(kari.user).get("/varsler/").content.decode()


def test_one_sees_where_one_is_signed_in(known):
    user = known.administrator.user
    from_device(user, IPHONE)
    browser = from_device(user)

    page = browser.get(DEVICES).content.decode()

    assert "Chrome på Windows" in page
    assert "Safari på iPhone" in page
    assert page.count("Denne enheten") == 1


def test_another_device_is_signed_out(known):
    user = known.administrator.user
    telephone, browser = from_device(user, IPHONE), from_device(user)
    session = UserSession.objects.get(session_key=telephone.session.session_key)
    assert telephone.get(PAGE).status_code == 200

    answer = browser.post(reverse("account:session-end", args=[session.pk]))

    assert answer.url == DEVICES
    assert telephone.get(PAGE).status_code == 302
    assert browser.get(PAGE).status_code == 200


def test_all_the_others_are_signed_out(known):
    user = known.administrator.user
    others, browser = [from_device(user), from_device(user, IPHONE)], from_device(user)

    browser.post(DEVICES)

    assert [other.get(PAGE).status_code for other in others] == [302, 302]
    assert browser.get(PAGE).status_code == 200


def test_somebody_elses_device_is_not_there(known):
    from_device(known.administrator.user)
    session = UserSession.objects.get()
    stranger = sign_in_as(factories.UserFactory())

    assert stranger.post(reverse("account:session-end", args=[session.pk])).status_code == 404
    assert UserSession.objects.filter(pk=session.pk).exists()


@pytest.mark.parametrize("name", ["account_change_password", "usersessions_list", "mfa_index"])
def test_a_page_of_the_account_leads_up_to_it(name, known):
    page = sign_in_as(known.administrator.user).get(reverse(name)).content.decode()

    trail = page[page.index('<nav class="breadcrumbs"') :].partition("</nav>")[0]
    assert f'<a href="{PAGE}">Min konto</a>' in trail


def test_a_get_signs_nothing_out(known):
    browser = from_device(known.administrator.user)

    assert browser.get(reverse("account:session-end", args=[UserSession.objects.get().pk])).status_code == 405


def test_a_new_password_ends_the_other_sessions(known):
    user = known.administrator.user
    other, browser = from_device(user), from_device(user)
    new = "rød-hest-på-vei-hjem"

    browser.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert other.get(PAGE).status_code == 302
    assert browser.get(PAGE).status_code == 200


def test_who_is_stopped_is_out_at_once_on_every_device(known):
    user = known.administrator.user
    browser = from_device(user)

    user.is_active = False
    user.save()

    assert browser.get(PAGE).url.startswith(reverse("account_login"))


def test_the_last_use_is_noted_every_minute(known, time_machine):
    time_machine.move_to("2026-05-04 10:00", tick=False)
    browser = from_device(known.administrator.user)
    time_machine.shift(NOTED_EVERY - 1)
    browser.get(PAGE)
    first = UserSession.objects.get().last_seen_at
    time_machine.shift(2)

    browser.get(PAGE)

    assert (UserSession.objects.get().last_seen_at - first).total_seconds() == NOTED_EVERY + 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome på Windows"),
        (IPHONE, "Safari på iPhone"),
        (CHROME.replace("Safari/537.36", "Safari/537.36 Edg/140.0"), "Edge på Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox på Linux"),
        ("curl/8.0", "Ukjent nettleser"),
        ("", "Ukjent nettleser"),
        ("<b>Windows", "Windows"),
    ],
)
def test_a_device_is_told_in_words(agent, name):
    assert device_name(agent) == name
