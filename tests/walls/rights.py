"""People of every kind beside one client, and how each of them tries to give a right by a form or by its deed.

An attempt takes the case and a person, posts the field whether the person's page shows it or not, and then asks the
deed itself where the person is of the kind that it takes. It tells whether what was asked for has come true.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.urls import reverse

from clients import actions as client_actions
from clients.models import Client, TaskParticipant
from collaboration import actions
from collaboration.models import Activation, Collaboration
from collaboration.offers import make_offer
from collaboration.orders import make_order
from collaboration.plans import plan_payer
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed
from organisations.actions import change_rights
from organisations.actions.employees import change_employee
from organisations.actions.invitations import invite_by_platform, invite_company_user, invite_employee
from organisations.models import CompanyUser, Employee, Invitation, User
from organisations.places.current import Place
from subscriptions.company_users import change_role, choose_main_contact, choose_services
from subscriptions.models import ServiceAccess, Subscription, SubscriptionChange
from tests import factories
from tests.sign_in import sign_in_as

Access, Role = Employee.ClientAccess, Employee.Role
Attempt = Callable[["Case", "Person"], bool]

ATTEMPTS: dict[str, Attempt] = {}


@dataclass
class Person:
    """Somebody of a kind; `place` is what he works or acts by, nothing for who has none today."""

    kind: str
    user: User
    place: Any = None

    @property
    def works(self) -> bool:
        return isinstance(self.place, Employee)

    @property
    def acts(self) -> bool:
        return isinstance(self.place, CompanyUser)

    def post(self, name: str, /, *args: Any, **answers: Any) -> None:
        """Send the form of a page, as the person's own pages would."""
        place = {Place.FIRM_FIELD: self.place.firm_id} if self.works else {}
        place |= {Place.COMPANY_FIELD: self.place.company_id} if self.acts else {}
        sign_in_as(self.user).post(reverse(name, args=args), place | answers)


@dataclass
class Case:
    """One client of Fjord, the same company at Vidda, and a second client that few of Fjord's people see."""

    people: dict[str, Person] = field(default_factory=dict)
    rows: SimpleNamespace = field(default_factory=SimpleNamespace)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rows, name)


def attempt(function: Attempt) -> Attempt:
    ATTEMPTS[function.__name__] = function
    return function


def tried(deed: Callable, **arguments: Any) -> None:
    """Do it past every page; a refusal leaves everything as it was."""
    try:
        with transaction.atomic():
            deed(**arguments)
    except NotAllowed:
        pass


# --- The case ----------------------------------------------------------------------------------------------------


def build_case() -> Case:
    case = Case()
    firm, other = factories.FirmFactory(slug="fjord"), factories.FirmFactory(slug="vidda")
    services = [factories.eaccounting(), factories.ServiceFactory(code="asked"), factories.ServiceFactory(code="draft")]
    for kind, access, role in (
        ("firm_administrator", Access.ALL, Role.ADMINISTRATOR),
        ("account_manager", Access.OWN, Role.EMPLOYEE),
        ("employee_all", Access.ALL, Role.EMPLOYEE),
        ("task_owner", Access.OWN, Role.EMPLOYEE),
        ("participant", Access.OWN, Role.EMPLOYEE),
        ("employee_own", Access.OWN, Role.EMPLOYEE),
    ):
        case.people[kind] = employ(kind, firm, client_access=access, role=role)
    case.people["other_firm"] = employ("other_firm", other, role=Role.ADMINISTRATOR)
    left = employ("left", firm, role=Role.ADMINISTRATOR, deactivated_at=factories.LONG_AGO)
    case.people["left"] = left
    add_company_people(case)
    boss, owner = case.people["firm_administrator"].place, case.people["task_owner"].place
    case.rows.firm, case.rows.boss, case.rows.owner = firm, boss, owner
    case.rows.colleague = employ("colleague", firm, client_access=Access.OWN).place
    case.rows.stranger = case.people["other_firm"].place

    case.rows.client = add_client(firm, 1002, case.company, manager=case.people["account_manager"].place)
    case.rows.task = factories.TaskFactory(
        client=case.client, owner=owner, participants=[case.people["participant"].place]
    )
    case.rows.bosss_task = factories.TaskFactory(client=case.client, owner=boss)
    case.rows.closed_task = factories.TaskFactory(client=case.client, owner=boss, closed_at=factories.LONG_AGO)
    case.rows.hidden = add_client(firm, 1003, None, manager=boss)
    case.rows.hidden_task = factories.TaskFactory(client=case.hidden, owner=boss)
    factories.TaskFactory(client=add_client(firm, 1004, None, manager=boss), owner=case.people["employee_own"].place)
    theirs = add_client(other, 1002, case.company, manager=case.stranger)
    factories.TaskFactory(client=theirs, owner=case.stranger)
    begin(case, services)
    return case


def employ(kind: str, firm: Any, **fields: Any) -> Person:
    user = factories.UserFactory(name=f"En {kind}", email=f"{kind}@{firm.slug}.example")
    return Person(kind, user, factories.EmployeeFactory(firm=firm, user=user, **fields))


def add_company_people(case: Case) -> None:
    company, elsewhere = factories.CompanyFactory(), factories.CompanyFactory()
    case.rows.company = company
    for kind, place, role in (
        ("company_administrator", company, CompanyUser.Role.ADMINISTRATOR),
        ("company_user", company, CompanyUser.Role.USER),
        ("auditor", company, CompanyUser.Role.AUDITOR),
        ("other_company", elsewhere, CompanyUser.Role.ADMINISTRATOR),
    ):
        user = factories.UserFactory(name=f"En {kind}", email=f"{kind}@kunde.example")
        row = factories.CompanyUserFactory(company=place, user=user, role=role, is_main_contact=role == "administrator")
        case.people[kind] = Person(kind, user, row)
    boss = factories.UserFactory(email="plattform@byra.example", is_staff=True, is_superuser=True)
    case.people["platform_administrator"] = Person("platform_administrator", boss)
    case.rows.second_boss = factories.CompanyUserFactory(
        company=company, user=factories.UserFactory(email="andre@kunde.example")
    )


def add_client(firm: Any, number: int, company: Any, *, manager: Employee) -> Client:
    orgs = {"org_number": company.org_number, "name": company.name} if company else {}
    client = factories.ClientFactory(firm=firm, number=number, account_manager=manager, **orgs)
    factories.ContactFactory(client=client, name="Per Rør", email=f"per{number}@kunde.example")
    factories.ContactFactory(client=client, name="Anne Vik", email=f"anne{number}@kunde.example", is_main=False)
    return client


def begin(case: Case, services: list) -> None:
    """A collaboration in the first service, a request that waits in the second, a draft in the third."""
    first, second, third = services
    smart = first.variants.get(code="smart")
    kept = {"task": case.task, "payer": "company", "period_months": 12}

    def draft(service, variant=None) -> Activation:
        made = actions.start_activation(client=case.client, service=service, by=case.boss, variant=variant)
        actions.save_answers(activation=made, by=case.boss, answers=kept)
        return made

    request = actions.send_activation(activation=draft(first, smart), by=case.boss)
    shown = make_offer(request, today=oslo_date(database_clock())).fingerprint
    by = case.people["company_administrator"].place
    actions.approve_activation(activation=request, by=by, shown=shown, accepts_terms=True)
    case.rows.collaboration = Collaboration.objects.get()
    case.rows.subscription = Subscription.objects.get()
    case.rows.request = actions.send_activation(activation=draft(second), by=case.boss)
    case.rows.draft = draft(third)
    case.rows.ordered = factories.ServiceFactory(code="ordered")


# --- The account manager -----------------------------------------------------------------------------------------


def card(client: Client, **changes: Any) -> dict:
    names = ("name", "number", "org_number", "legal_form", "street", "postal_code", "city", "email", "phone")
    return {name: getattr(client, name) or "" for name in names} | changes


def post_manager(case: Case, person: Person, named: Employee) -> bool:
    """Name the account manager of the client on its card."""
    person.post("office:client-edit", case.client.number, **card(case.client, account_manager=named.pk))
    if person.works:
        tried(actions.edit_client, client=case.client, by=person.place, fields={"account_manager": named})
    return Client.objects.get(pk=case.client.pk).account_manager_id == named.pk


@attempt
def account_manager_of_a_card(case: Case, person: Person) -> bool:
    is_it = person.works and case.client.account_manager_id == person.place.pk
    oneself = person.place if person.works and not is_it else case.colleague
    return post_manager(case, person, oneself)


@attempt
def account_manager_taken_back(case: Case, person: Person) -> bool:
    """Who was it, and has handed it on."""
    if not person.works:
        return False
    tried(actions.edit_client, client=case.client, by=case.boss, fields={"account_manager": person.place})
    tried(actions.edit_client, client=case.client, by=person.place, fields={"account_manager": case.colleague})
    return post_manager(case, person, person.place)


def post_new_client(case: Case, person: Person, named: Employee) -> bool:
    """Name the account manager of a card that is being made."""
    person.post("clients:client-create", name="Ny Prøve AS", account_manager=named.pk)
    if person.works:
        tried(client_actions.create_client, by=person.place, fields={"name": "Nok En AS", "account_manager": named})
    made = Client.objects.filter(firm=case.firm, name__in=("Ny Prøve AS", "Nok En AS"))
    return made.filter(account_manager=named).exists()


@attempt
def account_manager_of_a_new_card(case: Case, person: Person) -> bool:
    return post_new_client(case, person, case.colleague)


@attempt
def oneself_on_a_new_card(case: Case, person: Person) -> bool:
    return post_new_client(case, person, person.place if person.works else case.colleague)


# --- Tasks -------------------------------------------------------------------------------------------------------


def oneself(case: Case, person: Person) -> Employee:
    return person.place if person.works else case.colleague


def post_task(case: Case, person: Person, *, owner: Employee, participants: list[Employee]) -> None:
    """Change who is on a task of the client, and open a task with them."""
    posted = {"type": case.task.type_id, "owner": owner.pk, "participants": [one.pk for one in participants]}
    kept = {"type": case.task.type, "owner": owner, "participants": participants}
    person.post("clients:task-edit", case.client.number, case.bosss_task.pk, **posted)
    if person.works:
        tried(client_actions.edit_task, task=case.bosss_task, by=person.place, **kept)


@attempt
def owner_of_a_task(case: Case, person: Person) -> bool:
    owner = case.colleague if person.kind == "firm_administrator" else oneself(case, person)
    post_task(case, person, owner=owner, participants=[])
    return case.client.tasks.get(pk=case.bosss_task.pk).owner_id == owner.pk


@attempt
def participant_of_a_task(case: Case, person: Person) -> bool:
    who = case.colleague if person.kind == "firm_administrator" else oneself(case, person)
    post_task(case, person, owner=case.boss, participants=[who])
    return TaskParticipant.objects.filter(task=case.bosss_task, employee=who).exists()


@attempt
def owner_of_a_new_task(case: Case, person: Person) -> bool:
    who, before = oneself(case, person), set(case.client.tasks.values_list("pk", flat=True))
    person.post("clients:task-create", case.client.number, type=case.task.type_id, owner=who.pk)
    if person.works:
        tried(
            client_actions.create_task, client=case.client, by=person.place, type=case.task.type, owner=who,
            participants=[],
        )  # fmt: skip
    return case.client.tasks.exclude(pk__in=before).filter(owner=who).exists()


@attempt
def task_opened_again(case: Case, person: Person) -> bool:
    person.post("office:task-reopen", case.client.number, case.closed_task.pk)
    if person.works:
        tried(actions.reopen_task, task=case.closed_task, by=person.place)
    return case.client.tasks.open().filter(pk=case.closed_task.pk).exists()


@attempt
def task_with_another_firms_employee(case: Case, person: Person) -> bool:
    post_task(case, person, owner=case.boss, participants=[case.stranger])
    post_task(case, person, owner=case.stranger, participants=[])
    on_it = TaskParticipant.objects.filter(task=case.bosss_task, employee=case.stranger)
    return on_it.exists() or case.client.tasks.filter(owner=case.stranger).exists()


# --- What a request says -----------------------------------------------------------------------------------------


def post_draft(case: Case, person: Person, **answers: Any) -> None:
    """Fill in the draft: rows as the form posts them, and as the deed takes them."""
    kept = {"task": case.task, "payer": "company", "period_months": 12} | answers
    posted = {name: getattr(value, "pk", value) for name, value in kept.items()}
    contact = {"contact": case.client.contacts.get(is_main=True).pk}
    person.post("collaboration:activation-agreement", case.client.number, "draft", **contact | posted)
    if person.works:
        tried(actions.save_answers, activation=case.draft, by=person.place, answers=answers)


def draft_has(case: Case, **answers: Any) -> bool:
    return Activation.objects.filter(pk=case.draft.pk, **answers).exists()


@attempt
def task_of_a_draft(case: Case, person: Person) -> bool:
    post_draft(case, person, task=case.bosss_task)
    return draft_has(case, task=case.bosss_task)


@attempt
def another_clients_task_of_a_draft(case: Case, person: Person) -> bool:
    post_draft(case, person, task=case.hidden_task)
    return draft_has(case, task=case.hidden_task)


@attempt
def contact_of_a_draft(case: Case, person: Person) -> bool:
    contact = case.client.contacts.get(is_main=False)
    post_draft(case, person, contact=contact)
    return draft_has(case, contact=contact)


@attempt
def another_clients_contact_of_a_draft(case: Case, person: Person) -> bool:
    contact = case.hidden.contacts.get(is_main=True)
    post_draft(case, person, contact=contact)
    return draft_has(case, contact=contact)


@attempt
def payer_of_a_draft(case: Case, person: Person) -> bool:
    post_draft(case, person, payer="firm")
    return draft_has(case, payer="firm")


@attempt
def receiver_of_a_draft(case: Case, person: Person) -> bool:
    """Of a customer that is new: the company has gone meanwhile."""
    Activation.objects.filter(pk=case.draft.pk).update(scenario="new", contact=None)
    typed = {"contact_name": "Eva Ås", "contact_email": "eva@aasblomster.example", "contact_phone": "22 00 00 00"}
    post_draft(case, person, **typed)
    return draft_has(case, contact_email="eva@aasblomster.example")


@attempt
def main_contact_of_a_client(case: Case, person: Person) -> bool:
    contact = case.client.contacts.get(is_main=False)
    answers = {"name": contact.name, "email": contact.email, "is_main": True}
    person.post("clients:contact-edit", case.client.number, contact.pk, **answers)
    if person.works:
        tried(client_actions.save_contact, client=case.client, contact=contact, by=person.place, fields=answers)
    return case.client.contacts.get(pk=contact.pk).is_main


def post_receiver(case: Case, person: Person, address: str) -> bool:
    typed = {"name": "Eva Ås", "email": address, "link_version": case.request.link_version}
    person.post("collaboration:activation-correct-address", case.client.number, "asked", **typed)
    if person.works:
        tried(actions.correct_address, activation=case.request, by=person.place, **typed)
    return Activation.objects.get(pk=case.request.pk).contact_email == address


@attempt
def corrected_receiver(case: Case, person: Person) -> bool:
    return post_receiver(case, person, "eva@aasblomster.example")


@attempt
def employee_as_corrected_receiver(case: Case, person: Person) -> bool:
    return post_receiver(case, person, case.owner.user.email)


@attempt
def forwarded_receiver(case: Case, person: Person) -> bool:
    typed = {"name": "Eva Ås", "email": "eva@aasblomster.example", "link_version": case.request.link_version}
    person.post("my_services:activation-forward", case.request.pk, **typed)
    if person.acts:
        tried(actions.forward_activation, activation=case.request, by=person.place, **typed)
    return Activation.objects.get(pk=case.request.pk).contact_email == "eva@aasblomster.example"


# --- Collaboration and agreement ---------------------------------------------------------------------------------


def post_collaborations_task(case: Case, person: Person, task: Any) -> bool:
    person.post("collaboration:collaboration-change-task", case.client.number, "eaccounting", valg=task.pk)
    if person.works:
        tried(actions.change_task, collaboration=case.collaboration, task=task, by=person.place)
    return Collaboration.objects.get(pk=case.collaboration.pk).task_id == task.pk


@attempt
def task_of_a_collaboration(case: Case, person: Person) -> bool:
    return post_collaborations_task(case, person, case.bosss_task)


@attempt
def another_clients_task_of_a_collaboration(case: Case, person: Person) -> bool:
    return post_collaborations_task(case, person, case.hidden_task)


@attempt
def payer_of_an_agreement(case: Case, person: Person) -> bool:
    """The firm, which who leads it for the firm may say yes to; the company can only ask."""
    asking = person.place.firm_id if person.works else None
    day = oslo_date(database_clock())
    shown = plan_payer(case.subscription, case.firm, asking=asking, day=day).fingerprint
    answers = {"valg": str(case.firm.pk), "shown": shown}
    if person.acts:
        person.post("my_services:subscription-change-payer", "eaccounting", **answers)
    person.post("collaboration:subscription-change-payer", case.client.number, "eaccounting", **answers)
    if person.place:
        tried(actions.change_payer, subscription=case.subscription, firm=case.firm, by=person.place, shown=shown)
    return SubscriptionChange.objects.filter(subscription=case.subscription, to_firm=case.firm).exists()


@attempt
def order_of_a_service(case: Case, person: Person) -> bool:
    variant, today = case.ordered.variants.get(), oslo_date(database_clock())
    shown = make_order(case.company, variant, months=12, day=today).fingerprint
    answers = {"variant": variant.code, "months": 12, "accepts_terms": True, "shown_12": shown}
    person.post("my_services:order-create", "ordered", **answers)
    if person.acts:
        kept = {"variant": variant, "months": 12, "shown": shown, "accepts_terms": True}
        tried(actions.order_subscription, by=person.place, **kept)
    return Subscription.objects.filter(company=case.company, service=case.ordered).exists()


# --- The firm's people -------------------------------------------------------------------------------------------


@attempt
def role_of_an_employee(case: Case, person: Person) -> bool:
    who = case.colleague if person.kind == "firm_administrator" else oneself(case, person)
    answers = {"role": "administrator", "client_access": "all"}
    person.post("office:employee-edit", who.pk, **answers)
    if person.works:
        tried(change_employee, employee=who, by=person.place, **answers)
    is_new = who.role != Role.ADMINISTRATOR or who.deactivated_at is not None
    return is_new and Employee.objects.active().filter(pk=who.pk, role=Role.ADMINISTRATOR).exists()


@attempt
def own_client_access(case: Case, person: Person) -> bool:
    """From own clients to all of them."""
    if not person.works:
        return False
    Employee.objects.filter(pk=person.place.pk).update(client_access=Access.OWN)
    person.place.refresh_from_db()
    answers = {"role": person.place.role, "client_access": "all"}
    person.post("office:employee-edit", person.place.pk, **answers)
    if person.place.firm_id == case.firm.pk:
        tried(change_employee, employee=person.place, by=person.place, **answers)
    return Employee.objects.filter(pk=person.place.pk, firm=case.firm, client_access=Access.ALL).exists()


@attempt
def invitation_to_the_firm(case: Case, person: Person) -> bool:
    answers = {"name": "Ny En", "email": "ny@eksempel.example", "role": "administrator", "client_access": "all"}
    person.post("office:employee-invite", **answers)
    if person.works:
        tried(invite_employee, firm=case.firm, by=person.place, **answers)
    return Invitation.objects.filter(firm=case.firm).exists()


def post_leaving(case: Case, person: Person, taker: Employee) -> bool:
    person.post("office:employee-deactivate", case.owner.pk, account_manager=taker.pk, task_owner=taker.pk)
    if person.works:
        kept = {"account_manager": taker, "task_owner": taker}
        tried(actions.deactivate_employee, employee=case.owner, by=person.place, **kept)
    return case.client.tasks.get(pk=case.task.pk).owner_id == taker.pk


@attempt
def clients_of_a_leaver(case: Case, person: Person) -> bool:
    """To oneself; who leaves names a colleague."""
    taker = case.colleague if person.kind == "task_owner" else oneself(case, person)
    return post_leaving(case, person, taker)


@attempt
def clients_of_a_leaver_to_another_firm(case: Case, person: Person) -> bool:
    return post_leaving(case, person, case.stranger)


# --- The company's people ----------------------------------------------------------------------------------------


@attempt
def role_in_a_company(case: Case, person: Person) -> bool:
    """Oneself made administrator; who is one makes the user one."""
    is_boss = not person.acts or person.place.is_administrator
    who = case.people["company_user"].place if is_boss else person.place
    person.post("company_users:user-role-edit", who.pk, role="administrator")
    if person.acts:
        tried(change_role, company_user=who, by=person.place, role="administrator")
    return CompanyUser.objects.get(pk=who.pk).is_administrator


def post_services(case: Case, person: Person, who: CompanyUser) -> bool:
    person.post("company_users:user-services-edit", who.pk, subscriptions=[case.subscription.pk])
    if person.acts:
        tried(choose_services, company_user=who, by=person.place, subscriptions=[case.subscription])
    return ServiceAccess.objects.filter(company_user=who, subscription=case.subscription).exists()


@attempt
def services_of_a_user(case: Case, person: Person) -> bool:
    return post_services(case, person, case.people["company_user"].place)


@attempt
def services_of_an_auditor(case: Case, person: Person) -> bool:
    return post_services(case, person, case.people["auditor"].place)


@attempt
def invitation_to_the_company(case: Case, person: Person) -> bool:
    answers = {"name": "Ny En", "email": "ny@eksempel.example", "role": "administrator"}
    person.post("company_users:user-invite", **answers)
    if person.acts:
        tried(invite_company_user, company=case.company, by=person.place, **answers)
    return Invitation.objects.filter(company=case.company).exists()


@attempt
def main_contact_of_a_company(case: Case, person: Person) -> bool:
    who = case.second_boss
    person.post("company_users:user-main-contact", who.pk)
    if person.acts:
        tried(choose_main_contact, company_user=who, by=person.place)
    return CompanyUser.objects.get(pk=who.pk).is_main_contact


# --- The platform ------------------------------------------------------------------------------------------------


def post_rights(case: Case, person: Person, who: User) -> bool:
    inlines = {f"{name}-{count}": 0 for name in ("employments", "emailaddress_set")
               for count in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    answers = {"name": who.name, "phone": who.phone, "language": "nb", "is_active": True, "is_staff": True}
    person.post("admin:organisations_user_change", who.pk, is_superuser=True, **answers | inlines)
    tried(change_rights, user=who, by=person.user, rights={"is_staff": True, "is_superuser": True})
    return User.objects.get(pk=who.pk).is_superuser


@attempt
def rights_on_the_platform(case: Case, person: Person) -> bool:
    is_boss = person.kind == "platform_administrator"
    return post_rights(case, person, case.people["auditor"].user if is_boss else person.user)


@attempt
def own_rights_on_the_platform(case: Case, person: Person) -> bool:
    """Of somebody who may change people, and is no administrator with all rights."""
    person.user.is_superuser = False
    person.user.save()
    return post_rights(case, person, person.user)


def post_platforms_invitation(case: Case, person: Person, address: str) -> bool:
    empty = factories.FirmFactory()
    answers = {"name": "Ny En", "email": address, "role": "administrator", "client_access": "all"}
    person.post("admin:organisations_invitation_add", firm=empty.pk, **answers)
    tried(invite_by_platform, invitation=Invitation(firm=empty, **answers), by=person.user)
    return Invitation.objects.filter(firm=empty).exists()


@attempt
def invitation_by_the_platform(case: Case, person: Person) -> bool:
    return post_platforms_invitation(case, person, "ny@eksempel.example")


@attempt
def oneself_by_the_platform(case: Case, person: Person) -> bool:
    return post_platforms_invitation(case, person, person.user.email)
