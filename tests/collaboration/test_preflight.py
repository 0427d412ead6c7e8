"""The pre-flight check: each finding, its level, and that nothing tells of another firm."""

from datetime import date

import pytest

from collaboration import preflight
from collaboration.scenarios import find_standing
from organisations.models import CompanyUser
from subscriptions.models import Price, Service, Subscription, Variant
from tests.conftest import NOON, make_client

pytestmark = pytest.mark.django_db


def find(activation) -> dict[str, str]:
    standing = find_standing(activation.client, activation.service)
    findings = preflight.check(activation, standing, today=NOON.date())
    return {finding.code: str(finding.level) for finding in findings}


GREEN = {"org_number": "green", "task": "green", "receiver": "green"}


def break_client(name, value):
    def change(activation, clock):
        setattr(activation.client, name, value)

    return change


def close_task(activation, clock):
    activation.task.closed_at = clock()


def empty_task(activation, clock):
    activation.task.owner.deactivated_at = clock()
    activation.task.owner.save()


def no_task(activation, clock):
    activation.client.tasks.update(closed_at=clock())
    activation.task = None


def receiver(address):
    def change(activation, clock):
        activation.contact.email = address

    return change


def no_administrator(activation, clock):
    CompanyUser.objects.update(role=CompanyUser.Role.USER, is_main_contact=False)


def other_name(activation, clock):
    activation.client.name = "Noe Annet AS"


def not_for_sale(activation, clock):
    activation.variant.is_for_sale = False


def no_price(activation, clock):
    Price.objects.filter(variant=activation.variant).delete()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (break_client("is_active", False), {"client_inactive": "red"}),
        (break_client("org_number", None), {"org_number_missing": "red"}),
        (break_client("org_number", "311000001"), {"org_number_wrong": "red"}),
        (break_client("street", ""), {"address_incomplete": "yellow"}),
        (close_task, {"task_closed": "red"}),
        (empty_task, {"task_nobody": "red"}),
        (no_task, {"no_task": "red", "task_missing": "red"}),
        (receiver(""), {"receiver_missing": "red"}),
        (receiver("ikke en adresse"), {"receiver_malformed": "red"}),
        (receiver("KARI@fjordregnskap.example"), {"receiver_is_employee": "red"}),
        (no_administrator, {"company_without_administrator": "red"}),
        (other_name, {"name_differs": "yellow"}),
        (not_for_sale, {"variant_withdrawn": "red"}),
        (no_price, {"price_missing": "red"}),
    ],
)
def test_each_thing_that_is_wrong_is_one_line(change, expected, known, kari, draft, clock):
    activation = draft(known.client, by=kari)
    assert find(activation) == GREEN

    change(activation, clock)

    not_green = {code: level for code, level in find(activation).items() if level != "green"}
    assert not_green == expected


def test_a_service_without_terms_is_red(known, kari, draft):
    service = Service.objects.create(code="uten", name="Uten vilkår", summary="", url="https://uten.example/")
    variant = Variant.objects.create(service=service, code="standard", name="Standard", rank=1)
    Price.objects.create(variant=variant, months=12, per_month=10, valid_from=date(2020, 1, 1))

    activation = draft(known.client, by=kari, service=service)

    assert find(activation) == GREEN | {"terms_missing": "red"}


def test_a_cancelled_subscription_is_yellow(subscribed, kari, draft, clock):
    activation = draft(subscribed.client, by=kari)
    Subscription.objects.update(cancelled_on=clock().date())

    assert find(activation)["subscription_cancelled"] == "yellow"


def test_what_another_firm_does_with_the_same_company_is_not_to_be_seen(known, kari, nils, draft, sent, approve):
    activation = draft(known.client, by=kari)
    before = find(activation)
    theirs = make_client(
        nils,
        name=known.client.name,
        org_number=known.client.org_number,
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )

    sent(theirs, by=nils)

    assert find(activation) == before


def test_a_company_that_another_firm_has_asked_and_nobody_confirmed_is_not_to_be_seen(new, kari, nils, draft, sent):
    activation = draft(new.client, by=kari)
    before = find(activation)
    theirs = make_client(
        nils,
        name="Helt Annet Navn AS",
        org_number=new.client.org_number,
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )

    sent(theirs, by=nils)

    assert find(activation) == before
