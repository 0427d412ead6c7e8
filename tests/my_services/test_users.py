"""/mine-tjenester/brukere/: the company's administrators see and change who acts for it."""

import pytest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from my_services.views import users
from notifications.models import Email
from organisations.models import CompanyUser, Invitation
from subscriptions.models import ServiceAccess
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/mine-tjenester/brukere/"
LEAVE = "/mine-tjenester/forlat/"
Role = CompanyUser.Role
DEEDS = {
    "rolle/": "change_role",
    "tjenester/": "choose_services",
    "hovedkontakt/": "choose_main_contact",
    "deaktiver/": "deactivate_company_user",
}


def text(response) -> str:
    return " ".join(response.content.decode().split())


def page(place: CompanyUser, deed: str = "") -> str:
    return f"{LIST}{place.pk}/{deed}"


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def just_before(deed: str, monkeypatch, happens) -> None:
    """What another one does between the page and this deed."""
    carry_out = getattr(users, deed)
    monkeypatch.setattr(users, deed, lambda **given: happens() and carry_out(**given))


@pytest.fixture
def line(subscribed):
    return subscribed.administrator


@pytest.fixture
def add(subscribed):
    def someone(name: str, role=Role.USER) -> CompanyUser:
        user = factories.UserFactory(name=name)
        return factories.CompanyUserFactory(company=subscribed.company, user=user, role=role)

    return someone


@pytest.fixture
def anne(add):
    return add("Anne Vik")


def test_the_list_tells_who_does_what(line, anne, subscribed, sign_in):
    factories.ServiceAccessFactory(company_user=anne, subscription=subscribed.subscription)
    left = factories.CompanyUserFactory(
        company=line.company, user=factories.UserFactory(name="Bo Lie"), deactivated_at=factories.LONG_AGO
    )
    stranger = factories.CompanyUserFactory(user=factories.UserFactory(name="Fremmed Person"))

    answer = text(sign_in(line).get(LIST))

    for words in ("Line Berg", "Hovedkontakt", "Anne Vik", "Visma eAccounting", "Tidligere brukere", "Bo Lie"):
        assert words in answer
    assert page(left) not in answer
    assert stranger.user.name not in answer


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(people, line, add, subscribed, sign_in, django_assert_num_queries):
    for number in range(people):
        factories.ServiceAccessFactory(company_user=add(f"Bruker {number}"), subscription=subscribed.subscription)
    browser = sign_in(line)
    browser.get(LIST)

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        browser.get(LIST)


# session, user, places, the hour, users, what they open, invitations, former users, what waits
QUERIES_OF_THE_LIST = 9


def test_a_role_is_changed(line, anne, sign_in, post, subscribed):
    browser = sign_in(line)

    answer = post(browser, page(anne, "rolle/"), line.company, role="administrator")

    anne.refresh_from_db()
    assert (answer.url, anne.role) == (page(anne), Role.ADMINISTRATOR)
    assert "Anne Vik er nå administrator." in text(browser.get(answer.url))


def test_a_role_that_is_none_is_told_at_the_field(line, anne, sign_in, post):
    answer = post(sign_in(line), page(anne, "rolle/"), line.company, role="owner")

    anne.refresh_from_db()
    assert (answer.status_code, anne.role) == (200, Role.USER)
    assert "<title>Feil: Rolle" in text(answer)


def test_who_gives_up_the_role_comes_out_of_the_pages(line, add, sign_in, post):
    anne = add("Anne Vik", Role.ADMINISTRATOR)
    browser = sign_in(anne)

    answer = post(browser, page(anne, "rolle/"), line.company, role="user")

    assert answer.url == "/mine-tjenester/"
    assert browser.get(LIST).status_code == 404


def test_the_refusal_is_told_on_the_form(line, add, sign_in, post):
    anne = add("Anne Vik", Role.ADMINISTRATOR)

    answer = post(sign_in(anne), page(line, "rolle/"), line.company, role="user")

    line.refresh_from_db()
    assert "Personen er hovedkontakt. Velg en annen hovedkontakt først." in text(answer)
    assert line.role == Role.ADMINISTRATOR


def test_services_are_given_and_taken(line, anne, subscribed, sign_in, post):
    browser = sign_in(line)

    post(browser, page(anne, "tjenester/"), line.company, subscriptions=[subscribed.subscription.pk])
    given = ServiceAccess.objects.filter(company_user=anne).exists()
    form = text(browser.get(page(anne, "tjenester/")))
    post(browser, page(anne, "tjenester/"), line.company)

    assert given
    assert "checked" in form
    assert not ServiceAccess.objects.filter(company_user=anne).exists()


def test_another_companys_service_is_no_choice(line, anne, sign_in, post):
    theirs = factories.SubscriptionFactory()

    answer = post(sign_in(line), page(anne, "tjenester/"), line.company, subscriptions=[theirs.pk])

    assert "Selskapet har ikke lenger tjenesten." in text(answer)
    assert not ServiceAccess.objects.exists()


def test_an_auditor_has_no_page_of_services(line, add, sign_in):
    kim = add("Kim Revisor", Role.AUDITOR)
    browser = sign_in(line)

    answer = browser.get(page(kim, "tjenester/"))

    assert answer.url == page(kim)
    shown = text(browser.get(answer.url))
    assert "En revisor ser, men åpner ikke tjenestene." in shown
    assert "tjenester/" not in shown.partition("<main")[2].replace("/mine-tjenester/", "")


def test_services_sent_for_one_who_has_become_auditor_are_refused(line, add, subscribed, sign_in, post):
    kim = add("Kim Revisor", Role.AUDITOR)

    answer = post(sign_in(line), page(kim, "tjenester/"), line.company, subscriptions=[subscribed.subscription.pk])

    assert "En revisor ser, men åpner ikke tjenestene. Gi personen en annen rolle først." in text(answer)
    assert not ServiceAccess.objects.exists()


def test_the_question_of_a_main_contact_who_cannot_be_leads_back_to_the_person(line, anne, sign_in):
    assert sign_in(line).get(page(anne, "hovedkontakt/")).url == page(anne)


def test_the_main_contact_is_replaced_after_a_question(line, add, sign_in, post):
    anne = add("Anne Vik", Role.ADMINISTRATOR)
    browser = sign_in(line)

    question = text(browser.get(page(anne, "hovedkontakt/")))
    untouched = CompanyUser.objects.get(is_main_contact=True)
    post(browser, page(anne, "hovedkontakt/"), line.company)

    assert "Gjør Anne Vik til hovedkontakt?" in question
    assert (untouched, CompanyUser.objects.get(is_main_contact=True)) == (line, anne)


def test_a_user_is_not_offered_as_main_contact(line, anne, sign_in, post):
    browser = sign_in(line)

    assert "hovedkontakt/" not in text(browser.get(page(anne)))
    answer = post(browser, page(anne, "hovedkontakt/"), line.company)
    assert answer.url == page(anne)
    assert "Hovedkontakten må være administrator. Gi personen den rollen først." in messages_of(browser.get(answer.url))
    assert CompanyUser.objects.get(is_main_contact=True) == line


def test_who_is_deactivated_is_out_at_once_in_open_windows_too(line, anne, sign_in, post):
    hers = sign_in(anne)
    assert hers.get("/mine-tjenester/").status_code == 200
    browser = sign_in(line)

    question = text(browser.get(page(anne, "deaktiver/")))
    answer = post(browser, page(anne, "deaktiver/"), line.company)

    assert "Deaktiver Anne Vik?" in question
    assert answer.url == LIST
    assert hers.get("/mine-tjenester/").status_code == 404


@pytest.mark.parametrize(
    ("is_sent", "deed"), [*((False, deed) for deed in ("", *DEEDS)), *((True, deed) for deed in DEEDS)]
)
def test_who_has_left_meanwhile_leads_back_to_the_list(is_sent, deed, line, anne, sign_in, post):
    browser = sign_in(line)
    post(browser, page(anne, "deaktiver/"), line.company)
    browser.get(LIST)

    address = page(anne, deed)
    answer = post(browser, address, line.company, role="user") if is_sent else browser.get(address)

    assert answer.url == LIST
    assert messages_of(browser.get(LIST)) == ["Personen er ikke lenger bruker av selskapet."]


def test_an_offered_place_is_nobodys_page(line, sign_in):
    offered = factories.CompanyUserFactory(company=line.company, offered=True)

    assert sign_in(line).get(page(offered, "deaktiver/")).status_code == 404


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("lost", ["the place", "the role"])
def test_who_loses_the_right_at_the_same_moment_is_led_out(lost, deed, line, add, sign_in, post, monkeypatch):
    anne, eva = add("Anne Vik", Role.ADMINISTRATOR), add("Eva Ås", Role.ADMINISTRATOR)
    browser = sign_in(anne)
    left = {"deactivated_at": factories.LONG_AGO} if lost == "the place" else {"role": Role.USER}

    just_before(DEEDS[deed], monkeypatch, lambda: CompanyUser.objects.filter(pk=anne.pk).update(**left))
    answer = post(browser, page(eva, deed), line.company, role="user")

    assert answer.url == ("/" if lost == "the place" else "/mine-tjenester/")
    sentence = "Bare en administrator i selskapet kan endre hvem som er brukere."
    assert messages_of(browser.get(answer.url, follow=True)) == [sentence]


@pytest.mark.parametrize("deed", DEEDS)
def test_whom_another_deactivates_at_the_same_moment_leads_to_the_list(deed, line, add, sign_in, post, monkeypatch):
    eva, browser = add("Eva Ås", Role.ADMINISTRATOR), sign_in(line)
    leave = CompanyUser.objects.filter(pk=eva.pk)

    just_before(DEEDS[deed], monkeypatch, lambda: leave.update(deactivated_at=factories.LONG_AGO))
    answer = post(browser, page(eva, deed), line.company, role="user")

    assert answer.url == LIST
    assert messages_of(browser.get(LIST)) == ["Personen er ikke lenger bruker av selskapet."]


@pytest.mark.parametrize(("deed", "heading"), [("rolle/", "Rollen til"), ("tjenester/", "Tjenestene til")])
def test_the_pages_are_headed_by_whose_they_are(deed, heading, line, anne, sign_in):
    assert f'<h1 class="page-title">{heading} Anne Vik</h1>' in text(sign_in(line).get(page(anne, deed)))


def test_without_a_running_service_the_page_of_services_says_so(known, sign_in):
    answer = text(sign_in(known.administrator).get(page(known.administrator, "tjenester/")))

    assert "Ingen tjenester å gi tilgang til" in answer
    assert "Lagre" not in answer


def test_the_last_administrator_is_told_why_not(line, anne, sign_in, post):
    browser = sign_in(line)

    answer = post(browser, LEAVE, line.company)

    assert "Du er den siste administratoren." in text(browser.get(answer.url))


@pytest.mark.parametrize("role", [Role.USER, Role.AUDITOR])
def test_anybody_else_may_leave(role, line, add, sign_in, post):
    anne = add("Anne Vik", role)
    browser = sign_in(anne)

    question, answer = text(browser.get(LEAVE)), post(browser, LEAVE, line.company)

    assert "Forlat Ærlig Bakeri AS?" in question
    assert answer.url == "/"
    assert browser.get("/mine-tjenester/").status_code == 404


@pytest.mark.parametrize("deed", ["", "rolle/", "tjenester/", "hovedkontakt/", "deaktiver/"])
@pytest.mark.parametrize("role", [Role.USER, Role.AUDITOR])
def test_for_others_than_administrators_the_pages_are_not_there(role, deed, line, add, sign_in, post):
    browser = sign_in(add("Anne Vik", role))

    assert browser.get(LIST).status_code == 404
    assert browser.get(page(line, deed)).status_code == 404
    if deed:
        assert post(browser, page(line, deed), line.company, role="user").status_code == 404
    line.refresh_from_db()
    assert (line.is_active, line.role) == (True, Role.ADMINISTRATOR)


@pytest.mark.parametrize("deed", ["", "rolle/", "tjenester/", "hovedkontakt/", "deaktiver/"])
def test_another_companys_person_is_not_found(deed, line, known, sign_in, post):
    browser = sign_in(line)

    assert browser.get(page(known.administrator, deed)).status_code == 404
    if deed:
        assert post(browser, page(known.administrator, deed), line.company, role="user").status_code == 404


def test_an_employee_who_is_administrator_of_the_customer_may_do_all_this(kari, line, anne, sign_in, post):
    place = factories.CompanyUserFactory(company=line.company, user=kari.user)

    post(sign_in(place), page(anne, "rolle/"), line.company, role="auditor")

    anne.refresh_from_db()
    assert anne.role == Role.AUDITOR


NAMES = ["<script>alert(1)</script>", "Kari \u202enatnemdroN", "Ærlig 🧁 Baker", "N" * 150]


@pytest.mark.parametrize("name", NAMES, ids=["html", "rtl", "emoji", "long"])
def test_a_name_is_only_text(name, line, add, sign_in):
    place = add(name)
    browser = sign_in(line)

    pages = [text(browser.get(address)) for address in (LIST, page(place), page(place, "deaktiver/"))]

    assert not any("<script>alert" in answer for answer in pages)


# --- Invitations


KIM = {"name": "Kim Revisor", "email": "Kim@Revisjon.example", "role": "auditor"}


def test_somebody_is_invited_and_nothing_is_there_before_the_answer(line, sign_in, post):
    browser = sign_in(line)

    answer = post(browser, f"{LIST}inviter/", line.company, **KIM)

    invitation = Invitation.objects.get()
    assert answer.url == LIST
    assert (invitation.company, invitation.email, invitation.role) == (line.company, "kim@revisjon.example", "auditor")
    assert Email.objects.get().to == "kim@revisjon.example"
    assert CompanyUser.objects.of(line.company).count() == 1
    assert "Kim Revisor" in text(browser.get(LIST))


def test_what_is_missing_is_told_and_nobody_invited(line, sign_in, post):
    answer = text(post(sign_in(line), f"{LIST}inviter/", line.company, email="kim"))

    for words in ("Skriv navnet på den du inviterer.", "E-postadressen er ikke gyldig.", "Velg en rolle."):
        assert words in answer
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("a@localhost", "Den skal se ut som navn@firma.no."),
        ("a@[127.0.0.1]", "Den skal se ut som navn@firma.no."),
        ("bo\u017fs@x.example", "Foran @ kan den ikke ha æ, ø, å eller andre bokstaver enn a–z."),
    ],
)
def test_where_no_mail_goes_nobody_is_invited(email, sentence, line, sign_in, post):
    answer = text(post(sign_in(line), f"{LIST}inviter/", line.company, **KIM | {"email": email}))

    assert f"E-postadressen er ikke gyldig. {sentence}" in answer
    assert not Invitation.objects.exists()


def test_the_list_tells_on_every_screen_what_was_offered_until_when_and_by_whom(line, sign_in, post):
    browser = sign_in(line)
    post(browser, f"{LIST}inviter/", line.company, **KIM)
    open_now = text(browser.get(LIST))
    Invitation.objects.update(expires_at=factories.LONG_AGO)

    expired = text(browser.get(LIST)).partition('id="invited"')[2]

    assert "Invitert av Line Berg" in open_now
    assert "Gjelder til " in open_now.partition('class="narrow-only"')[2]
    narrow = expired.partition('class="narrow-only"')[2].partition("</th>")[0]
    assert "Revisor" in narrow
    assert "Utløpt" in narrow


def test_who_is_a_user_already_is_not_invited(line, sign_in, post):
    answer = text(post(sign_in(line), f"{LIST}inviter/", line.company, **KIM | {"email": line.user.email}))

    assert "Personen er allerede bruker av selskapet." in answer


def test_an_invitation_is_taken_back(line, sign_in, post):
    browser = sign_in(line)
    post(browser, f"{LIST}inviter/", line.company, **KIM)
    invitation = Invitation.objects.get()

    post(browser, f"{LIST}invitasjoner/{invitation.pk}/trekk-tilbake/", line.company)

    invitation.refresh_from_db()
    assert invitation.outcome == Invitation.Outcome.WITHDRAWN
    assert "Kim Revisor" not in text(browser.get(LIST))


def test_an_invitation_is_not_mailed_twice_in_a_moment(line, sign_in, post):
    browser = sign_in(line)
    post(browser, f"{LIST}inviter/", line.company, **KIM)

    post(browser, f"{LIST}invitasjoner/{Invitation.objects.get().pk}/send-igjen/", line.company)

    assert "Invitasjonen er nettopp sendt." in text(browser.get(LIST))
    assert Email.objects.count() == 1


def test_to_send_it_again_is_offered_once_it_would_be_done(line, sign_in, post):
    browser = sign_in(line)
    post(browser, f"{LIST}inviter/", line.company, **KIM)
    invitation = Invitation.objects.get()
    address = f"{LIST}invitasjoner/{invitation.pk}/send-igjen/"
    hour = date_format(localtime(invitation.again_at), "TIME_FORMAT")

    during = text(browser.get(LIST))
    Invitation.objects.update(mailed_at=invitation.mailed_at - Invitation.PAUSE)
    after = text(browser.get(LIST))

    assert address not in during
    assert f"Kan sendes igjen fra kl. {hour}" in during
    assert f'action="{address}"' in after
    assert "Kan sendes igjen" not in after
    post(browser, address, line.company)
    assert Email.objects.filter(kind="invitation").count() == 2


@pytest.mark.parametrize("deed", ["send-igjen/", "trekk-tilbake/"])
@pytest.mark.parametrize("who", [Role.USER, Role.AUDITOR, "elsewhere"])
def test_others_do_not_touch_an_invitation(who, deed, line, add, known, sign_in, post):
    post(sign_in(line), f"{LIST}inviter/", line.company, **KIM)
    stranger = known.administrator if who == "elsewhere" else add("Anne Vik", who)
    address = f"{LIST}invitasjoner/{Invitation.objects.get().pk}/{deed}"

    answer = post(sign_in(stranger), address, stranger.company)

    assert answer.status_code == 404
    assert Invitation.objects.get().is_unanswered


# --- What would be refused is not offered


def test_who_is_needed_is_offered_no_other_role_and_no_way_out(known, sign_in):
    """The main contact; and the last administrator, whoever the main contact was."""
    per = sign_in(known.administrator)
    detail = reverse("company_users:user-detail", args=[known.administrator.pk])
    shut = [
        reverse(f"company_users:{name}", args=[known.administrator.pk])
        for name in ("user-role-edit", "user-deactivate")
    ]
    leave = reverse("company_users:company-leave")

    for is_main_contact in (True, False):
        CompanyUser.objects.update(is_main_contact=is_main_contact)
        html = per.get(detail).content.decode() + per.get("/mine-tjenester/").content.decode()
        assert [address for address in (*shut, leave) if address in html] == []
        assert [per.get(address).url for address in (*shut, leave)] == [detail, detail, reverse("my_services:overview")]


def test_beside_another_administrator_both_are_offered(known, sign_in):
    anne = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.ADMINISTRATOR)
    browser = sign_in(anne)

    detail = browser.get(reverse("company_users:user-detail", args=[anne.pk])).content.decode()

    assert reverse("company_users:user-role-edit", args=[anne.pk]) in detail
    assert reverse("company_users:company-leave") in detail
    assert reverse("company_users:company-leave") in browser.get("/mine-tjenester/").content.decode()
