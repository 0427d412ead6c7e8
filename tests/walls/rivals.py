"""Two firms that have a customer of the same organisation number, and all that each side gets to see of it.

A side is a firm, its own card of the customer, and the person whom it asks. Its life goes in steps, from the draft to
the receipt; what every page, file and mail of a step said, and what the step asked the database, is kept. Numbers,
links and what a browser gets to keep are taken out: the rest must not know whether another firm has asked.
"""

import email
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.policy import default

from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collaboration import links
from collaboration.models import Activation
from collaboration.offers import make_offer
from ground.clock import database_clock, oslo_date
from notifications.models import Email
from organisations.models import CompanyUser, Employee, User
from organisations.places.current import Place
from tests import factories
from tests.sign_in import sign_in_as
from tests.walls.crawl import unpack

VIDDA, FJORD = "zzvidda", "zzfjord"
ORG_NUMBER = factories.org_number(920)
PASSWORD = "blomster-paa-torget"
KEPT_APART = (
    (re.compile(rb'name="_by" value="[^"]*"'), b'name="_by"'),  # who typed it, and in which second
    (re.compile(rb"<[0-9a-f-]{36}@"), b"<M@"),  # Message-ID
    (re.compile(rb"[A-Za-z0-9_-]{40,}"), b"T"),  # links, tokens, codes
    (re.compile(rb"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), b"H"),  # a request's, a form's name
    (re.compile(rb"\d+"), b"0"),  # ids, hours
)


LITERAL = re.compile(r"'(?:[^']|'')*'(?:::\w+)?")
OF_THE_CLOCK = re.compile(r"SAVEPOINT|usersessions_usersession")  # when a device was seen last, now and then


def without_numbers(body: bytes) -> bytes:
    for pattern, word in KEPT_APART:
        body = pattern.sub(word, body)
    return body


def shape_of(sql: str) -> str:
    """A statement without what it asks for: the same work has the same shape."""
    return re.sub(r"= (?:NULL|\d+)\b", "= S", re.sub(r"\d+", "0", LITERAL.sub("S", sql)))


@dataclass
class Heard:
    """One answer or mail: `what` it is, its words, and the statements that it took."""

    what: str
    words: bytes
    asked: list[str] = field(default_factory=list)


@dataclass
class Side:
    """One firm with its customer, and what both have heard so far."""

    canary: str
    boss: Employee
    client: object
    receiver: str  # the address
    heard: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.office, self.customer = sign_in_as(self.boss.user), Browser()
        self.last_mail = 0

    # --- What it does

    def ask(self) -> None:
        """The wizard, from the service's page to `Aktiver`."""
        task, contact = self.client.tasks.get(), self.client.contacts.get(is_main=True)
        self.look(self.office, self.page("service-detail"))
        self.send(self.office, self.page("activation-start"), variant="smart")
        self.look(self.office, self.page("activation-agreement"))
        self.send(
            self.office, self.page("activation-agreement"), task=task.pk, payer="company", period_months="12",
            contact_name=contact.name, contact_email=self.receiver, contact_phone=contact.phone,
        )  # fmt: skip
        self.look(self.office, self.page("activation-check"))
        self.send(self.office, self.page("activation-check"))

    def watch(self) -> None:
        """Every page and file of the office that tells of the request."""
        for name in ("client-list", "collaboration-list", "alert-list", "charge-list", "my-tasks"):
            self.look(self.office, reverse(f"office:{name}"))
        for name in ("client-detail", "client-collaboration"):
            self.look(self.office, reverse(f"office:{name}", args=[self.client.number]))
        for kind in ("csv", "xlsx"):
            self.look(self.office, reverse("office:collaboration-export", args=[kind]))
        self.look(self.office, self.page("service-detail"))
        scanner = reverse("collaboration:service-detail", args=[self.client.number, "scanner"])
        self.look(self.office, scanner)

    def open_link(self) -> None:
        token = links.make_token(self.request.pk, self.request.link_version)
        for address in (reverse("links:link", args=[token]), reverse("links:disown-link", args=[token])):
            self.look(self.customer, address, follow=True)
        for name in ("link-password", "link-disown", "link-forward"):
            self.look(self.customer, reverse(f"links:{name}"), follow=True)
        self.look(self.customer, reverse("account_login"))

    def accept(self) -> None:
        """By the link, for who is nobody's user; signed in, from the list of offers, for who is."""
        user = User.objects.filter(email=self.receiver).first()
        if user is None:
            self.send(self.customer, reverse("links:link-password"), password=PASSWORD)
            return
        self.customer = sign_in_as(user)
        for offer in CompanyUser.objects.offered_to(user).filter(company=self.request.company):
            self.look(self.customer, reverse("links:offer-list"))
            self.send(self.customer, reverse("links:offer-accept", args=[offer.pk]))

    def read(self) -> None:
        """Every page and file of Mine tjenester, and the file with all that is kept of the person."""
        for page in ("overview", "order-list", "charge-list"):
            self.look(self.customer, reverse(f"my_services:{page}"))
        self.look(self.customer, self.request_page())
        self.look(self.customer, self.request_page("forward"))
        self.look(self.customer, reverse("company_users:user-list"))
        self.look(self.customer, reverse("my_services:charge-export", args=["csv"]))
        self.look(self.customer, reverse("my_services:order-create", args=["scanner"]))
        self.look(self.customer, reverse("account:detail"))
        self.look(self.customer, reverse("privacy:own-data"))
        for receipt in self.place.company.receipts.all():
            self.look(self.customer, reverse("my_services:receipt-detail", args=[receipt.number]))
        for subscription in self.place.company.subscriptions.all():
            self.look(self.customer, reverse("my_services:service-detail", args=[subscription.service.code]))
            self.look(self.customer, reverse("my_services:service-open", args=[subscription.service.code]))

    def approve(self) -> None:
        shown = make_offer(self.request, today=oslo_date(database_clock())).fingerprint
        self.send(self.customer, self.request_page("approve"), shown=shown, accepts_terms="on")

    def decline(self) -> None:
        self.send(self.customer, self.request_page("decline"), reason="other", comment=f"Nei fra {self.canary}")

    def order(self, code: str = "scanner") -> None:
        page = reverse("my_services:order-create", args=[code])
        form = self.customer.get(page).context["form"]
        shown = {name: form[name].value() for name in form.fields if name.startswith("shown_")}
        self.send(self.customer, page, months=12, accepts_terms="on", **shown)

    def invite(self) -> None:
        self.send(
            self.customer, reverse("company_users:user-invite"), name=f"Ny {self.canary}",
            email=f"ny@{self.canary}.example", role="user",
        )  # fmt: skip

    def withdraw(self) -> None:
        self.send(self.office, self.page("activation-withdraw"))

    def resend(self) -> None:
        self.send(self.office, self.page("activation-resend"))

    def correct(self, address: str) -> None:
        request = self.request
        self.look(self.office, self.page("activation-correct-address"))
        self.send(
            self.office, self.page("activation-correct-address"), name=f"Ny {self.canary}", email=address,
            phone=f"94 {self.canary}", link_version=request.link_version,
        )  # fmt: skip
        self.receiver, self.customer = address, Browser()

    def disown(self) -> None:
        self.send(self.customer, reverse("links:link-disown"))

    # --- How it does it

    @property
    def request(self) -> Activation:
        requests = Activation.objects.select_related("firm", "client", "company", "service", "variant", "task__type")
        return requests.filter(client=self.client).latest("pk")

    @property
    def place(self) -> CompanyUser:
        """The receiver's, once he has one."""
        places = CompanyUser.objects.active().filter(company__org_number=ORG_NUMBER, user__email=self.receiver)
        return places.select_related("company", "user").get()

    def page(self, name: str) -> str:
        return reverse(f"collaboration:{name}", args=[self.client.number, "eaccounting"])

    def request_page(self, verb: str = "detail") -> str:
        return reverse(f"my_services:activation-{verb}", args=[self.request.pk])

    def look(self, browser: Browser, path: str, *, follow: bool = False) -> None:
        self.listen(f"GET {path}", lambda: browser.get(path, follow=follow))

    def send(self, browser: Browser, path: str, **fields: object) -> None:
        places = CompanyUser.objects.active().filter(user__email=self.receiver)
        current = browser.session.get(Place.COMPANY_FIELD) or places.values_list("company", flat=True).first()
        own = {Place.FIRM_FIELD: self.boss.firm_id, Place.COMPANY_FIELD: current or ""}
        self.listen(f"POST {path}", lambda: browser.post(path, {**own, **fields}))

    def listen(self, what: str, visit: Callable) -> None:
        with CaptureQueriesContext(connection) as queries:
            answer = visit()
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        headers = [f"{name}: {value}" for name, value in sorted(answer.headers.items())]
        told = "\n".join([str(answer.status_code), *headers, *map(str, getattr(answer, "redirect_chain", ()))])
        what = without_numbers(what.encode()).decode()
        asked = [shape_of(query["sql"]) for query in queries if not OF_THE_CLOCK.search(query["sql"])]
        self.heard.append(Heard(what, without_numbers(told.encode() + b"\n" + unpack(body)), asked))

    def open_mails(self, mine: Callable[[Email], bool]) -> None:
        """What has come to the firm and to its customer since."""
        for mail in Email.objects.filter(pk__gt=self.last_mail).order_by("pk"):
            if mine(mail):
                self.heard.append(Heard(f"{mail.kind} to {mail.to}", without_numbers(text_of(mail).encode())))
            self.last_mail = mail.pk


def text_of(mail: Email) -> str:
    message = email.message_from_bytes(bytes(mail.message), policy=default)
    parts = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*map(str, message.values()), *parts, mail.subject])


def make_side(canary: str, *, number: int, receiver: str = "") -> Side:
    """A firm whose every word holds the canary: its own, of its card of the customer, and of whom it asks there."""
    firm = factories.FirmFactory(name=f"Byrå {canary} AS", slug=canary, phone=f"21 {canary}")
    user = factories.UserFactory(name=f"Sjef {canary}", email=f"sjef@{canary}.example", phone=f"22 {canary}")
    boss = factories.EmployeeFactory(firm=firm, user=user, role=Employee.Role.ADMINISTRATOR)
    receiver = receiver or f"leder@{canary}-kunde.example"
    client = factories.ClientFactory(
        firm=firm, number=number, name=f"Kunde {canary} AS", org_number=ORG_NUMBER, street=f"Gata {canary}"
    )
    factories.ContactFactory(client=client, name=f"Leder {canary}", email=receiver, phone=f"91 {canary}")
    task_type = factories.TaskTypeFactory(firm=firm, name=f"Oppgave {canary}")
    factories.TaskFactory(client=client, type=task_type, owner=boss)
    return Side(canary, boss, client, receiver)


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside has never been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
