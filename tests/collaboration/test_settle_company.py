"""Settle: who administers a company for which several have answered, each by another firm's request."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from collaboration import actions, jobs
from collaboration.disputes import fingerprint
from collaboration.models import AccessNotice, Activation, Collaboration, Receipt
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Alert, Email
from organisations.actions import accept_place, confirm_company
from organisations.actions.invitations import accept_invitation, invite_company_user
from organisations.companies.rows import find_claims
from organisations.models import Company, CompanyUser, Invitation
from subscriptions.models import ServiceAccess, Subscription
from tests import factories
from tests.conftest import NOON
from tests.races import race
from tests.sign_in import sign_in_as

pytestmark = pytest.mark.django_db

LEA, PER = "lea@eksempel.example", "per@orstaror.example"


class Case:
    """Fjord has asked Per and Vidda has asked Lea, of one organisation number; both are users already."""

    def __init__(self, kari, nils, sent: Callable, clock: Callable) -> None:
        self.kari, self.nils, self.sent, self.clock = kari, nils, sent, clock
        self.admin = factories.UserFactory(name="Plattformadministrator", email="admin@byra.example", is_staff=True,
                                           is_superuser=True)  # fmt: skip
        self.people = {PER: factories.UserFactory(name="Per Rør", email=PER),
                       LEA: factories.UserFactory(name="Lea Vik", email=LEA)}  # fmt: skip
        self.clients = {PER: make_client(kari, "Ørsta Rør AS", PER), LEA: make_client(nils, "Orsta Ror", LEA)}

    def ask(self, address: str, **answers) -> Activation:
        return self.sent(self.clients[address], by=self.kari if address == PER else self.nils, **answers)

    def accept(self, address: str) -> CompanyUser:
        (offer,) = CompanyUser.objects.offered_to(self.people[address])
        return accept_place(place=offer, user=self.people[address], clock=self.clock)

    def dispute(self, *addresses: str) -> None:
        """Both are asked; these accept."""
        self.ask(PER)
        self.ask(LEA)
        for address in addresses:
            self.accept(address)

    def row_of(self, address: str) -> Company:
        """Where the person has a place, else where one is offered."""
        return CompanyUser.objects.filter(email=address).order_by("user")[0].company

    def settle(self, address: str, *, stay: bool = True, shown: str | None = None, by=None) -> Company:
        company = self.row_of(address)
        return actions.settle_company(
            company=company, others_stay=stay, by=by or self.admin, clock=self.clock,
            shown=fingerprint(find_claims(company.org_number)) if shown is None else shown,
        )  # fmt: skip


def make_client(boss, name: str, address: str):
    client = factories.ClientFactory(firm=boss.firm, name=name, org_number=factories.org_number(930))
    factories.ContactFactory(client=client, name=address.split("@")[0].capitalize(), email=address)
    factories.TaskFactory(client=client, owner=boss)
    return client


@pytest.fixture
def case(kari, nils, eaccounting, sent, clock) -> Case:
    return Case(kari, nils, sent, clock)


@pytest.fixture
def begun(case, approve) -> Case:
    """Both have accepted, and Lea has approved: Vidda collaborates. Per's own waits for what is settled."""
    case.dispute(PER, LEA)
    approve(Activation.objects.get(firm=case.nils.firm), by=CompanyUser.objects.get(email=LEA))
    Email.objects.all().delete()
    Alert.objects.all().delete()
    return case


def told() -> list[tuple[str, str]]:
    return list(Email.objects.order_by("to").values_list("kind", "to"))


def text_of(mail: Email) -> str:
    return " ".join(bytes(mail.message).decode().split())


# --- It works, and these are told


def test_what_the_other_has_begun_comes_to_the_company_and_nothing_is_lost(begun):
    company = begun.settle(PER)

    lea = CompanyUser.objects.get(email=LEA)
    assert (company.state, company.name) == ("known", "Ørsta Rør AS")
    assert (lea.company, lea.role, lea.is_main_contact, lea.is_active) == (company, "user", False, True)
    for model in (Subscription, Collaboration, Receipt):
        assert model.objects.get().company == company
    assert set(Activation.objects.values_list("company", flat=True)) == {company.pk}
    assert ServiceAccess.objects.get().company_user == lea
    assert CompanyUser.objects.get(email=PER).is_administrator
    assert Event.objects.about(company).latest("pk").verb == "settle"


def test_an_invitation_to_who_has_become_a_user_is_withdrawn_and_others_wait(begun):
    per = CompanyUser.objects.get(email=PER)
    for email, name in ((LEA, "Lea Vik"), ("anne@eksempel.example", "Anne Vik")):
        invite_company_user(company=per.company, email=email, name=name, role="user", by=per, clock=begun.clock)

    begun.settle(PER)

    outcomes = dict(Invitation.objects.values_list("email", "outcome"))
    assert outcomes == {LEA: Invitation.Outcome.WITHDRAWN, "anne@eksempel.example": ""}


def test_an_invitation_to_who_has_lost_a_place_waits(begun):
    per = CompanyUser.objects.get(email=PER)
    invite_company_user(company=per.company, email=LEA, name="Lea Vik", role="user", by=per, clock=begun.clock)

    begun.settle(PER, stay=False)

    assert Invitation.objects.get(email=LEA).is_unanswered


def test_two_rows_that_were_told_of_access_on_the_same_day_become_one(begun):
    for address in (PER, LEA):
        AccessNotice.objects.create(company=begun.row_of(address), on=NOON.date(), posted_at=NOON)

    assert begun.settle(PER).is_known


def test_those_who_answered_are_told_and_no_firm(begun):
    begun.settle(PER)

    assert told() == [("company_settled", LEA), ("company_settled", PER)]
    to_lea, to_per = Email.objects.order_by("to")
    assert "en annen enn du administrerer selskapet" in text_of(to_lea).replace("=\n", "")
    assert "Visma eAccounting Smart" in text_of(to_per)
    assert "Ørsta" not in text_of(to_lea)  # each reads the name that the own firm has written
    assert not Alert.objects.exists()


def test_who_does_not_belong_there_loses_the_place_and_what_was_begun_stays(begun):
    company = begun.settle(PER, stay=False)

    lea = CompanyUser.objects.get(email=LEA)
    assert (lea.company, lea.is_active, lea.service_accesses.count()) == (company, False, 0)
    assert Collaboration.objects.get().company == company
    assert sign_in_as(lea.user).get("/mine-tjenester/").status_code == 404
    assert "ikke lenger bruker av selskapet" in text_of(Email.objects.get(to=LEA))


def test_what_waited_can_be_approved_once_it_is_settled(begun, approve):
    begun.settle(PER)

    activation = approve(Activation.objects.get(firm=begun.kari.firm), by=CompanyUser.objects.get(email=PER))

    assert (activation.status, activation.was_attached) == ("approved", True)
    assert Subscription.objects.count() == 1


def test_who_has_not_answered_yet_can_be_the_one(case):
    """A firm has answered for another firm's customer; the real one has not signed in yet."""
    case.dispute(PER)

    company = case.settle(LEA, stay=False)

    assert (company.state, company.name) == ("known", "Orsta Ror")
    assert not CompanyUser.objects.active().exists()
    assert case.accept(LEA).company == company
    assert Activation.objects.get(firm=case.kari.firm).company == company


def test_what_somebody_has_offered_who_does_not_administer_is_taken_back(begun):
    lea = CompanyUser.objects.select_related("user", "company").get(email=LEA)
    invite_company_user(company=lea.company, email="ny@eksempel.example", name="Ny", role="user", by=lea)

    begun.settle(PER)

    assert Invitation.objects.get().outcome == "withdrawn"


def test_an_old_address_of_the_other_row_leads_to_the_company(begun):
    row = begun.row_of(LEA)

    company = begun.settle(PER)

    row.refresh_from_db()
    assert (row.state, row.merged_into) == ("merged", company)
    with pytest.raises(NotAllowed):  # a form that was open meanwhile
        invite_company_user(
            company=row, email="ny@eksempel.example", name="Ny", role="user", by=CompanyUser.objects.get(email=LEA)
        )


# --- Every other state refuses


@pytest.mark.parametrize("state", ["asked", "known"])
def test_where_nothing_is_disputed_there_is_nothing_to_settle(state, case):
    case.ask(PER)
    if state == "known":
        case.accept(PER)

    with pytest.raises(NotAllowed, match="allerede avgjort"):
        case.settle(PER)


def test_nobody_settles_twice(begun):
    row, shown = begun.row_of(LEA), fingerprint(find_claims(begun.row_of(LEA).org_number))
    begun.settle(PER)

    with pytest.raises(NotAllowed, match="allerede avgjort"):
        actions.settle_company(company=row, others_stay=True, by=begun.admin, shown=shown, clock=begun.clock)


def test_a_decision_counts_for_the_claims_that_were_shown(case):
    case.dispute(PER)
    shown = fingerprint(find_claims(case.row_of(PER).org_number))
    case.accept(LEA)

    with pytest.raises(actions.PageIsStale):
        case.settle(PER, shown=shown)


def test_only_a_platform_administrator_settles(case):
    case.dispute(PER, LEA)

    with pytest.raises(NotAllowed, match="plattformadministrator"):
        case.settle(PER, by=case.people[PER])


def test_the_button_that_confirms_does_not_settle(case):
    case.dispute(PER)

    for address in (PER, LEA):
        with pytest.raises(NotAllowed, match="Avgjør hvem som administrerer det"):
            confirm_company(company=case.row_of(address), by=case.admin, clock=case.clock)


# --- The page of the admin


def page(company: Company) -> str:
    return reverse("admin:organisations_dispute_change", args=[company.pk])


def test_the_platform_has_one_entry_and_reads_all_that_there_is_to_decide_by(begun, sign_in):
    browser = sign_in(begun.admin)

    listed = browser.get(reverse("admin:organisations_dispute_changelist")).context["cl"].result_list
    (entry,) = listed
    text = browser.get(page(entry)).content.decode()

    assert entry.all_names == "Orsta Ror, Ørsta Rør AS"
    for said in ("Per", PER, LEA, "Fjord Regnskap AS", "Vidda Økonomi AS", "Visma eAccounting Smart", "Tok imot"):
        assert said in text
    assert "checked" not in text


def test_the_form_settles_and_the_entry_goes(begun, sign_in):
    browser, row = sign_in(begun.admin), begun.row_of(PER)
    entry = browser.get(reverse("admin:organisations_dispute_changelist")).context["cl"].result_list[0]
    shown = browser.get(page(entry)).context["form"]["shown"].value()

    empty = browser.post(page(entry), {"shown": shown})
    answer = browser.post(page(entry), {"shown": shown, "company": row.pk, "others": "stay"}, follow=True)

    assert set(empty.context["form"].errors) == {"company", "others"}
    assert "Det er avgjort hvem som administrerer Ørsta Rør AS." in answer.content.decode()
    assert list(answer.context["cl"].result_list) == []
    again = browser.get(page(entry), follow=True)
    assert "allerede avgjort" in again.content.decode()


def test_reading_settles_nothing(begun, sign_in):
    sign_in(begun.admin).get(page(begun.row_of(PER)))

    assert Company.objects.provisional().count() == 2


@pytest.mark.parametrize("who", ["kari", "per"])
def test_nobody_else_finds_the_page(who, begun, sign_in):
    person = begun.kari if who == "kari" else begun.people[PER]
    addresses = [page(begun.row_of(PER)), reverse("admin:organisations_dispute_changelist")]

    for address in addresses:
        assert sign_in(person).get(address, follow=True).status_code == 403


def test_who_signed_in_a_while_ago_proves_himself_before_he_sees_it(begun):
    old = sign_in_as(begun.admin, age=16 * 60)

    answer = old.get(page(begun.row_of(PER)))

    assert answer.status_code == 302
    assert answer.url.startswith("/konto/")


# --- Nobody disputes it any more


@pytest.mark.parametrize("end", ["withdraw", "expire", "correct to the same", "shut out"])
def test_the_one_who_is_left_becomes_an_ordinary_administrator_by_the_clock(end, case):
    case.dispute(PER, *([LEA] if end == "shut out" else []))
    other = Activation.objects.get(firm=case.nils.firm)
    match end:
        case "withdraw":
            actions.withdraw_activation(activation=other, by=case.nils, clock=case.clock)
        case "expire":
            actions.expire_activations(clock=lambda: other.expires_at)
        case "correct to the same":
            actions.correct_address(
                activation=other, by=case.nils, name="Per", email=PER, link_version=1, clock=case.clock
            )
        case "shut out":
            case.people[LEA].is_active = False
            case.people[LEA].save()

    before = case.row_of(PER).state
    jobs.clear_disputes()

    company = case.row_of(PER)
    assert (before, company.state) == ("provisional", "known")
    other.refresh_from_db()
    assert other.company == (company if end in ("correct to the same", "shut out") else other.company)
    assert not told_of_the_settlement()


@pytest.mark.parametrize("end", ["withdraw", "expire"])
def test_a_request_whose_receiver_was_wrong_is_disputed_until_it_is_closed(end, case):
    case.dispute(PER)
    other = Activation.objects.get(firm=case.nils.firm)
    actions.disown_activation(activation=other, clock=case.clock)

    jobs.clear_disputes()
    meanwhile = case.row_of(PER).state
    if end == "withdraw":
        actions.withdraw_activation(activation=other, by=case.nils, clock=case.clock)
    else:
        actions.expire_activations(clock=lambda: other.expires_at)
    jobs.clear_disputes()

    other.refresh_from_db()
    assert other.is_closed
    assert (meanwhile, case.row_of(PER).state) == ("provisional", "known")
    assert not told_of_the_settlement()


def told_of_the_settlement() -> list[str]:
    return list(Email.objects.filter(kind="company_settled").values_list("to", flat=True))


def test_a_request_of_a_wrong_person_waits_for_another_and_nobody_else_sees_it(case, sign_in):
    case.dispute(PER)
    other = Activation.objects.get(firm=case.nils.firm)
    actions.disown_activation(activation=other, clock=case.clock)
    jobs.clear_disputes()

    unseen = sign_in(case.people[PER]).get(f"/mine-tjenester/foresporsler/{other.pk}/")
    actions.correct_address(
        activation=other, by=case.nils, name="Anne Vik", email="anne@orstaror.example", link_version=1, clock=case.clock
    )

    assert unseen.status_code == 404
    other.refresh_from_db()
    assert other.company.is_asked
    assert case.row_of(PER).state == "provisional"
    assert CompanyUser.objects.offered().get().email == "anne@orstaror.example"


def test_a_request_that_is_taken_back_to_be_changed_is_disputed_as_long_as_its_draft_waits(case):
    case.dispute(PER)
    other = Activation.objects.get(firm=case.nils.firm)
    draft = actions.change_activation(activation=other, by=case.nils, clock=case.clock)

    jobs.clear_disputes()
    meanwhile = case.row_of(PER).state
    draft.delete()
    jobs.clear_disputes()

    assert (meanwhile, case.row_of(PER).state) == ("provisional", "known")


def test_whom_a_rival_has_invited_still_disputes_what_the_own_firm_asks(case, sign_in):
    """Else a mailbox of a firm's own could invite another firm's receiver, and answer for both."""
    case.dispute(PER)
    per = CompanyUser.objects.select_related("user", "company").get(email=PER)
    invitation = invite_company_user(
        company=per.company, email=LEA, name="Lea Vik", role=CompanyUser.Role.ADMINISTRATOR, by=per, clock=case.clock
    )
    accept_invitation(invitation=invitation, user=case.people[LEA], clock=case.clock)
    jobs.clear_disputes()

    other = Activation.objects.get(firm=case.nils.firm)
    unseen = sign_in(case.people[PER]).get(f"/mine-tjenester/foresporsler/{other.pk}/")
    (offer,) = CompanyUser.objects.offered_to(case.people[LEA])
    accept_place(place=offer, user=case.people[LEA], clock=case.clock)
    jobs.clear_disputes()

    assert unseen.status_code == 404
    other.refresh_from_db()
    assert {per.company.pk, other.company_id} == set(Company.objects.provisional().values_list("pk", flat=True))


def test_as_long_as_somebody_disputes_it_the_clock_does_nothing(case):
    case.dispute(PER)

    assert jobs.clear_disputes() == 0


def test_who_disputes_it_no_more_is_taken_back_without_a_trace_for_the_firm(begun):
    """A person shut out had let people in: none of them comes into the company with what was begun."""
    lea = CompanyUser.objects.get(email=LEA)
    factories.CompanyUserFactory(company=lea.company, role="user")
    begun.people[LEA].is_active = False
    begun.people[LEA].save()

    jobs.clear_disputes()

    company = begun.row_of(PER)
    assert [place.email for place in CompanyUser.objects.of(company).active()] == [PER]
    assert Collaboration.objects.get().company == company
    assert not Alert.objects.exists()


# --- Who is asked by two


def test_one_person_whom_two_firms_ask_gets_both_and_is_not_provisional(case):
    case.clients[LEA].contacts.update(email=PER)
    ours, theirs = case.ask(PER), case.ask(LEA)
    offer = CompanyUser.objects.get(company=ours.company)

    place = accept_place(place=offer, user=case.people[PER], clock=case.clock)

    assert place.company.is_known
    theirs.refresh_from_db()
    assert theirs.company == place.company
    assert CompanyUser.objects.count() == 1


def test_a_provisional_person_whom_another_firm_asks_too_gets_that_as_well(case, sent):
    case.dispute(PER, LEA)
    boss = factories.EmployeeFactory(role="administrator")
    third = sent(make_client(boss, "Oersta", PER), by=boss)

    place = case.accept(PER)

    third.refresh_from_db()
    assert (third.scenario, third.company) == ("new", place.company)
    assert place.company.state == "provisional"
    assert CompanyUser.objects.filter(email=PER).count() == 1


def test_whom_the_same_firm_has_asked_besides_is_no_rival(case, kari, sent):
    case.ask(PER)
    scanner = factories.scanner()
    second = sent(case.clients[PER], by=kari, service=scanner)
    Activation.objects.filter(pk=second.pk).update(contact_email="anne@orstaror.example")
    CompanyUser.objects.filter(company=second.company).update(email="anne@orstaror.example")

    place = case.accept(PER)

    second.refresh_from_db()
    assert (place.company.state, second.company) == ("known", place.company)


def test_the_name_and_telephone_of_a_person_are_those_that_the_own_firm_has_written(case):
    case.clients[LEA].contacts.update(email=PER, name="Lederen", phone="99 99 99 99")

    ours, theirs = case.ask(PER), case.ask(LEA)

    assert CompanyUser.objects.get(company=ours.company).name == "Per"
    assert CompanyUser.objects.get(company=theirs.company).name == "Lederen"


# --- At the same moment


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_are_both_provisional(case):
    case.dispute()

    results = race(lambda: case.accept(PER), lambda: case.accept(LEA))

    assert [type(result).__name__ for result in results] == ["CompanyUser", "CompanyUser"]
    assert [company.state for company in Company.objects.all()] == ["provisional", "provisional"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_one_service_at_once_one_waits(case, approve):
    case.dispute(PER, LEA)
    requests = {place.email: (Activation.objects.get(company=place.company), place)
                for place in CompanyUser.objects.all()}  # fmt: skip

    results = race(*[lambda address=address: approve(requests[address][0], by=requests[address][1])
                     for address in (PER, LEA)])  # fmt: skip

    assert sorted(type(result).__name__ for result in results) == ["Activation", "NotAllowed"]
    assert Subscription.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_once_settle_once(case):
    case.dispute(PER, LEA)

    results = race(lambda: case.settle(PER), lambda: case.settle(LEA))

    assert sorted(type(result).__name__ for result in results) == ["Company", "NotAllowed"]
    assert Company.objects.known().count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_asks_while_another_accepts_finds_the_company_known_or_disputes_it(case, draft, clock):
    case.ask(PER)
    waiting = draft(case.clients[LEA], by=case.nils)

    accepted, sent = race(
        lambda: case.accept(PER),
        lambda: actions.send_activation(activation=waiting, by=case.nils, clock=clock),
    )

    assert isinstance(accepted, CompanyUser)
    state = case.row_of(PER).state
    assert (state, type(sent).__name__) in (("known", "ScenarioChanged"), ("provisional", "Activation"))
