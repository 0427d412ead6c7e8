"""/innstillinger/: the firm's own details, reminder plan, client numbers and task types."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from clients.actions import next_client_number
from clients.models import TaskType
from ground.refusals import NotAllowed
from history.models import Event
from organisations.actions import edit_firm
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = ["settings-detail", "firm-edit", "reminder-plan-edit", "client-numbers-edit", "task-type-create"]


def post(browser, page, /, *args, firm, **fields):
    return browser.post(reverse(f"office:{page}", args=args), {"_firm": firm.pk, **fields})


@pytest.fixture
def payroll(fjord):
    return factories.TaskTypeFactory(firm=fjord, name="Lønn")


@pytest.fixture
def bookkeeping(fjord, payroll):
    """A second type, so that neither is the last one in use."""
    return factories.TaskTypeFactory(firm=fjord, name="Bokføring")


@pytest.mark.parametrize("name", PAGES)
def test_only_an_administrator_of_the_firm_sees_the_settings(name, kari, ola, sign_in):
    address = reverse(f"office:{name}")

    assert sign_in(kari).get(address).status_code == 200
    assert sign_in(ola).get(address).status_code == 404
    assert sign_in(factories.CompanyUserFactory()).get(address).status_code == 404


def test_the_page_shows_what_a_customer_reads_the_plan_and_the_next_number(known, kari, sign_in):
    kari.user.phone = ""
    kari.user.save()

    response = sign_in(kari).get(reverse("office:settings-detail"))

    assertContains(response, "Kari Nordmann i Fjord Regnskap AS")
    assertContains(response, "21 00 00 00")
    assertContains(response, "kari@fjordregnskap.example</a>")
    assertContains(response, "etter 3, 7, 14 dager")
    assertContains(response, f"<dd>{next_client_number(kari.firm)}</dd>", html=True)


def test_the_administrators_menu_leads_there_and_nobody_elses(kari, ola, sign_in):
    address = reverse("office:settings-detail")

    assertContains(sign_in(kari).get(reverse("office:client-list")), address)
    assertNotContains(sign_in(ola).get(reverse("office:client-list")), address)


def test_the_firms_details_are_changed_and_the_event_names_fields_only(fjord, kari, sign_in):
    fields = {"name": "Fjord & Fjell AS", "email": "post@fjord.example", "phone": "22 11 22 11"}

    response = post(sign_in(kari), "firm-edit", firm=fjord, org_number="999999999", **fields)

    before = fjord.org_number
    fjord.refresh_from_db()
    assertRedirects(response, reverse("office:settings-detail"))
    assert (fjord.name, fjord.email, fjord.phone) == ("Fjord & Fjell AS", "post@fjord.example", "22 11 22 11")
    assert fjord.org_number == before
    assert Event.objects.about(fjord).get().after == {"changed": ["name", "email", "phone"]}


def test_a_name_is_one_line(fjord, kari, bookkeeping, sign_in):
    browser, name = sign_in(kari), "Fjord\r\nRegnskap\u2028 AS"

    post(browser, "firm-edit", firm=fjord, name=name, email="post@fjordregnskap.example", phone="21 00\n00 00")
    post(browser, "task-type-create", firm=fjord, name="Annet\r\narbeid")

    fjord.refresh_from_db()
    assert (fjord.name, fjord.phone) == ("Fjord Regnskap AS", "21 00 00 00")
    assert fjord.task_types.filter(name="Annet arbeid").exists()


@pytest.mark.parametrize(
    ("typed", "days"),
    [("3, 7, 14", [3, 7, 14]), ("14;3 7 7,", [3, 7, 14]), ("30", [30]), ("", []), ("5,4,3,2,1", [1, 2, 3, 4, 5])],
)
def test_the_plan_is_kept_sorted_and_without_doubles(typed, days, fjord, kari, sign_in):
    post(sign_in(kari), "reminder-plan-edit", firm=fjord, reminder_days=typed)

    fjord.refresh_from_db()
    assert fjord.reminder_days == days


@pytest.mark.parametrize("typed", ["0", "31", "-3", "tre", "3.5", "1,2,3,4,5,6", "²", "9999999999"])
def test_a_plan_that_makes_no_sense_is_said_in_the_form(typed, fjord, kari, sign_in):
    response = post(sign_in(kari), "reminder-plan-edit", firm=fjord, reminder_days=typed)

    fjord.refresh_from_db()
    assert response.status_code == 200
    assert response.context["form"].errors["reminder_days"]
    assert fjord.reminder_days == [3, 7, 14]


def test_an_empty_plan_says_so(fjord, kari, sign_in):
    fjord.reminder_days = []
    fjord.save()

    response = sign_in(kari).get(reverse("office:settings-detail"))

    assertContains(response, "Ingen påminnelser. Kunden får bare et siste varsel")


def test_a_new_plan_leaves_requests_that_are_sent_alone(known, kari, sent, fjord, clock):
    activation = sent(known.client, by=kari)

    edit_firm(firm=fjord, by=kari, fields={"reminder_days": [10]}, clock=clock)

    assert activation.reminders.waiting().count() == 4


def test_the_deed_asks_for_an_administrator_of_the_firm(fjord, ola, nils):
    for by in (ola, nils):
        with pytest.raises(NotAllowed):
            edit_firm(firm=fjord, by=by, fields={"name": "Annet"})


def test_the_deed_refuses_days_that_the_form_would_not_let_through(fjord, kari):
    for days in ([0], [31], [1, 2, 3, 4, 5, 6]):
        with pytest.raises(NotAllowed):
            edit_firm(firm=fjord, by=kari, fields={"reminder_days": days})


def test_nothing_changed_writes_no_event(fjord, kari):
    edit_firm(firm=fjord, by=kari, fields={"name": fjord.name})

    assert not Event.objects.exists()


def test_the_next_client_gets_the_new_first_number(fjord, kari, sign_in):
    post(sign_in(kari), "client-numbers-edit", firm=fjord, first_client_number="5000")

    assertContains(sign_in(kari).get(reverse("office:settings-detail")), "<dd>5000</dd>", count=2, html=True)


def test_the_first_number_leaves_room_for_the_next_ones(fjord, kari, sign_in):
    response = post(sign_in(kari), "client-numbers-edit", firm=fjord, first_client_number="10000000")

    assertContains(response, "Tallet kan ikke være større enn")


def test_a_task_type_is_added_renamed_taken_out_and_back(fjord, kari, bookkeeping, sign_in):
    browser = sign_in(kari)

    post(browser, "task-type-create", firm=fjord, name="Styrearbeid")
    added = TaskType.objects.get(name="Styrearbeid")
    post(browser, "task-type-edit", added.pk, firm=fjord, name="Styre")
    post(browser, "task-type-retire", added.pk, firm=fjord)
    added.refresh_from_db()
    retired = (added.name, added.is_active)
    post(browser, "task-type-restore", added.pk, firm=fjord)

    added.refresh_from_db()
    assert retired == ("Styre", False)
    assert added.is_active
    assert [event.verb for event in Event.objects.about(added)] == ["create", "rename", "retire", "restore"]


def test_a_task_type_has_its_english_beside(fjord, kari, bookkeeping, sign_in):
    browser = sign_in(kari)

    post(browser, "task-type-create", firm=fjord, name="Styrearbeid", name_en="Board work")
    post(browser, "task-type-edit", bookkeeping.pk, firm=fjord, name="Bokføring", name_en="Bookkeeping")

    assert dict(TaskType.objects.values_list("name", "name_en")) == {
        "Styrearbeid": "Board work", "Bokføring": "Bookkeeping", "Lønn": "",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Lønn", "lønn", " LØNN "])
def test_two_types_cannot_have_one_name(name, fjord, kari, bookkeeping, sign_in):
    responses = [
        post(sign_in(kari), "task-type-create", firm=fjord, name=name),
        post(sign_in(kari), "task-type-edit", bookkeeping.pk, firm=fjord, name=name),
    ]

    for response in responses:
        assertContains(response, "Byrået har allerede en oppgavetype som heter")
    assert TaskType.objects.count() == 2


def test_a_type_that_a_task_has_cannot_be_deleted_but_taken_out(fjord, kari, payroll, bookkeeping, sign_in):
    task = factories.TaskFactory(client=factories.ClientFactory(firm=fjord), type=payroll, owner=kari)
    browser = sign_in(kari)

    response = browser.post(reverse("office:task-type-delete", args=[payroll.pk]), {"_firm": fjord.pk}, follow=True)
    post(browser, "task-type-retire", payroll.pk, firm=fjord)

    payroll.refresh_from_db()
    assertContains(response, "Ta den ut av bruk i stedet.")
    assert not payroll.is_active
    page = browser.get(reverse("clients:task-edit", args=[task.client.number, task.pk]))
    assert payroll in page.context["form"].fields["type"].queryset
    page = browser.get(reverse("clients:task-create", args=[task.client.number]))
    assert payroll not in page.context["form"].fields["type"].queryset


def test_a_type_that_no_task_has_is_deleted(fjord, kari, payroll, bookkeeping, sign_in):
    post(sign_in(kari), "task-type-delete", payroll.pk, firm=fjord)

    assert list(TaskType.objects.all()) == [bookkeeping]


def test_the_last_type_in_use_stays(fjord, kari, payroll, sign_in):
    for name in ("task-type-retire", "task-type-delete"):
        post(sign_in(kari), name, payroll.pk, firm=fjord)

    payroll.refresh_from_db()
    assert payroll.is_active


@pytest.mark.parametrize("name", ["task-type-edit", "task-type-retire", "task-type-restore", "task-type-delete"])
def test_another_firms_type_does_not_exist_nor_do_the_deeds_for_an_employee(
    name, payroll, bookkeeping, nils, ola, fjord, sign_in
):
    stranger = post(sign_in(nils), name, payroll.pk, firm=nils.firm, name="Vårt")
    colleague = post(sign_in(ola), name, payroll.pk, firm=fjord, name="Mitt")

    payroll.refresh_from_db()
    assert (stranger.status_code, colleague.status_code) == (404, 404)
    assert (payroll.name, payroll.is_active) == ("Lønn", True)


def test_the_page_asks_a_fixed_number_of_questions(fjord, kari, bookkeeping, sign_in, django_assert_num_queries):
    for number in range(20):
        factories.TaskTypeFactory(firm=fjord, name=f"Type {number}")
    browser = sign_in(kari)
    browser.get(reverse("office:settings-detail"))

    with django_assert_num_queries(7):
        browser.get(reverse("office:settings-detail"))


def test_the_last_type_in_use_is_not_offered_to_be_taken_away(kari, sign_in):
    kari.firm.task_types.all().delete()
    only = factories.TaskTypeFactory(firm=kari.firm, name="Bokføring")
    browser = sign_in(kari)

    alone = browser.get("/innstillinger/").content.decode()
    factories.TaskTypeFactory(firm=kari.firm, name="Lønn")
    beside_another = browser.get("/innstillinger/").content.decode()

    address = reverse("office:task-type-retire", args=[only.pk])
    assert [address in page for page in (alone, beside_another)] == [False, True]
    assert "Én type må være i bruk" in alone
