"""A firm never learns whether an address has a user: two worlds that differ by nothing else look the same to it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from collaboration import actions, links
from collaboration.models import Activation
from ground.clock import database_clock
from notifications.actions import record_delivery
from notifications.models import Alert, Email
from organisations.actions import accept_place, accept_place_with_password
from organisations.actions.invitations import invite_employee
from organisations.models import CompanyUser, User
from tests import factories

pytestmark = pytest.mark.django_db

EVA = "eva@aasblomster.example"
SERVICE = "/kunder/1003/samarbeid/eaccounting/"
PAGES = (
    SERVICE, f"{SERVICE}aktiver/kontroller/", f"{SERVICE}aktiver/avtale/", f"{SERVICE}rett-adressen/",
    f"{SERVICE}endre/", f"{SERVICE}trekk-tilbake/", "/kunder/1003/", "/kunder/1003/samarbeid/", "/kunder/",
    "/samarbeid/", "/samarbeid/eksport.csv", "/varsler/", "/medarbeidere/",
)  # fmt: skip


@pytest.fixture
def clock():
    """This moment, as the mails' own hours are the database's."""
    return database_clock


@dataclass
class Firm:
    """All that comes to the firm's eyes, its numbers blotted out, and how much the database was asked for it."""

    pages: dict = field(default_factory=dict)
    queries: dict = field(default_factory=dict)
    mails: list = field(default_factory=list)
    alerts: list = field(default_factory=list)


def blot(text: str) -> str:
    """Without what differs from one row, hour or page to the next."""
    text = re.sub(r'name="(csrfmiddlewaretoken|_by|_form_key)" value="[^"]*"|nonce="[^"]*"', "", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(Message-ID|Date|boundary|--=)[^\n]*|={3,}\d+={2}", "", text)
    return re.sub(r"\d+", "0", text)


def look(browser, kari) -> Firm:
    found = Firm()
    for path in PAGES:
        with CaptureQueriesContext(connection) as asked:
            response = browser.get(path)
        found.pages[path] = (response.status_code, blot(response.content.decode()))
        found.queries[path] = len(asked)
    mails = Email.objects.filter(to=kari.user.email).order_by("pk")
    found.mails = [(mail.kind, mail.subject, blot(bytes(mail.message).decode())) for mail in mails]
    found.alerts = [(alert.kind, alert.words) for alert in Alert.objects.order_by("pk")]
    return found


# --- What becomes of the request ---------------------------------------------------------------------------------


def mail_of(activation: Activation) -> Email:
    return Email.objects.filter(kind="activation_sent", subject_id=activation.pk).latest("pk")


def fare(**columns) -> Callable:
    """The mail of the request is as these columns say, some of them hours ago."""

    def changed(case: SimpleNamespace) -> None:
        mail = mail_of(case.activation)
        hours = {name: mail.posted_at - timedelta(hours=ago) for name, ago in columns.items() if name.endswith("_at")}
        Email.objects.filter(pk=mail.pk).update(**columns | hours)

    return changed


def tell(kind: str) -> Callable:
    """The provider says what became of it."""

    def told(case: SimpleNamespace) -> None:
        mail = mail_of(case.activation)
        Email.objects.filter(pk=mail.pk).update(status="sent", attempts=1, sent_at=mail.posted_at)
        at = mail.posted_at + timedelta(seconds=1)
        record_delivery(email_id=mail.pk, event_id=f"{kind}{mail.pk}", type=kind, at=at, reason="Ukjent mottaker")
        actions.react_to_bounces()

    return told


def age(case: SimpleNamespace) -> None:
    """The request's time is over."""
    Activation.objects.filter(pk=case.activation.pk).update(expires_at=database_clock() - timedelta(days=1))


def expire(case: SimpleNamespace) -> None:
    age(case)
    actions.expire_activations()


def remind(case: SimpleNamespace) -> None:
    actions.send_due_reminders(clock=lambda: database_clock() + timedelta(days=8))


def propose(case: SimpleNamespace) -> None:
    receiver = {"name": "Anne Vik", "email": "anne@aasblomster.example", "phone": ""}
    actions.forward_activation(activation=case.activation, by=None, link_version=1, **receiver)


def correct(case: SimpleNamespace) -> None:
    """From another address to the one that has a user, or not."""
    for address, version in (("anne@aasblomster.example", 1), (EVA, 2)):
        actions.correct_address(
            activation=case.activation, by=case.kari, name="Eva Ås", email=address, link_version=version
        )


def accept(case: SimpleNamespace) -> CompanyUser:
    """Who has a user signs in, who has none makes one; from here on it has proved to be there."""
    place, user = links.offered_place(case.activation), User.objects.filter(email=EVA).first()
    if user:
        return accept_place(place=place, user=user)
    return accept_place_with_password(place=place, password="et langt og godt passord")


def see(case: SimpleNamespace) -> None:
    actions.see_activation(activation=case.activation, by=accept(case))


def decline(case: SimpleNamespace) -> None:
    actions.decline_activation(activation=case.activation, by=accept(case), reason="other")


def approve(case: SimpleNamespace) -> None:
    case.approve(case.activation, by=accept(case))


def invite(case: SimpleNamespace) -> None:
    """As a co-worker."""
    answers = {"email": EVA, "name": "Eva Ås", "role": "employee", "client_access": "all"}
    invite_employee(firm=case.kari.firm, by=case.kari, **answers)


STATES: dict[str, Callable] = {
    "queued": lambda case: None,
    "sent": fare(status="sent", attempts=1, sent_at=1),
    "sent long ago": fare(status="sent", attempts=1, sent_at=50),
    "put off": fare(attempts=1, last_error="451 Prøv igjen senere"),
    "delayed": fare(status="sent", attempts=1, sent_at=2, delayed_at=1),
    "dead": fare(status="dead", attempts=8, last_error="Connection refused"),
    "delivered": tell("delivered"),
    "bounced": tell("bounced"),
    "reminded": remind,
    "disowned": lambda case: actions.disown_activation(activation=case.activation),
    "proposed": propose,
    "corrected": correct,
    "over": age,
    "expired": expire,
    "withdrawn": lambda case: actions.withdraw_activation(activation=case.activation, by=case.kari),
    "changed": lambda case: actions.change_activation(activation=case.activation, by=case.kari),
    "accepted": accept,
    "seen": see,
    "declined": decline,
    "approved": approve,
    "invited": invite,
}


def has_a_user() -> None:
    """A stranger to the firm, in a company of its own, called as the firm calls the receiver."""
    user = factories.UserFactory(name="Eva Ås", email=EVA)
    factories.CompanyUserFactory(user=user, company=factories.CompanyFactory(name="Et annet selskap AS"))


@pytest.mark.parametrize("state", ["draft", *STATES])
def test_the_firm_sees_the_same_whether_the_address_has_a_user_or_not(state, new, kari, draft, approve, sign_in, clock):
    worlds, browser = [], sign_in(kari)
    for is_user in (True, False):
        with transaction.atomic():
            if is_user:
                has_a_user()
            case = SimpleNamespace(kari=kari, activation=draft(new.client, by=kari), approve=approve)
            if state != "draft":
                case.activation = actions.send_activation(activation=case.activation, by=kari, clock=clock)
                STATES[state](case)
            worlds.append(look(browser, kari))
            transaction.set_rollback(True)

    assert worlds[0].pages[SERVICE][0] == 200
    assert worlds[0] == worlds[1]
