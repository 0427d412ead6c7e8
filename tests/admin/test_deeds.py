"""What the admin's forms and buttons do, by the actions that they call."""

from datetime import date
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from clients.models import TaskType
from history.models import Event
from organisations.actions import add_company_user, confirm_company
from organisations.models import Company, CompanyUser, Firm, User
from organisations.refusals import NotAllowed
from subscriptions.models import Charge, Feature, ServiceAccess, Subscription, Terms
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_user():
    return factories.UserFactory(
        name="Plattformadministrator", email="admin@byra.example", is_staff=True, is_superuser=True
    )


@pytest.fixture
def signed_in(sign_in, admin_user):
    return sign_in(admin_user)


def inline(prefix: str, *rows: dict, initial: int = 0) -> dict:
    """The hidden form of an inline, with its rows."""
    answers = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        answers |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return answers


def test_a_new_firm_gets_the_standard_task_types(signed_in):
    kari = factories.UserFactory()
    answers = {
        "name": "Nordlys AS",
        "slug": "nordlys",
        "org_number": factories.org_number(900),
        "first_client_number": 1001,
    }
    row = {"user": kari.pk, "role": "administrator", "client_access": "all"}

    response = signed_in.post(reverse("admin:organisations_firm_add"), answers | inline("employees", row))

    assert response.status_code == 302
    firm = Firm.objects.get(slug="nordlys")
    assert set(TaskType.objects.filter(firm=firm).values_list("name", flat=True)) == set(TaskType.STANDARD)
    assert firm.employees.get().user == kari


def test_names_are_one_line(signed_in):
    person = {"email": "eva@aasblomster.example", "name": "Eva\r\nÅs", "phone": "90 00\n00 00", "language": "nb"}
    firm = {"name": "Nord\r\nlys", "slug": "n", "org_number": factories.org_number(900), "first_client_number": 1001}

    signed_in.post(reverse("admin:organisations_user_add"), person)
    signed_in.post(reverse("admin:organisations_firm_add"), firm | inline("employees"))

    user = User.objects.get(email="eva@aasblomster.example")
    assert (user.name, user.phone, Firm.objects.get(slug="n").name) == ("Eva Ås", "90 00 00 00", "Nord lys")


def test_a_person_is_added_without_a_password_and_can_sign_in_by_code(signed_in):
    answers = {"email": "Eva@AasBlomster.example", "name": "Eva Ås", "phone": "", "language": "nb"}

    response = signed_in.post(reverse("admin:organisations_user_add"), answers)

    assert response.status_code == 302
    user = User.objects.get(email="eva@aasblomster.example")
    assert not user.has_usable_password()
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()


def test_confirming_makes_the_company_known_and_leaves_an_event(admin_user, clock):
    company = factories.CompanyFactory(confirmed_at=None)

    confirmed = confirm_company(company=company, by=admin_user, clock=clock)

    assert confirmed.confirmed_at == clock()
    assert Event.objects.about(company).get().verb == "confirm"


def test_a_known_company_is_not_confirmed_twice(admin_user):
    with pytest.raises(NotAllowed, match="allerede bekreftet"):
        confirm_company(company=factories.CompanyFactory(), by=admin_user)


def test_the_button_confirms_those_chosen_and_tells_of_the_others(signed_in):
    known, unknown = factories.CompanyFactory(), factories.CompanyFactory(confirmed_at=None)
    answers = {"action": "confirm", "_selected_action": [known.pk, unknown.pk]}

    response = signed_in.post(reverse("admin:organisations_company_changelist"), answers, follow=True)

    told = {str(message) for message in response.context["messages"]}
    assert told == {f"{unknown.name} er bekreftet.", f"{known.name}: Selskapet er allerede bekreftet."}
    assert Company.objects.known().count() == 2


def test_a_company_without_an_administrator_gets_one(signed_in):
    company, user = factories.CompanyFactory(), factories.UserFactory(name="Per Rør")
    answers = {"company": company.pk, "user": user.pk, "role": "administrator"}

    response = signed_in.post(reverse("admin:organisations_companyuser_add"), answers)

    assert response.status_code == 302
    place = CompanyUser.objects.get(company=company)
    assert (place.user, place.email, place.name, place.is_main_contact) == (user, user.email, "Per Rør", True)


def test_a_place_that_waits_for_the_person_is_the_one_taken(admin_user):
    user = factories.UserFactory(email="eva@aasblomster.example")
    offered = factories.CompanyUserFactory(offered=True)

    place = add_company_user(company=offered.company, user=user, role="user", by=admin_user)

    assert (place.pk, place.user, place.role) == (offered.pk, user, "user")


def test_a_person_gets_one_place_in_a_company(admin_user):
    place = factories.CompanyUserFactory()

    with pytest.raises(NotAllowed, match="allerede en plass"):
        add_company_user(company=place.company, user=place.user, role="user", by=admin_user)


def test_the_form_says_it_when_a_person_has_a_place_already(signed_in):
    place = factories.CompanyUserFactory()
    answers = {"company": place.company_id, "user": place.user_id, "role": "user"}

    response = signed_in.post(reverse("admin:organisations_companyuser_add"), answers)

    assert response.status_code == 200
    assert CompanyUser.objects.count() == 1


def agreement(company, eaccounting, **changes) -> dict:
    return {
        "company": company.pk,
        "variant": eaccounting.variants.get(code="smart").pk,
        "paying_firm": "",
        "period_months": 12,
        "started_on": "2026-01-01",
        "renews_on": "2027-01-01",
    } | changes


def test_an_agreement_from_outside_gets_its_opening_charge_and_access(signed_in, eaccounting):
    administrator = factories.CompanyUserFactory()

    response = signed_in.post(
        reverse("admin:subscriptions_subscription_add"), agreement(administrator.company, eaccounting)
    )

    assert response.status_code == 302
    subscription = Subscription.objects.get(company=administrator.company)
    charge = Charge.objects.get(subscription=subscription)
    assert (charge.kind, charge.amount, charge.monthly_price) == ("opening", Decimal(0), Decimal(349))
    assert (charge.period.lower, charge.period.upper) == (date(2026, 1, 1), date(2027, 1, 1))
    assert ServiceAccess.objects.get(subscription=subscription).company_user == administrator


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"renews_on": "2025-12-31"}, "renews_on"),
        ({"renews_on": ""}, "renews_on"),
        ({"period_months": 7}, "period_months"),
    ],
)
def test_a_wrong_agreement_is_told_at_its_field(changes, field, signed_in, eaccounting):
    answers = agreement(factories.CompanyFactory(), eaccounting, **changes)

    response = signed_in.post(reverse("admin:subscriptions_subscription_add"), answers)

    assert list(response.context["adminform"].form.errors) == [field]
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("renews_on", ["2026-01-01", "2026-12-31", "2027-01-02"])
def test_an_agreement_renews_whole_months_after_its_first_day(renews_on, signed_in, eaccounting):
    answers = agreement(factories.CompanyFactory(), eaccounting, renews_on=renews_on)

    response = signed_in.post(reverse("admin:subscriptions_subscription_add"), answers)

    assert response.context["adminform"].form.errors == {
        "renews_on": ["Avtalen må fornyes et helt antall måneder etter første dag."]
    }
    assert not Subscription.objects.exists()


def test_an_agreement_of_a_month_s_last_day_renews_on_the_last_of_a_shorter_one(signed_in, eaccounting):
    answers = agreement(factories.CompanyFactory(), eaccounting, started_on="2026-01-31", renews_on="2026-04-30")

    response = signed_in.post(reverse("admin:subscriptions_subscription_add"), answers)

    assert response.status_code == 302


def test_a_second_agreement_on_the_same_service_is_told(signed_in, eaccounting):
    first = factories.SubscriptionFactory()

    response = signed_in.post(reverse("admin:subscriptions_subscription_add"), agreement(first.company, eaccounting))

    assert list(response.context["adminform"].form.errors) == ["variant"]


def test_terms_get_a_new_version_on_the_services_page(signed_in, eaccounting):
    answers = {"name": eaccounting.name, "summary": "Regnskap", "position": 1, "has_variants": "on", "has_payer": "on",
               "has_period": "on", "retention_years": 5, "url": "/demo/tjeneste/eaccounting/"}  # fmt: skip
    variants = [
        {
            "id": row.pk,
            "service": eaccounting.pk,
            "code": row.code,
            "name": row.name,
            "rank": row.rank,
            "is_for_sale": "on",
        }
        for row in eaccounting.variants.all()
    ]
    feature = Feature.objects.get(service=eaccounting)
    features = [
        {"id": feature.pk, "service": eaccounting.pk, "position": 1, "name": "Faktura", "variants": [variants[0]["id"]]}
    ]
    terms = [{"service": eaccounting.pk, "version": 2, "text": "Nye vilkår."}]
    page = reverse("admin:subscriptions_service_change", args=[eaccounting.pk])

    response = signed_in.post(
        page,
        answers
        | inline("variants", *variants, initial=4)
        | inline("features", *features, initial=1)
        | inline("terms", *terms),
    )

    assert response.status_code == 302
    assert Terms.objects.current(eaccounting).text == "Nye vilkår."
    assert [variant.code for variant in feature.variants.all()] == ["faktura"]


def test_a_service_can_be_made_with_its_variants(signed_in):
    answers = {"code": "lonn", "name": "Lønn", "summary": "Lønn på nett", "position": 4, "has_payer": "on",
               "has_period": "on", "retention_years": 5, "url": "https://lonn.example/"}  # fmt: skip
    variant = {"code": "standard", "name": "Standard", "rank": 1, "is_for_sale": "on"}

    response = signed_in.post(reverse("admin:subscriptions_service_add"), answers | inline("variants", variant))

    assert response.status_code == 302
