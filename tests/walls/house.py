"""Two firms and two companies whose every text holds a canary, and people of every role.

Fjord and Vidda both have a client 1001 (not the same one) and both have the bakery (1001 and 1002). What a firm keeps
to itself holds a longer canary, for the company that it works with may see the short one. Only Vidda works with the
plumber.
"""

from dataclasses import dataclass, field
from datetime import date

from agreements import actions as agreement_actions
from agreements.models import Collaboration, SubscriptionChange
from agreements.plans import plan_payer, plan_variant
from bulk import actions as bulk_actions
from bulk.models import BulkRun
from client_imports.actions.choosing import choose_columns
from client_imports.actions.uploading import upload_import
from client_imports.actions.working import go_on
from collaboration import actions, links
from collaboration.models import Activation, Forwarding, ForwardProposal, ReplacedLink
from collaboration.offer.offers import make_offer
from commitments.models import Receipt
from ground.clock import database_clock, oslo_date
from notifications.models import Alert
from organisations.actions.invitations import invite_company_user, invite_employee
from organisations.actions.saved_views import save_view
from organisations.invitations.links import make_token
from organisations.models import CompanyUser, Employee, Invitation
from organisations.places.current import Place
from subscriptions.models import Subscription
from subscriptions.orders import make_order
from tests import factories

FJORD, FJORD_ONLY = "zzfjord", "zzfjordin"
VIDDA, VIDDA_ONLY = "zzvidda", "zzviddain"
BAKERY, PLUMBER = "zzbakeri", "zzroer"
TODAY = date(2026, 3, 10)


@dataclass
class House:
    """Who lives there (`people` by role), what stands in addresses (`names`), and who may never read what."""

    people: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    firm_of: dict = field(default_factory=dict)
    company_of: dict = field(default_factory=dict)
    link_path: str = ""


# Whatever the address, these texts stand in no answer to the role. The bakery sees both of its firms' short canaries.
FORBIDDEN = {
    "anonymous": (FJORD, VIDDA, BAKERY, PLUMBER),
    "firm_administrator": (VIDDA, PLUMBER),
    "employee_all": (VIDDA, PLUMBER),
    "employee_own": (VIDDA, PLUMBER),
    "other_firm": (FJORD,),
    "company_administrator": (FJORD_ONLY, VIDDA_ONLY, PLUMBER),
    "company_user": (FJORD_ONLY, VIDDA_ONLY, PLUMBER),
    "auditor": (FJORD_ONLY, VIDDA_ONLY, PLUMBER),
    "other_company": (FJORD, BAKERY, VIDDA_ONLY),
    "platform_administrator": (),
    "deactivated": (FJORD, VIDDA, BAKERY, PLUMBER),
    "inactive_user": (FJORD, VIDDA, BAKERY, PLUMBER),
    "half_signed_in": (FJORD, VIDDA, BAKERY, PLUMBER),
}
ROLES = tuple(FORBIDDEN)


def build_house() -> House:
    house = House()
    services = {
        "eaccounting": factories.eaccounting(),
        "scanner": factories.scanner(),
        **{code: factories.ServiceFactory(code=code) for code in ("waiting", "closed", "fresh")},
    }
    fjord = Firm(house, services, number=1001, canary=FJORD, only=FJORD_ONLY, slug="fjord")
    vidda = Firm(house, services, number=1002, canary=VIDDA, only=VIDDA_ONLY, slug="vidda")
    bakery, line = make_company(BAKERY, number=901)
    plumber, per = make_company(PLUMBER, number=902)
    house.company_of = {"company_administrator": bakery, "company_user": bakery, "auditor": bakery}
    house.company_of["other_company"] = plumber
    house.people |= {"company_administrator": line.user, "other_company": per.user}
    house.people["company_user"] = add_user(bakery, CompanyUser.Role.USER, "bruker")
    house.people["auditor"] = add_user(bakery, CompanyUser.Role.AUDITOR, "revisor")

    house.people["firm_administrator"] = fjord.boss.user
    house.people["employee_all"] = fjord.hire("Alle").user
    house.people["other_firm"] = vidda.boss.user
    ola = fjord.hire("Ola", client_access=Employee.ClientAccess.OWN)
    house.people["employee_own"] = ola.user
    left = fjord.hire("Sluttet", name_canary="", deactivated_at=factories.LONG_AGO)
    house.people["deactivated"] = left.user
    barred = fjord.hire("Stengt", name_canary="", user_is_active=False)
    house.people["inactive_user"] = barred.user
    house.people["half_signed_in"] = fjord.hire("Halv", name_canary="").user  # the password alone, where more is asked
    house.people["platform_administrator"] = factories.UserFactory(
        name="Admin", email="admin@byra.example", is_staff=True, is_superuser=True
    )
    house.firm_of = dict.fromkeys(ROLES, fjord.row) | {"other_firm": vidda.row}
    house.company_of = dict.fromkeys(ROLES, bakery) | {"other_company": plumber} | house.company_of

    shared = fjord.take(bakery, "Bakeri", workers=[ola])
    hidden = fjord.take(None, "Blomster", number=1003, name_canary=FJORD)
    theirs = vidda.take(bakery, "Bakeri")
    same_number = vidda.take(plumber, "Roer", number=1001)
    for firm, card in ((fjord, shared), (vidda, theirs)):
        firm.collaborate(card, by=line)
        firm.draft(card, "scanner")
        card.waiting = firm.send(card, "waiting")
        card.proposal = firm.propose(card)
        actions.decline_activation(
            activation=firm.send(card, "closed"),
            by=line,
            reason="other",
            comment=f"Nei, {BAKERY} sier nei til {firm.canary}",
        )
    vidda.send(same_number, "waiting")
    vidda.collaborate(same_number, by=per)
    change = vidda.ask_for_pro(theirs)  # which Fjord would pay
    plumbers_change = vidda.ask_to_pay(same_number)
    new = fjord.send(hidden, "waiting", contact_email="eva@eksempel.example")
    offered = factories.CompanyUserFactory(
        company=new.company, offered=True, email=house.people["company_user"].email, role=CompanyUser.Role.USER
    )

    runs = {"their_run": vidda.preview(theirs), "draft_run": fjord.preview(shared)}
    runs |= {"started_run": fjord.start(hidden), "done_run": fjord.finish(hidden)}
    invitation = vidda.invite(f"inv@{VIDDA}.example")
    to_the_user = vidda.invite(house.people["company_user"].email)
    our_invitation = fjord.invite(f"ny@{FJORD}.example")
    age_invitations()

    bakerys = invite_company_user(
        company=bakery, email=f"ny@{BAKERY}.example", name=f"Ny {BAKERY}", role=CompanyUser.Role.USER, by=line
    )

    views = [
        save_view(by=firm.boss, list="kunder", name=f"Visning {firm.canary}", query=f"q={firm.canary}", for_firm=True)
        for firm in (fjord, vidda)
    ]

    house.names = {
        "client_import": fill_import(fjord, FJORD_ONLY),
        "shared": shared.client.number,
        "hidden": hidden.client.number,
        "theirs": theirs.client.number,
        "nobodys": 999_999_999,
        "task": shared.task.pk,
        "their_task": theirs.task.pk,
        "hidden_task": hidden.task.pk,
        "closed_task": shared.closed_task.pk,
        "contact": shared.other_contact.pk,
        "main_contact": shared.contact.pk,
        "hidden_contact": hidden.contact.pk,
        "task_type": shared.task.type_id,
        "their_task_type": theirs.task.type_id,
        "view": views[0].pk,
        "their_view": views[1].pk,
        "alert": Alert.objects.filter(firm=fjord.row, user=fjord.boss.user).latest("pk").pk,
        "their_alert": Alert.objects.filter(firm=vidda.row, user=vidda.boss.user).latest("pk").pk,
        "proposal": shared.proposal.pk,
        "their_proposal": theirs.proposal.pk,
        "request": shared.waiting.pk,
        "closed_request": Activation.objects.get(client=shared.client, status="declined").pk,
        "hidden_request": new.pk,
        "their_request": theirs.waiting.pk,
        "plumbers_request": Activation.objects.get(client=same_number.client, status="pending").pk,
        "collaboration": Collaboration.objects.get(client=shared.client, ended_at=None).pk,
        "plumbers_collaboration": Collaboration.objects.get(client=same_number.client, ended_at=None).pk,
        "receipt": receipt_of(shared.client).number,
        "receipt_code": receipt_of(shared.client).code,
        "their_receipt": receipt_of(theirs.client).number,
        "plumbers_receipt": receipt_of(same_number.client).number,
        "change": change.pk,
        "plumbers_change": plumbers_change.pk,
        "offered_place": offered.pk,
        "taken_place": line.pk,
        "bakerys_user": bakery.users.get(user=house.people["company_user"]).pk,
        "bakerys_auditor": bakery.users.get(user=house.people["auditor"]).pk,
        "bakerys_invitation": bakerys.pk,
        "plumbers_boss": per.pk,
        "token": token_of(shared.waiting),
        "new_token": token_of(new),
        "invitation": to_the_user.pk,
        "our_invitation": our_invitation.pk,
        "employee": ola.pk,
        "left_employee": left.pk,
        "their_employee": vidda.inner.pk,
        "taker": fjord.boss.pk,
        "other_invitation": invitation.pk,
        "invitation_token": make_token(invitation),
        "users_invitation_token": make_token(to_the_user),
        "wrong_token": ("B" if token_of(shared.waiting)[0] == "A" else "A") + token_of(shared.waiting)[1:],
        "fjord": fjord.row.pk,
        "bakery": bakery.pk,
        "shown": make_offer(shared.waiting, today=oslo_date(database_clock())).fingerprint,
        "order_shown": order_shown(bakery, services["fresh"]),
        "org_number": bakery.org_number,
        **{name: run.pk for name, run in runs.items()},
    }
    return house


def fill_import(firm: "Firm", canary: str) -> int:
    """A file of the firm's administrator, looked through and ready to be imported."""
    text = f"Navn;{canary}\nNy {canary};x\n"
    made = upload_import(by=firm.boss, file_name=f"{canary}.csv", content=text.encode())
    choose_columns(client_import=made, by=firm.boss, columns=["name", ""], is_headed=True, duplicates="skip")
    go_on(made.pk)
    return made.pk


def age_invitations() -> None:
    """Mailed some time ago, so that they may be mailed again."""
    Invitation.objects.update(mailed_at=factories.LONG_AGO)


def receipt_of(client) -> Receipt:
    return Receipt.objects.get(activation__client=client)


def order_shown(company, service) -> str:
    today = oslo_date(database_clock())
    return make_order(company, service.variants.get(), months=12, day=today).fingerprint


def token_of(activation) -> str:
    return links.make_token(activation.pk, activation.link_version)


def make_company(canary: str, *, number: int):
    company = factories.CompanyFactory(name=f"Selskap {canary} AS", org_number=factories.org_number(number))
    user = factories.UserFactory(name=f"Sjef {canary}", email=f"sjef@{canary}.example", phone=f"22 {canary}")
    place = factories.CompanyUserFactory(company=company, user=user, is_main_contact=True, phone=f"22 {canary}")
    return company, place


def add_user(company, role: str, word: str):
    user = factories.UserFactory(name=f"En {word}", email=f"{word}@{BAKERY}.example")
    factories.CompanyUserFactory(company=company, user=user, role=role)
    return user


class Card:
    """One client of a firm, with its contacts and tasks."""

    client = contact = other_contact = task = closed_task = waiting = proposal = None


class Firm:
    """One of the two firms, and how it works."""

    def __init__(self, house: House, services: dict, *, number: int, canary: str, only: str, slug: str) -> None:
        self.services, self.number, self.canary, self.only = services, number, canary, only
        self.row = factories.FirmFactory(
            name=f"Byrå {canary} AS", slug=f"{slug}-{canary}", email=f"post@{canary}.example", phone=f"21 {canary}"
        )
        self.boss = self.hire("Sjef", role=Employee.Role.ADMINISTRATOR)
        self.inner = self.hire("Indre", name_canary=only)

    def invite(self, address: str) -> Invitation:
        return invite_employee(
            firm=self.row, email=address, name="En invitert", role="employee", client_access="all", by=self.boss
        )

    def hire(self, name: str, *, name_canary: str | None = None, user_is_active: bool = True, **fields) -> Employee:
        canary = self.canary if name_canary is None else name_canary
        user = factories.UserFactory(
            name=f"{name} {canary}".strip(),
            email=f"{name.lower()}@{canary or 'eksempel'}.example",
            phone=f"22 {canary}",
            is_active=user_is_active,
        )
        return factories.EmployeeFactory(firm=self.row, user=user, **fields)

    def take(
        self, company, name: str, *, number: int | None = None, name_canary: str = "", workers: list | None = None
    ) -> Card:
        """A client. The name of a new company's card becomes the company's name, so the company may read it."""
        card, only = Card(), self.only
        card.client = factories.ClientFactory(
            firm=self.row, number=number or self.number, name=f"{name} {name_canary or only}", street=f"Gata {only}",
            postal_code=only, city=f"By {only}", email=f"kunde@{only}.example", phone=f"90 {only}",
            account_manager=self.inner,
            org_number=company.org_number if company else factories.org_number(910),
        )  # fmt: skip
        card.contact = factories.ContactFactory(
            client=card.client, name=f"Kontakt {self.canary}", email=f"kontakt@{self.canary}.example",
            phone=f"91 {self.canary}",
        )  # fmt: skip
        card.other_contact = factories.ContactFactory(
            client=card.client, name=f"Skjult {only}", email=f"skjult@{only}.example", phone=f"92 {only}", is_main=False
        )
        shared = factories.TaskTypeFactory(
            firm=self.row, name=f"Oppgave {self.canary}", name_en=f"Task {self.canary}"
        )  # the company's
        inner = factories.TaskTypeFactory(firm=self.row, name=f"Oppgave {only}", name_en=f"Task {only}")
        card.task = factories.TaskFactory(
            client=card.client,
            type=shared,
            period=f"Periode {self.canary}",
            owner=self.boss,
            participants=workers or [],
        )
        card.closed_task = factories.TaskFactory(
            client=card.client, type=inner, owner=self.inner, closed_at=factories.LONG_AGO
        )
        return card

    def draft(self, card: Card, code: str, **answers) -> Activation:
        service = self.services[code]
        variant = service.variants.filter(code="smart").first() or service.variants.get()
        draft = actions.start_activation(client=card.client, service=service, by=self.boss, variant=variant)
        asked = {"contact_name": f"Eva {self.canary}", "contact_phone": f"93 {self.canary}"} if answers else {}
        if not draft.keeps_agreement:
            asked |= {"payer": "firm", "period_months": 12 if service.has_period else 1}
        if asked:
            actions.save_answers(activation=draft, by=self.boss, answers=asked | answers)
        return draft

    def send(self, card: Card, code: str, **answers) -> Activation:
        ticked = ["name_differs", "address_incomplete", "receiver_own_domain"]
        return actions.send_activation(activation=self.draft(card, code, **answers), by=self.boss, acknowledged=ticked)

    def propose(self, card: Card) -> ForwardProposal:
        """What the bakery proposes to this firm; a wrong person had the request before."""
        who = f"{BAKERY} {self.canary}"
        ReplacedLink.objects.create(
            firm=self.row, activation=card.waiting, link_version=0, token_hash=self.canary,
            replaced_at=factories.LONG_AGO, disowned_at=factories.LONG_AGO,
            disowned_email=f"feil@{self.canary}.only.example",
        )  # fmt: skip
        Forwarding.objects.create(
            firm=self.row, activation=card.waiting, link_version=card.waiting.link_version, name=f"Leder {who}",
            email=f"leder@{BAKERY}.{self.canary}.example", message=f"Ta denne, hilsen {who}",
            forwarded_at=factories.LONG_AGO,
        )  # fmt: skip
        return ForwardProposal.objects.create(
            firm=self.row, activation=card.waiting, name=f"Ny {who}", email=f"ny@{BAKERY}.{self.canary}.example",
            phone=f"94 {who}", proposed_by_name=f"Leder {who}",
            proposed_by_email=f"leder@{BAKERY}.{self.canary}.example", message=f"Ta denne, hilsen {who}",
            proposed_at=database_clock(),
        )  # fmt: skip

    def collaborate(self, card: Card, *, by: CompanyUser) -> Activation:
        activation = self.send(card, "eaccounting")
        shown = make_offer(activation, today=oslo_date(database_clock())).fingerprint
        return actions.approve_activation(activation=activation, by=by, shown=shown, accepts_terms=True)

    def preview(self, card: Card, code: str = "fresh") -> BulkRun:
        run = bulk_actions.begin_run(deed="activate", chosen=[card.client.pk], by=self.boss)
        choices = {"services": {code: ""}, "payer": "firm", "period_months": 12, "task_type": None}
        return bulk_actions.choose(run=run, by=self.boss, choices=choices)

    def start(self, card: Card, code: str = "fresh") -> BulkRun:
        run = self.preview(card, code)
        run.rows.update(is_ticked=True)
        return bulk_actions.start_run(run=run, by=self.boss)

    def finish(self, card: Card) -> BulkRun:
        """Nothing has come of it: the card is not as the preview showed it any more."""
        run = self.start(card)
        run.rows.update(plan=run.rows.get().plan | {"payer": "company"})
        bulk_actions.work_on(run.pk)
        return run

    def ask_for_pro(self, card: Card) -> SubscriptionChange:
        subscription, today = subscription_of(card), oslo_date(database_clock())
        pro = subscription.service.variants.get(code="pro")
        shown = plan_variant(subscription, pro, asking=self.row.pk, day=today).fingerprint
        return agreement_actions.change_variant(subscription=subscription, variant=pro, by=self.boss, shown=shown)

    def ask_to_pay(self, card: Card) -> SubscriptionChange:
        """The company is to pay from the next period on."""
        subscription, today = subscription_of(card), oslo_date(database_clock())
        shown = plan_payer(subscription, None, asking=self.row.pk, day=today).fingerprint
        return agreement_actions.change_payer(subscription=subscription, firm=None, by=self.boss, shown=shown)


def subscription_of(card: Card) -> Subscription:
    return Collaboration.objects.get(client=card.client, ended_at=None).subscription


def place_fields(house: House, role: str) -> dict:
    """The firm's and the company's id that a form of this person's pages would carry."""
    return {Place.FIRM_FIELD: house.firm_of[role].pk, Place.COMPANY_FIELD: house.company_of[role].pk}
