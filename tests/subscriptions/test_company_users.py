"""A company's people: role, main contact, services, going. There is always an administrator left."""

from datetime import timedelta

import pytest

from collaboration.doors import may_open
from ground.refusals import NotAllowed
from history.models import Event
from organisations.actions.invitations import accept_invitation_with_password, invite_company_user
from organisations.models import CompanyUser
from subscriptions.company_users import (
    change_role,
    choose_main_contact,
    choose_services,
    deactivate_company_user,
    leave_company,
)
from subscriptions.models import ServiceAccess
from tests import factories
from tests.races import race

Role = CompanyUser.Role


@pytest.fixture
def line(subscribed):
    """Main contact and administrator."""
    return subscribed.administrator


@pytest.fixture
def add(subscribed):
    def someone(name: str, role=Role.USER) -> CompanyUser:
        user = factories.UserFactory(name=name)
        return factories.CompanyUserFactory(company=subscribed.company, user=user, role=role)

    return someone


def opens(place: CompanyUser) -> bool:
    return ServiceAccess.objects.filter(company_user=place).exists()


pytestmark = pytest.mark.django_db


# --- Role


def test_a_user_is_made_administrator(line, add, clock):
    anne = add("Anne Vik")

    change_role(company_user=anne, role=Role.ADMINISTRATOR, by=line, clock=clock)

    anne.refresh_from_db()
    event = Event.objects.about(anne).get()
    assert anne.role == Role.ADMINISTRATOR
    assert (event.verb, event.before, event.after) == (
        "change_role", {"role": "user"}, {"role": "administrator"},
    )  # fmt: skip
    assert (event.by, event.company, event.at) == (line.user, line.company, clock())


def test_the_same_role_again_is_no_event(line, add):
    anne = add("Anne Vik")

    change_role(company_user=anne, role=Role.USER, by=line)

    assert not Event.objects.about(anne).exists()


def test_who_becomes_auditor_opens_nothing_from_now_on(line, add, subscribed):
    anne = add("Anne Vik")
    factories.ServiceAccessFactory(company_user=anne, subscription=subscribed.subscription)

    change_role(company_user=anne, role=Role.AUDITOR, by=line)

    assert not opens(anne)


def test_an_unknown_role_is_refused(line, add):
    with pytest.raises(NotAllowed, match="Velg en rolle"):
        change_role(company_user=add("Anne Vik"), role="owner", by=line)


def test_the_main_contact_is_replaced_before_being_demoted(line, add):
    anne = add("Anne Vik", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="Personen er hovedkontakt"):
        change_role(company_user=line, role=Role.USER, by=anne)

    choose_main_contact(company_user=anne, by=line)
    change_role(company_user=line, role=Role.USER, by=anne)

    line.refresh_from_db()
    anne.refresh_from_db()
    assert (line.role, line.is_main_contact, anne.is_main_contact) == (Role.USER, False, True)


@pytest.mark.parametrize("role", [Role.USER, Role.AUDITOR])
def test_the_last_administrator_cannot_be_demoted(role, line, add):
    CompanyUser.objects.update(is_main_contact=False)
    add("Anne Vik")

    with pytest.raises(NotAllowed, match="siste administratoren"):
        change_role(company_user=line, role=role, by=line)


def test_an_administrator_whose_account_is_closed_does_not_count(line, add):
    anne = add("Anne Vik", Role.ADMINISTRATOR)
    anne.user.is_active = False
    anne.user.save()

    with pytest.raises(NotAllowed, match="siste administratoren"):
        leave_company(company_user=line)


# --- Main contact


@pytest.mark.parametrize("role", [Role.USER, Role.AUDITOR])
def test_only_an_administrator_can_be_main_contact(role, line, add):
    with pytest.raises(NotAllowed, match="må være administrator"):
        choose_main_contact(company_user=add("Anne Vik", role), by=line)

    line.refresh_from_db()
    assert line.is_main_contact


# --- Services


def test_services_are_given_and_taken(line, add, subscribed):
    anne = add("Anne Vik")

    choose_services(company_user=anne, subscriptions=[subscribed.subscription], by=line)
    given = opens(anne)
    choose_services(company_user=anne, subscriptions=[], by=line)

    assert (given, opens(anne)) == (True, False)
    assert [event.after for event in Event.objects.about(anne)] == [
        {"subscriptions": [subscribed.subscription.pk]}, {"subscriptions": []},
    ]  # fmt: skip


def test_an_auditor_gets_no_service(line, add, subscribed):
    with pytest.raises(NotAllowed, match="En revisor ser"):
        choose_services(company_user=add("Anne Vik", Role.AUDITOR), subscriptions=[subscribed.subscription], by=line)


def test_another_companys_service_is_refused(line, add):
    with pytest.raises(NotAllowed, match="har ikke lenger alle tjenestene"):
        choose_services(company_user=add("Anne Vik"), subscriptions=[factories.SubscriptionFactory()], by=line)


def test_access_to_a_service_that_nobody_can_read_any_more_stays_out_of_it(line, add, subscribed, clock):
    anne = add("Anne Vik")
    factories.ServiceAccessFactory(company_user=anne, subscription=subscribed.subscription)
    subscribed.subscription.ended_on = clock().date()
    subscribed.subscription.save()
    in_six_years = clock() + timedelta(days=6 * 366)

    choose_services(company_user=anne, subscriptions=[], by=line, clock=lambda: in_six_years)

    assert opens(anne)


# --- Going


def test_who_is_deactivated_has_no_place_and_no_service(line, add, subscribed, clock):
    anne = add("Anne Vik")
    factories.ServiceAccessFactory(company_user=anne, subscription=subscribed.subscription)

    deactivate_company_user(company_user=anne, by=line, clock=clock)

    anne.refresh_from_db()
    assert (anne.deactivated_at, anne.is_active, opens(anne)) == (clock(), False, False)
    assert Event.objects.about(anne).get().verb == "deactivate"


def test_nobody_is_deactivated_twice(line, add):
    anne = add("Anne Vik")
    deactivate_company_user(company_user=anne, by=line)

    with pytest.raises(NotAllowed, match="ikke lenger bruker"):
        deactivate_company_user(company_user=anne, by=line)


def test_the_main_contact_stays(line, add):
    anne = add("Anne Vik", Role.ADMINISTRATOR)

    with pytest.raises(NotAllowed, match="Personen er hovedkontakt"):
        deactivate_company_user(company_user=line, by=anne)
    with pytest.raises(NotAllowed, match="Du er hovedkontakt"):
        leave_company(company_user=line)


def test_the_last_administrator_stays(line, add):
    add("Anne Vik")

    with pytest.raises(NotAllowed, match="Du er den siste administratoren"):
        leave_company(company_user=line)


@pytest.mark.parametrize("role", list(Role))
def test_anybody_else_may_leave(role, line, add):
    anne = add("Anne Vik", role)

    leave_company(company_user=anne)

    anne.refresh_from_db()
    assert not anne.is_active
    with pytest.raises(NotAllowed, match="ikke lenger noen plass"):
        leave_company(company_user=anne)


# --- Who may


DEEDS = {
    "role": lambda place, by: change_role(company_user=place, role=Role.AUDITOR, by=by),
    "main contact": lambda place, by: choose_main_contact(company_user=place, by=by),
    "services": lambda place, by: choose_services(company_user=place, subscriptions=[], by=by),
    "deactivate": lambda place, by: deactivate_company_user(company_user=place, by=by),
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
@pytest.mark.parametrize("who", ["user", "auditor", "deactivated", "elsewhere"])
def test_only_an_administrator_of_the_company_may(deed, who, line, add):
    anne = add("Anne Vik", Role.ADMINISTRATOR)
    by = {
        "user": lambda: add("En bruker"),
        "auditor": lambda: add("En revisor", Role.AUDITOR),
        "deactivated": lambda: add("Sluttet", Role.ADMINISTRATOR),
        "elsewhere": factories.CompanyUserFactory,
    }[who]()
    if who == "deactivated":
        CompanyUser.objects.filter(pk=by.pk).update(deactivated_at=factories.LONG_AGO)

    with pytest.raises(NotAllowed, match="Bare en administrator"):
        deed(anne, by)

    anne.refresh_from_db()
    assert (anne.role, anne.is_main_contact, anne.is_active) == (Role.ADMINISTRATOR, False, True)


# --- At the same moment


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("go", [
    lambda one, other: (
        lambda: change_role(company_user=other, role=Role.USER, by=one),
        lambda: change_role(company_user=one, role=Role.USER, by=other),
    ),
    lambda one, other: (
        lambda: deactivate_company_user(company_user=other, by=one),
        lambda: deactivate_company_user(company_user=one, by=other),
    ),
    lambda one, other: (
        lambda: leave_company(company_user=one),
        lambda: leave_company(company_user=other),
    ),
    lambda one, other: (
        lambda: change_role(company_user=one, role=Role.USER, by=one),
        lambda: leave_company(company_user=other),
    ),
], ids=["demote each other", "deactivate each other", "both leave", "one steps down, one leaves"])  # fmt: skip
def test_of_the_last_two_administrators_one_stays(go, line, add):
    CompanyUser.objects.update(is_main_contact=False)
    anne = add("Anne Vik", Role.ADMINISTRATOR)

    results = race(*go(line, anne))

    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [NotAllowed]
    assert CompanyUser.objects.of(line.company).active().administrators().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_choices_of_main_contact_at_once_leave_one(line, add):
    anne, bo = add("Anne Vik", Role.ADMINISTRATOR), add("Bo Lie", Role.ADMINISTRATOR)

    results = race(
        lambda: choose_main_contact(company_user=anne, by=line), lambda: choose_main_contact(company_user=bo, by=line)
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert CompanyUser.objects.of(line.company).filter(is_main_contact=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_becomes_main_contact_is_not_gone_at_the_same_moment(line, add):
    anne = add("Anne Vik", Role.ADMINISTRATOR)

    race(lambda: choose_main_contact(company_user=anne, by=line), lambda: leave_company(company_user=anne))

    assert CompanyUser.objects.of(line.company).active().filter(is_main_contact=True).count() == 1


# --- What has ended


@pytest.fixture
def ended(subscribed, clock):
    """The bakery's eAccounting is over since a month, and can be read for five years."""
    subscription = subscribed.subscription
    subscription.ended_on = clock().date() - timedelta(days=30)
    subscription.renews_on = None
    subscription.save(update_fields=["ended_on", "renews_on"])
    return subscription


def test_what_has_ended_can_be_given_to_read(line, add, ended, clock):
    anne = add("Anne Vik")

    choose_services(company_user=anne, subscriptions=[ended], by=line, clock=clock)

    assert opens(anne)
    assert may_open(anne.user, line.company, ended.service).is_read_only


def test_but_not_for_ever(line, add, ended, clock):
    in_six_years = clock() + timedelta(days=6 * 365)

    with pytest.raises(NotAllowed, match="ikke lenger"):
        choose_services(company_user=add("Anne Vik"), subscriptions=[ended], by=line, clock=lambda: in_six_years)


def test_nor_what_has_been_replaced_by_a_new_agreement(line, add, ended, clock):
    factories.SubscriptionFactory(company=line.company, service=ended.service)

    with pytest.raises(NotAllowed, match="ikke lenger"):
        choose_services(company_user=add("Anne Vik"), subscriptions=[ended], by=line, clock=clock)


# --- What the person has offered others


@pytest.fixture
def offered(line, add, clock):
    """Anne Vik is administrator, and has invited a mailbox of her own."""
    anne = add("Anne Vik", role=Role.ADMINISTRATOR)
    invitation = invite_company_user(
        company=line.company,
        by=anne,
        email="anne.to@aerligbakeri.example",
        name="Anne",
        role="administrator",
        clock=clock,
    )
    return anne, invitation


@pytest.mark.parametrize("how", ["demoted", "deactivated", "left"])
def test_who_is_administrator_no_more_has_offered_nothing(how, line, offered, clock):
    anne, invitation = offered

    match how:
        case "demoted":
            change_role(company_user=anne, role=Role.USER, by=line, clock=clock)
        case "deactivated":
            deactivate_company_user(company_user=anne, by=line, clock=clock)
        case "left":
            leave_company(company_user=anne, clock=clock)

    invitation.refresh_from_db()
    assert invitation.outcome == "withdrawn"
    with pytest.raises(NotAllowed):
        accept_invitation_with_password(invitation=invitation, password="kjøttkaker og brun saus", clock=clock)


def test_nor_who_is_shut_out_by_the_platform(offered, clock):
    anne, invitation = offered
    anne.user.is_active = False
    anne.user.save()

    with pytest.raises(NotAllowed, match="ikke der lenger"):
        accept_invitation_with_password(invitation=invitation, password="kjøttkaker og brun saus", clock=clock)
