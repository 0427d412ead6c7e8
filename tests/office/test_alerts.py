"""/varsler/: the list, the marks, the count in the header and each person's own choice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from collaboration import actions
from ground.paging import get_page
from history.models import Event
from notifications.alerts import post_alert
from notifications.models import Alert, Email
from organisations.models import Employee
from tests import factories
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

LIST = "/varsler/"


def post(browser, name, *args, firm, **fields):
    return browser.post(reverse(f"office:{name}", args=args), {"_firm": firm.pk, **fields})


@pytest.fixture
def alert(known, kari, sent):
    """Tell an employee something; later ones are newer."""
    activation, count = sent(known.client, by=kari), 0

    def tell(employee, **words) -> Alert:
        nonlocal count
        count += 1
        return post_alert(
            key=f"activation_declined:{count}", kind="activation_declined", user=employee.user, firm=employee.firm,
            about=activation,
            words={"client": f"Kunde {count}", "service": "Visma", "reason": "other", "comment": "", **words},
            path="/kunder/1002/samarbeid/eaccounting/", at=NOON + timedelta(minutes=count), at_once=False,
            email_context={},
        )  # fmt: skip

    return tell


def test_the_newest_stand_first_each_with_its_page_and_its_mark(kari, alert, sign_in):
    first, second = alert(kari, comment="Vi <b>venter</b>."), alert(kari)
    actions.read_alert(alert=second, by=kari)

    response = sign_in(kari).get(LIST)

    assert [line.alert for line in response.context["list"].lines] == [second, first]
    assertContains(response, '<a href="/kunder/1002/samarbeid/eaccounting/">Kunde 1 har avslått', count=1)
    assertContains(response, "Annet: «Vi &lt;b&gt;venter&lt;/b&gt;.»")
    assertContains(response, "Ulest", count=1)
    assertContains(response, "10. mars 2026 kl. 12.01")


def test_reading_the_list_or_following_the_link_marks_nothing(known, kari, alert, sign_in):
    alert(kari)
    browser = sign_in(kari)

    browser.get(LIST)
    browser.get(Alert.objects.get().path)

    assert Alert.objects.get().read_at is None


def test_one_is_marked_by_its_button_and_again_changes_nothing(fjord, kari, alert, sign_in):
    first, second = alert(kari), alert(kari)
    browser = sign_in(kari)

    response = post(browser, "alert-read", first.pk, firm=fjord, next="/varsler/?after=abc")
    first.refresh_from_db()
    read_at = first.read_at
    again = post(browser, "alert-read", first.pk, firm=fjord)

    first.refresh_from_db()
    second.refresh_from_db()
    assertRedirects(response, "/varsler/?after=abc", fetch_redirect_response=False)
    assertRedirects(again, LIST)
    assert (first.read_at, first.digest_due, second.read_at) == (read_at, False, None)
    assert read_at is not None


def test_all_are_marked_but_not_what_came_after_the_page(fjord, kari, alert, sign_in):
    alert(kari), alert(kari)
    browser = sign_in(kari)
    newest = browser.get(LIST).context["list"].newest
    late = alert(kari)

    response = post(browser, "alert-read-all", firm=fjord, up_to=newest)

    assertRedirects(response, LIST)
    assert list(Alert.objects.unread()) == [late]


def test_what_comes_while_the_page_is_made_is_not_marked_with_all(fjord, kari, alert, sign_in, monkeypatch):
    shown = alert(kari)

    def read_slowly(*args, **kwargs):
        page = get_page(*args, **kwargs)
        alert(kari)
        return page

    monkeypatch.setattr("office.alerts.rows.get_page", read_slowly)

    assert sign_in(kari).get(LIST).context["list"].newest == shown.pk


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 40])
def test_a_form_that_makes_no_sense_marks_nothing(typed, fjord, kari, alert, sign_in):
    alert(kari)

    response = post(sign_in(kari), "alert-read-all", firm=fjord, up_to=typed)

    assertRedirects(response, LIST)
    assert Alert.objects.unread().count() == 1


def test_get_marks_nothing(kari, alert, sign_in):
    row = alert(kari)
    browser = sign_in(kari)

    answers = [browser.get(f"/varsler/{row.pk}/les/").status_code, browser.get("/varsler/les-alle/").status_code]

    assert answers == [405, 405]
    assert Alert.objects.unread().count() == 1


def test_another_persons_and_another_firms_alerts_do_not_exist(fjord, kari, ola, nils, alert, sign_in):
    row = alert(kari)

    for stranger in (ola, nils):
        browser = sign_in(stranger)
        assertNotContains(browser.get(LIST), "Kunde 1")
        assert post(browser, "alert-read", row.pk, firm=stranger.firm).status_code == 404
        post(browser, "alert-read-all", firm=stranger.firm, up_to=row.pk)
    row.refresh_from_db()
    assert row.read_at is None


def test_a_customer_has_no_such_page(known, sign_in):
    assert sign_in(known.administrator).get(LIST).status_code == 404


def test_the_header_counts_the_unread_of_this_firm(kari, vidda, alert, sign_in):
    browser = sign_in(kari)
    empty = browser.get(LIST)
    alert(kari), alert(kari)
    actions.read_alert(alert=alert(kari), by=kari)
    alert(factories.EmployeeFactory(firm=vidda, user=kari.user))

    response = browser.get("/mine-oppgaver/")

    assertContains(empty, "Ingen varsler")
    assertNotContains(empty, "uleste")
    assertContains(
        response, '<span class="count count-new">2<span class="visually-hidden"> uleste</span></span>', html=True
    )


def test_the_count_stops_where_nobody_counts_any_more(kari, alert, sign_in):
    for _number in range(100):
        alert(kari)

    assertContains(sign_in(kari).get(LIST), '<span class="count count-new">99+')


def test_the_pages_of_a_long_list_hold_every_alert_once(kari, alert, sign_in):
    made = [alert(kari) for _number in range(120)]
    browser = sign_in(kari)

    seen, page = [], browser.get(LIST).context["list"]
    seen += page.lines
    while page.next_url:
        page = browser.get(LIST + page.next_url).context["list"]
        seen += page.lines
    back = browser.get(LIST + page.previous_url).context["list"]

    assert [line.alert for line in seen] == made[::-1]
    assert [line.alert for line in back.lines] == made[::-1][50:100]


def test_a_cursor_that_makes_no_sense_gives_the_first_page(kari, alert, sign_in):
    alert(kari)

    assertContains(sign_in(kari).get(LIST, {"after": "tull"}), "Kunde 1")


@pytest.mark.parametrize("access", ["all", "own"])
def test_the_list_asks_a_fixed_number_of_questions(access, kari, alert, sign_in, django_assert_num_queries):
    Employee.objects.filter(pk=kari.pk).update(client_access=access)
    for _number in range(60):
        alert(kari)
    browser = sign_in(kari)
    browser.get(LIST)

    with django_assert_num_queries(6):  # session, user, place, the page, the newest, the count
        browser.get(LIST)


def test_the_choice_is_each_persons_own_in_each_firm(fjord, kari, ola, vidda, sign_in):
    elsewhere = factories.EmployeeFactory(firm=vidda, user=kari.user)
    browser = sign_in(kari)

    shown = browser.get("/varsler/innstillinger/")
    response = post(browser, "alert-preference-edit", firm=fjord, alert_emails="daily")

    assertContains(shown, "Med en gang")
    assertContains(shown, "Samlet én gang om dagen")
    assertRedirects(response, LIST)
    rows = Employee.objects.in_bulk([kari.pk, ola.pk, elsewhere.pk])
    assert [rows[row.pk].alert_emails for row in (kari, ola, elsewhere)] == ["daily", "at_once", "at_once"]
    event = Event.objects.about(kari).get()
    assert (event.verb, event.after) == ("choose_alert_emails", {"alert_emails": "daily"})


def test_the_same_choice_writes_no_event(fjord, kari, sign_in):
    post(sign_in(kari), "alert-preference-edit", firm=fjord, alert_emails="at_once")

    assert not Event.objects.exists()


def test_no_choice_is_said_in_the_form(fjord, kari, sign_in):
    for fields in ({}, {"alert_emails": "aldri"}):
        response = post(sign_in(kari), "alert-preference-edit", firm=fjord, **fields)

        assertContains(response, "Velg når du vil ha varslene på e-post.")
    kari.refresh_from_db()
    assert kari.alert_emails == "at_once"


def test_from_the_choice_on_there_is_no_single_mail(known, fjord, kari, sent, sign_in, clock):
    activation = sent(known.client, by=kari)
    post(sign_in(kari), "alert-preference-edit", firm=fjord, alert_emails="daily")

    actions.decline_activation(activation=activation, by=known.administrator, reason="other", clock=clock)

    assert not Email.objects.filter(kind="activation_declined").exists()
    assertContains(sign_in(kari).get(LIST), "Ørsta Rør AS har avslått samarbeidet i Visma eAccounting")
