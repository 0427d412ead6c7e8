"""load_demo: the cast of docs/domain.md, each with its point, and nothing twice."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import call_command

from agreements.models import Collaboration, RenewalNotice
from clients.models import Client, Task
from collaboration import preflight
from collaboration.models import Activation
from collaboration.scenarios import Scenario, find_standing
from commitments.models import Receipt
from devtools.demo import cast
from devtools.demo.load import load_demo
from ground.clock import database_clock, oslo_date
from ground.org_number import is_org_number
from history.models import Event
from notifications.models import Email
from organisations.models import CompanyUser, Employee, Firm, User
from subscriptions.models import Charge, Service, Subscription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

OUR_APPS = ("organisations", "clients", "subscriptions", "agreements", "commitments", "collaboration", "notifications",
            "history", "account", "bulk")  # fmt: skip


@pytest.fixture
def eaccounting():
    return Service.objects.get(code="eaccounting")


def client(number: int, firm: str = "fjord-regnskap") -> Client:
    return Client.objects.get(firm__slug=firm, number=number)


def request_of(number: int) -> Activation:
    return Activation.objects.filter(client=client(number), service__code="eaccounting").latest("started_at")


def every_row() -> dict[str, list]:
    """Every column of every row, in the order of the keys."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values_list())
        for name in OUR_APPS
        for model in apps.get_app_config(name).get_models()
    }


def test_loading_again_changes_nothing():
    before = every_row()

    is_loaded = load_demo()

    assert is_loaded is False
    assert every_row() == before


def test_the_command_prints_who_can_sign_in_also_when_nothing_is_loaded():
    out = StringIO()

    call_command("load_demo", stdout=out)

    printed = out.getvalue()
    signs_in = [person.email for office in cast.OFFICES for person in office.workers]
    assert [email for email in [*signs_in, "admin@byra.example", cast.PASSWORD] if email not in printed] == []


def test_everybody_signs_in_with_the_one_password_and_a_verified_address():
    users = list(User.objects.all())

    assert {user.password for user in users} == {User.objects.get(email="admin@byra.example").password}
    assert users[0].check_password(cast.PASSWORD)
    addresses = EmailAddress.objects.filter(verified=True, primary=True).values_list("email", flat=True)
    assert sorted(addresses) == sorted(user.email for user in users)


@pytest.mark.parametrize(
    ("email", "firm", "role", "sees"),
    [
        ("kari@fjordregnskap.example", "Fjord Regnskap AS", "administrator", "all"),
        ("ola@fjordregnskap.example", "Fjord Regnskap AS", "employee", "own"),
        ("nils@vidda.example", "Vidda Økonomi AS", "administrator", "all"),
    ],
)
def test_the_employees_are_the_casts(email, firm, role, sees):
    employee = Employee.objects.get(user__email=email)

    assert (employee.firm.name, employee.role, employee.client_access) == (firm, role, sees)


def test_ola_sees_his_two_clients_only():
    ola = Employee.objects.get(user__email="ola@fjordregnskap.example")

    assert list(Client.objects.visible_to(ola).order_by("number").values_list("number", flat=True)) == [1001, 1002]


def test_the_firms_have_their_clients_and_one_number_in_common():
    assert list(
        Client.objects.filter(firm__slug="fjord-regnskap").order_by("number").values_list("number", flat=True)
    ) == [*range(1001, 1055)]
    assert list(Client.objects.filter(firm__slug="vidda-okonomi").order_by("number").values_list("number", "name")) == [
        (1001, "Fjellbekk AS"),
        (2001, "Delt Kunde AS"),
        (2002, "Annen Betaler AS"),
    ]


def test_organisation_numbers_are_synthetic_and_right():
    numbers = [
        *Client.objects.exclude(org_number=None).values_list("org_number", flat=True),
        *Firm.objects.values_list("org_number", flat=True),
    ]

    assert [number for number in numbers if not (number.startswith("31") and is_org_number(number))] == []


def test_every_address_ends_in_example():
    addresses = [
        *User.objects.values_list("email", flat=True),
        *Client.objects.values_list("email", flat=True),
        *Email.objects.values_list("to", flat=True),
    ]

    assert [address for address in addresses if not address.endswith(".example")] == []


@pytest.mark.parametrize(
    ("number", "scenario"),
    [
        (1001, Scenario.SUBSCRIBED),
        (1002, Scenario.KNOWN),
        (1003, Scenario.NEW),
        (1009, Scenario.SUBSCRIBED),
        (1010, Scenario.NEW),
        (1011, Scenario.SUBSCRIBED),
        (1012, Scenario.KNOWN),
        (1013, Scenario.NEW),
        (1014, Scenario.SUBSCRIBED),
    ],
)
def test_each_customer_stands_where_the_cast_says(number, scenario, eaccounting):
    assert find_standing(client(number), eaccounting).scenario == scenario


@pytest.mark.parametrize(
    ("number", "obstacle"),
    [
        (1001, None),
        (1002, None),
        (1003, None),
        (1004, "no_task"),
        (1005, "request_open"),
        (1006, "collaboration_active"),
        (1007, None),
        (1008, "request_open"),
        (1009, "collaboration_active"),
        (1010, None),
        (1011, None),
        (1013, "org_number_missing"),
        (1014, None),
    ],
)
def test_each_client_has_the_obstacle_that_is_its_point(number, obstacle, eaccounting):
    obstacles = preflight.find_obstacles(client(number), eaccounting, find_standing(client(number), eaccounting))

    assert [finding.code for finding in obstacles] == ([obstacle] if obstacle else [])


@pytest.mark.parametrize(
    ("number", "status"),
    [(1005, "pending"), (1006, "approved"), (1007, "declined"), (1008, "pending"), (1010, "expired")],
)
def test_the_requests_are_where_the_cast_says(number, status):
    assert request_of(number).status == status


def test_1001_has_smart_for_a_year_and_pays_itself():
    subscription = Subscription.objects.get(company__name="Ærlig Bakeri AS")

    assert (subscription.variant.code, subscription.period_months, subscription.paying_firm) == ("smart", 12, None)
    assert CompanyUser.objects.get(company=subscription.company).email == "line@aerligbakeri.example"


def test_1005_has_waited_for_five_days_and_its_mail_came():
    activation = request_of(1005)

    mail = Email.objects.about(activation).get(kind="activation_sent")
    assert (mail.status, mail.delivered_at is not None) == ("sent", True)
    assert oslo_date(database_clock()) - oslo_date(activation.requested_at) == timedelta(days=5)


def test_1006_collaborates_in_pro_paid_by_the_firm():
    collaboration = Collaboration.objects.active().get(client=client(1006), service__code="eaccounting")

    assert collaboration.subscription.variant.code == "pro"
    assert collaboration.subscription.paying_firm.slug == "fjord-regnskap"


def test_1007_said_no_with_a_reason_and_a_comment():
    activation = request_of(1007)

    assert activation.decline_reason == "too_expensive"
    assert activation.decline_comment


def test_1008_never_got_its_mail():
    mail = Email.objects.about(request_of(1008)).get()

    assert (mail.status, mail.delivered_at, mail.last_error[:3]) == ("dead", None, "550")
    assert mail.bounced_at is not None


def test_1009_collaborates_with_both_firms():
    collaborations = Collaboration.objects.active().filter(company__name="Delt Kunde AS")

    assert sorted(collaborations.values_list("firm__slug", flat=True)) == ["fjord-regnskap", "vidda-okonomi"]
    assert Subscription.objects.filter(company__name="Delt Kunde AS").count() == 1


def test_1011_is_paid_by_vidda():
    assert Subscription.objects.get(company__name="Annen Betaler AS").paying_firm.slug == "vidda-okonomi"
    assert not Collaboration.objects.filter(client=client(1011)).exists()


def test_1012_is_confirmed_without_an_active_administrator():
    administrators = CompanyUser.objects.filter(company__name="Uten Administrator AS").administrators()

    assert administrators.exists()
    assert not administrators.active().exists()


def test_1013_is_a_person_without_organisation_number():
    assert (client(1013).org_number, client(1013).legal_form) == (None, "PERS")


def test_1014_has_cancelled_and_still_runs():
    subscription = Subscription.objects.get(company__name="Sagt Opp AS")

    assert subscription.is_cancelled
    assert Event.objects.about(subscription).filter(verb="cancel").count() == 1
    assert subscription.renews_on > oslo_date(database_clock())


def test_every_client_but_1004_has_an_open_task():
    without = Client.objects.exclude(pk__in=Task.objects.open().values("client_id"))

    assert list(without.values_list("number", flat=True)) == [1004]


def test_no_mail_of_the_past_waits_for_a_worker_or_holds_a_link():
    assert not Email.objects.exclude(status__in=("sent", "dead")).exists()
    assert not Email.objects.exclude(secret="").exists()


def test_the_receipts_are_genuine():
    receipts = list(Receipt.objects.all())

    assert receipts
    assert [receipt.number for receipt in receipts if not receipt.is_genuine] == []


def test_every_day_of_every_paid_agreement_has_one_charge():
    for subscription in Subscription.objects.exclude(renews_on=None):
        charges = Charge.objects.filter(subscription=subscription)
        periods = sorted(charges.covering().values_list("period", flat=True), key=lambda p: p.lower)

        assert periods[0].lower == subscription.started_on
        assert [period.upper for period in periods[:-1]] == [period.lower for period in periods[1:]]
        assert periods[-1].upper == subscription.renews_on
        assert (subscription.renews_on > oslo_date(database_clock())) == subscription.is_active
        for upgrade in charges.filter(kind="upgrade").values_list("period", flat=True):
            assert [period for period in periods if period.lower <= upgrade.lower and upgrade.upper == period.upper]


def test_the_history_reaches_back_two_years_and_shows_every_answer():
    requests = Activation.objects.exclude(status="draft")

    assert set(Activation.objects.values_list("status", flat=True)) == set(Activation.Status.values)
    assert database_clock() - requests.earliest("requested_at").requested_at > timedelta(days=700)


# --- Agreements --------------------------------------------------------------------------------------------------


def agreement_of(number: int) -> Subscription:
    return Subscription.objects.get(company__org_number=client(number).org_number, service__code="eaccounting")


def test_1015_renews_in_ten_days_and_its_payer_has_been_told():
    subscription = agreement_of(1015)

    notice = RenewalNotice.objects.get(subscription=subscription)
    assert subscription.renews_on - oslo_date(database_clock()) == timedelta(days=10)
    assert notice.renews_on - oslo_date(notice.posted_at) == timedelta(days=30)
    mail = Email.objects.about(subscription).get(kind="renewal_notice")
    assert (mail.to, mail.status) == (client(1015).contacts.get(is_main=True).email, "sent")


def test_1020_is_asked_to_pay_itself_and_has_not_answered():
    change = agreement_of(1020).changes.get()

    assert (change.kind, change.status, change.to_firm, change.answering_firm) == ("payer", "proposed", None, None)
    assert change.asking_firm.slug == change.from_firm.slug == "fjord-regnskap"


def test_1042_is_over_and_can_still_read_its_data():
    subscription, today = agreement_of(1042), oslo_date(database_clock())

    assert subscription.ended_on == subscription.renews_on <= today < subscription.read_until
    assert not Collaboration.objects.active().filter(subscription=subscription).exists()


def test_1044_was_upgraded_and_the_rest_of_its_period_charged():
    charge = Charge.objects.get(kind="upgrade")

    assert (charge.subscription, charge.variant.code, charge.paying_firm.slug) == (
        agreement_of(1044), "pro", "fjord-regnskap",
    )  # fmt: skip
    assert charge.amount > 0
    assert agreement_of(1044).variant.code == "pro"


def test_1009_hands_over_from_vidda_to_fjord():
    by_firm = dict(
        Collaboration.objects.active().filter(company__name="Delt Kunde AS").values_list("firm__slug", "ends_on")
    )

    assert by_firm == {
        "fjord-regnskap": None,
        "vidda-okonomi": oslo_date(database_clock()) + timedelta(days=20),
    }


def test_every_period_began_in_the_night_of_its_own_day():
    late = [
        event.subject_id
        for event in Event.objects.filter(verb="renew")
        if event.after["from"] != oslo_date(event.at).isoformat()
    ]

    assert late == []
