"""The same form sent twice, by a double click or after going back: one row, one event, one mail, and the same page."""

from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.urls import resolve, reverse

from agreements.models import SubscriptionChange
from clients.models import Client, Contact, Task, TaskType
from collaboration.models import Activation, ForwardProposal
from ground.clock import database_clock, oslo_date
from history.models import Event
from notifications.models import Email
from organisations.models import Invitation
from subscriptions.models import Service, Subscription
from tests import factories
from tests.page_forms import Form, form_to, forms_of
from tests.races import race
from tests.sign_in import sign_in_as
from tests.walls.crawl import fill, read_matrix, rolled_back
from tests.walls.house import build_house

PORTALS = {*settings.PLACES, "account", "links", "organisations", "privacy"}
LOOKERS = ("firm_administrator", "other_firm", "company_administrator", "other_company")
EACH_TIME_ANOTHER = "/konto/bekreft/kode/"  # a code in the mail, of which the last one counts
# What a sent form leaves besides what it makes.
BESIDE = {"sessions.session", "organisations.cacheentry", "organisations.keptform", "usersessions.usersession"}
BESIDE_A_ROW = {"history.event", "clients.taskparticipant"}
WORDS = {
    "org_number": "", "number": "1777", "postal_code": "0150", "phone": "90 00 00 00", "contact-phone": "",
    "reminder_days": "3", "first_client_number": "2001",
}  # fmt: skip


@pytest.fixture
def house(db):
    """Not that of the whole file: the threads below have connections of their own."""
    return build_house()


def count_rows() -> Counter:
    models = [
        model._meta for model in apps.get_models() if model._meta.managed and model._meta.label_lower not in BESIDE
    ]
    counts = [f"SELECT '{one.label_lower}', count(*) FROM \"{one.db_table}\"" for one in models if not one.proxy]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return Counter(dict(cursor.fetchall()))


def fill_in_rightly(form: Form) -> None:
    form.fill_in("Nye Greier")
    for control in form.controls:
        if control.name in WORDS:
            control.value = WORDS[control.name]
        elif control.kind == "date":
            control.value = (oslo_date(database_clock()) + timedelta(days=40)).isoformat()


def forms_of_the_portals(house):
    """(who, the page, its form) of every form that somebody finds on a page: one of those that lead to one view."""
    found = {}
    for row in read_matrix():
        who = next((role for role in LOOKERS if row.answers.get("GET", {}).get(role) == "200"), None)
        if who is None or row.url.partition(":")[0] not in PORTALS:
            continue
        path = reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()})
        page = sign_in_as(house.people[who]).get(path, row.data)
        if page["Content-Type"].startswith("text/html"):
            for form in forms_of(page.content.decode(), path):
                if form.action != EACH_TIME_ANOTHER:
                    found.setdefault(view_of(form.action), (who, path, form))
    return list(found.values())


def view_of(address: str) -> str:
    return resolve(urlsplit(address).path).view_name


@pytest.mark.django_db
def test_what_makes_something_makes_it_once(house):
    made, wrong = set(), []
    for who, path, form in forms_of_the_portals(house):
        fill_in_rightly(form)
        browser, before = sign_in_as(house.people[who]), count_rows()
        with rolled_back():
            answers = [browser.post(form.action, form.sent(), headers={"referer": f"http://testserver{path}"})]
            after = count_rows()
            if set(after - before) - BESIDE_A_ROW:
                made.add(form.action)
                answers.append(browser.post(form.action, form.sent()))
                again = count_rows()
                first, second = ((answer.status_code, answer.get("Location")) for answer in answers)
                if first != second:
                    wrong.append(f"{form.action} leads to {first}, and then to {second}")
                if again != after:
                    wrong.append(f"{form.action} makes {dict(again - after)} the second time")

    assert not wrong, "\n".join(wrong)
    assert len(made) > 12, sorted(made)


# --- Two threads at once -------------------------------------------------------------------------------------------


@pytest.fixture
def clock():
    """The pages' own hour."""
    return database_clock


class Page:
    """A form on a page, filled in; `extra` is what the cookies alone do not tell the browser."""

    def __init__(self, person, path: str, **typed) -> None:
        self.browser = sign_in_as(person.user)
        self.form = form_to(path, self.browser.get(path).content.decode(), path).sent() | typed
        self.action = path

    def send(self):
        """Another browser with the same cookies: one is not made for several threads."""
        browser = Browser()
        browser.cookies = self.browser.cookies
        answer = browser.post(self.action, self.form)
        return answer.status_code, answer.get("Location")


def client_page(kari, known):
    return Page(kari, "/kunder/ny/", name="Nye Greier AS"), Client.objects


def contact_page(kari, known):
    return Page(kari, f"/kunder/{known.client.number}/kontakter/ny/", name="Anne Vik"), Contact.objects


def task_page(kari, known):
    page = f"/kunder/{known.client.number}/oppgaver/ny/"
    return Page(kari, page, type=known.client.tasks.get().type_id, owner=kari.pk), Task.objects


def task_type_page(kari, known):
    return Page(kari, "/innstillinger/oppgavetyper/ny/", name="Budsjett"), TaskType.objects


def employee_page(kari, known):
    who = {"name": "Anne Vik", "email": "anne@eksempel.example", "role": "employee", "client_access": "all"}
    return Page(kari, "/medarbeidere/inviter/", **who), Invitation.objects


def user_page(kari, known):
    who = {"name": "Anne Vik", "email": "anne@eksempel.example", "role": "user"}
    return Page(known.administrator, "/mine-tjenester/brukere/inviter/", **who), Invitation.objects


def order_page(kari, known):
    page = Page(known.administrator, "/mine-tjenester/bestill/eaccounting/?variant=smart", months="12")
    page.form["accepts_terms"] = "on"
    return page, Subscription.objects


def change_page(kari, known):
    """The company asks for another period of what it has ordered."""
    subscription = factories.SubscriptionFactory(company=known.company, service=Service.objects.get(code="eaccounting"))
    assert subscription.period_months == 12
    return Page(known.administrator, "/mine-tjenester/tjenester/eaccounting/periode/"), SubscriptionChange.objects


PAGES = [
    client_page, contact_page, task_page, task_type_page, employee_page, user_page, order_page, change_page,
]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make_page", PAGES, ids=lambda make_page: make_page.__name__)
def test_two_threads_make_one_and_lead_to_the_same_page(make_page, kari, known):
    page, rows = make_page(kari, known)
    before, events = rows.count(), Event.objects.count()

    answers = race(page.send, page.send, page.send)

    assert (rows.count() - before, Event.objects.count() - events) == (1, 1)
    assert answers == 3 * [(302, answers[0][1])]
    mails = Email.objects.values_list("to", "kind")
    assert len(set(mails)) == len(mails)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scenario", ["known", "new"])
def test_a_request_is_sent_on_once(scenario, request, kari, sent):
    """Where the firm has to say yes to the receiver, it is proposed once."""
    client = request.getfixturevalue(scenario).client
    activation = sent(client, by=kari)
    place = factories.CompanyUserFactory(company=activation.company, role="user")
    path = f"/mine-tjenester/foresporsler/{activation.pk}/videresend/"
    page = Page(place, path, name="Anne Vik", email="anne@eksempel.example")

    answers = race(page.send, page.send)

    assert answers == 2 * [(302, f"/mine-tjenester/foresporsler/{activation.pk}/")]
    activation.refresh_from_db()
    assert (activation.link_version, ForwardProposal.objects.count()) == ((2, 0) if scenario == "known" else (1, 1))


@pytest.mark.django_db(transaction=True)
def test_a_request_is_changed_once(kari, known, sent):
    activation = sent(known.client, by=kari)
    page = Page(kari, f"/kunder/{known.client.number}/samarbeid/eaccounting/endre/")

    answers = race(page.send, page.send)

    assert answers == 2 * [(302, f"/kunder/{known.client.number}/samarbeid/eaccounting/aktiver/avtale/")]
    assert sorted(Activation.objects.values_list("status", flat=True)) == ["draft", "withdrawn"]
    assert activation.pk


@pytest.mark.django_db
def test_what_was_made_and_deleted_again_is_not_made_by_the_old_form(kari, known):
    page, contacts = contact_page(kari, known)
    page.send()
    contacts.filter(name="Anne Vik").delete()

    answer = page.browser.post(page.action, page.form)

    assert "Skjemaet er sendt før, og det som ble laget, er slettet siden." in answer.content.decode()
    assert not contacts.filter(name="Anne Vik").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "ikke en nøkkel", "9" * 5000, "00000000-0000-0000-0000-000000000000\0"])
def test_a_form_without_a_key_of_ours_is_taken_each_time(key, kari, known):
    page, contacts = contact_page(kari, known)
    page.form["_form_key"] = key

    assert [page.send()[0] for _turn in range(2)] == [302, 302]
    assert contacts.filter(name="Anne Vik").count() == 2
