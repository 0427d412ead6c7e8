"""What the admin's forms and buttons do, by the actions that they call."""

from datetime import date
from decimal import Decimal

import pytest
from allauth.usersessions.models import UserSession
from django.urls import reverse

from agreements.actions.record_agreement import record_agreement
from clients.models import TaskType
from ground.org_number import display_org_number
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from organisations import admin as organisations_admin
from organisations.actions import change_rights, confirm_company
from organisations.actions.invitations import invite_by_platform
from organisations.models import Company, Firm, Invitation, User
from subscriptions.models import Charge, Feature, ServiceAccess, Subscription, Terms
from tests import factories
from tests.races import race
from tests.sign_in import sign_in_as

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


INVITE = "/admin/organisations/invitation/add/"
NO_INLINES = inline("employments") | inline("emailaddress_set")


def test_a_new_firm_gets_the_standard_task_types(signed_in):
    answers = {
        "name": "Nordlys AS",
        "slug": "nordlys",
        "org_number": factories.org_number(900),
        "first_client_number": 1001,
    }

    response = signed_in.post(reverse("admin:organisations_firm_add"), answers)

    assert response.status_code == 302
    firm = Firm.objects.get(slug="nordlys")
    assert set(TaskType.objects.filter(firm=firm).values_list("name", flat=True)) == set(TaskType.STANDARD)


def test_organisation_numbers_are_kept_and_found_as_nine_digits_however_they_were_typed(signed_in):
    of_firm, of_company = factories.org_number(900), factories.org_number(901)
    firm = {"name": "Nordlys AS", "slug": "nordlys", "first_client_number": 1001, "org_number": as_on_invoices(of_firm)}

    signed_in.post(reverse("admin:organisations_firm_add"), firm)
    signed_in.post(
        reverse("admin:organisations_company_add"), {"name": "Ny AS", "org_number": as_on_invoices(of_company)}
    )

    assert Firm.objects.get(slug="nordlys").org_number == of_firm
    assert Company.objects.get(name="Ny AS").org_number == of_company
    for name, number, found in (("firm", of_firm, "Nordlys AS"), ("company", of_company, "Ny AS")):
        page = signed_in.get(reverse(f"admin:organisations_{name}_changelist"), {"q": as_on_invoices(number)})
        assert [str(row) for row in page.context["cl"].result_list] == [found]


def as_on_invoices(number: str) -> str:
    return f"NO {display_org_number(number)} MVA"


def test_names_are_one_line(signed_in):
    invited = {"company": factories.CompanyFactory().pk, "email": "eva@aasblomster.example", "name": "Eva\r\nÅs"}
    firm = {"name": "Nord\r\nlys", "slug": "n", "org_number": factories.org_number(900), "first_client_number": 1001}

    signed_in.post(INVITE, invited | {"role": "user"})
    signed_in.post(reverse("admin:organisations_firm_add"), firm)

    assert (Invitation.objects.get().name, Firm.objects.get(slug="n").name) == ("Eva Ås", "Nord lys")


def test_a_new_firms_first_person_is_invited_and_nothing_exists_before_the_answer(signed_in):
    firm = factories.FirmFactory()
    answers = {"firm": firm.pk, "name": "Eva Ås", "email": "Eva@AasBlomster.example", "role": "administrator"}

    response = signed_in.post(INVITE, answers | {"client_access": "all"})

    assert response.status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.firm, invitation.email, invitation.is_by_platform) == (firm, "eva@aasblomster.example", True)
    assert not User.objects.filter(email=invitation.email).exists()
    mail = Email.objects.get(kind="invitation")
    assert "Plattformadministrator, som administrerer Byrå" in bytes(mail.message).decode()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Velg enten et byrå eller et selskap."),
        ({"firm": True, "company": True}, "Velg enten et byrå eller et selskap."),
        ({"firm": True, "role": "auditor", "client_access": "all"}, "Velg rolle og hvilke kunder"),
        ({"company": True, "client_access": "all"}, "Velg en rolle."),
        ({"company": True, "email": "kari"}, "E-postadressen er ikke gyldig."),
        ({"company": True}, "har en administrator, som inviterer selv."),
        ({"firm": True, "client_access": "all"}, "har en administrator, som inviterer selv."),
    ],
)
def test_what_cannot_be_invited_is_told_in_the_form(answers, said, known, fjord, signed_in):
    places = {"firm": fjord.pk, "company": known.company.pk}
    typed = {"name": "Eva Ås", "email": "eva@aasblomster.example", "role": "administrator"} | answers

    response = signed_in.post(INVITE, {name: places[name] if name in places else typed[name] for name in typed})

    assert response.status_code == 200
    assert said in response.content.decode()
    assert not Invitation.objects.exists()


def test_an_invitation_is_sent_again_and_taken_back_from_the_list(signed_in, admin_user, clock):
    invitation = Invitation(
        company=factories.CompanyFactory(), email="eva@aasblomster.example", name="Eva", role="user"
    )
    invite_by_platform(invitation=invitation, by=admin_user, clock=clock)
    page = reverse("admin:organisations_invitation_changelist")

    for action in ("resend", "withdraw"):
        signed_in.post(page, {"action": action, "_selected_action": [invitation.pk]})

    invitation.refresh_from_db()
    assert (invitation.link_version, invitation.outcome) == (2, "withdrawn")


def test_who_shuts_out_the_last_administrator_is_told(kari, known, signed_in):
    page = reverse("admin:organisations_user_change", args=[kari.user_id])

    answer = signed_in.post(page, {"name": "Kari Nordmann", "language": "nb"} | NO_INLINES, follow=True)

    kari.user.refresh_from_db()
    assert not kari.user.is_active
    said = [str(message) for message in answer.context["messages"]]
    assert "Fjord Regnskap AS har ingen administrator lenger. Inviter en ny under Invitasjoner." in said


def test_what_comes_between_the_form_and_the_deed_is_told(signed_in, monkeypatch):
    monkeypatch.setattr(organisations_admin, "check_new", lambda invitation, at: None)
    company = factories.CompanyFactory()
    answers = {"company": company.pk, "name": "Eva Ås", "email": "eva@aasblomster.example", "role": "administrator"}
    signed_in.post(INVITE, answers)

    answer = signed_in.post(INVITE, answers, follow=True)

    said = [str(message) for message in answer.context["messages"]]
    assert "Adressen er allerede invitert. Send invitasjonen på nytt i stedet." in said
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("right", ["is_active", "is_superuser"])
@pytest.mark.django_db(transaction=True)
def test_two_who_shut_each_other_out_at_once_do_not_both(right, admin_user):
    other = factories.UserFactory(is_staff=True, is_superuser=True)

    done = race(
        lambda: change_rights(user=other, rights={right: False}, by=admin_user),
        lambda: change_rights(user=admin_user, rights={right: False}, by=other),
    )

    assert sum(isinstance(result, NotAllowed) for result in done) == 1
    assert User.objects.filter(is_active=True, is_staff=True, is_superuser=True).count() == 1


def test_who_is_shut_out_is_signed_out_everywhere(kari, admin_user):
    browser = sign_in_as(kari.user)
    UserSession.objects.create(user=kari.user, session_key=browser.session.session_key, ip="192.0.2.7", user_agent="x")

    change_rights(user=kari.user, rights={"is_active": False}, by=admin_user)
    change_rights(user=kari.user, rights={"is_active": True}, by=admin_user)

    assert browser.get("/kunder/").url.startswith("/konto/login/")


def test_nobody_takes_the_own_rights_away(admin_user, signed_in):
    page = reverse("admin:organisations_user_change", args=[admin_user.pk])

    signed_in.post(page, {"name": "Ny", "language": "nb"} | NO_INLINES)

    admin_user.refresh_from_db()
    assert (admin_user.name, admin_user.is_active, admin_user.is_superuser) == ("Ny", True, True)


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


def test_an_agreement_of_a_month_s_last_day_renews_on_the_last_of_a_shorter_one(eaccounting, clock):
    recorded = record_agreement(
        company=factories.CompanyFactory(), variant=eaccounting.variants.get(code="smart"), paying_firm=None, months=12,
        first_day=date(2026, 1, 31), renews_on=date(2026, 4, 30), clock=clock,
    )  # fmt: skip

    assert recorded.renews_on == date(2026, 4, 30)


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
