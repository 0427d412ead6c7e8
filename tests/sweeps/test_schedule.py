"""Whatever the clock sends every so often does all that is due, however much: in bounded runs, one behind the other."""

import inspect
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, get_type_hints

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from bulk.models import BulkRun
from business_register.models import Answer
from byra.celery import app
from client_imports.models import ClientImport, ImportRow
from collaboration import actions
from collaboration.models import Activation, ReplacedLink
from ground.clock import OSLO, database_clock
from notifications import outbox
from notifications.actions import record_delivery
from notifications.alerts import post_alert
from notifications.models import Email
from organisations.actions import invite_company_user
from organisations.models import CacheEntry, KeptForm
from sweeps import sweep as machine
from sweeps.sweep import LONGEST_PAUSE, Done
from tests import factories
from tests.conftest import NOON, known_customer
from tests.sign_in import sign_in_as

pytestmark = pytest.mark.django_db

ROWS = 3  # due in each sweep; a run takes one
OF_ITS_OWN = {
    "notifications.relay_emails",  # claims mails batch by batch: test_deliver_due_emails
    "bulk.continue_runs",  # wakes what a dead worker left: tests/bulk
    "client_imports.go_on",  # the same: tests/client_imports
    "collaboration.compare_clients",  # as many as may be asked in an hour: test_compare_clients
}
SWEEPS = sorted({entry["task"] for entry in project.CELERY_BEAT_SCHEDULE.values()} - OF_ITS_OWN)
ROUNDS = {"collaboration.clear_disputes"}  # goes round what may stay: test_sweep
MAKERS: dict[str, Callable[["Makers"], datetime | None]] = {}


def due_in(job: str) -> Callable:
    """Register what makes ROWS rows that are due in the job; it returns when, or None for now."""

    def keep(make: Callable) -> Callable:
        MAKERS[job] = make
        return make

    return keep


class Makers:
    """The world in which rows become due: three companies that are known, and one employee."""

    def __init__(self, kari: Any, sent: Callable, approve: Callable, draft: Callable) -> None:
        self.kari, self.sent, self.approve, self.draft = kari, sent, approve, draft

    def customers(self) -> list[Any]:
        return [
            known_customer(self.kari, number, f"Selskap {number} AS", "Per Rør", f"per{number}@orstaror.example")
            for number in range(2001, 2001 + ROWS)
        ]

    def requests(self) -> list[Activation]:
        return [self.sent(case.client, by=self.kari) for case in self.customers()]

    def agreements(self) -> list[Activation]:
        cases = self.customers()
        return [self.approve(self.sent(case.client, by=self.kari), by=case.administrator) for case in cases]


@due_in("collaboration.expire_activations")
def over(world):
    return max(activation.expires_at for activation in world.requests())


@due_in("collaboration.send_due_reminders")
def reminded(world):
    return max(activation.reminders.earliest("due_at").due_at for activation in world.requests())


@due_in("collaboration.react_to_bounces")
def bounced(world):
    for activation in world.requests():
        mail = Email.objects.get(subject_id=activation.pk, kind="activation_sent")
        record_delivery(
            email_id=mail.pk, event_id=f"bounced:{mail.pk}", type="bounced", at=database_clock(), reason="550 nei"
        )


@due_in("collaboration.send_alert_digests")
def gathered(world):
    at = datetime(2026, 3, 10, 12, tzinfo=OSLO)
    for number in range(ROWS):
        employee = factories.EmployeeFactory(firm=world.kari.firm)
        post_alert(
            key=f"hei:{number}", kind="activation_approved", user=employee.user, firm=employee.firm,
            about=employee.firm, words={"client": "Ørsta Rør AS", "service": "Visma eAccounting"}, path="/kunder/",
            at=at, at_once=False, email_context={},
        )  # fmt: skip
    return datetime(2026, 3, 11, 8, tzinfo=OSLO)


@due_in("collaboration.discard_old_drafts")
def left_behind(world):
    for case in world.customers():
        world.draft(case.client, by=world.kari)
    return NOON + timedelta(days=31)


@due_in("agreements.renew_subscriptions")
def renewed(world):
    return max(
        datetime(*agreed.collaboration.subscription.renews_on.timetuple()[:3], 12, tzinfo=OSLO)
        for agreed in world.agreements()
    )


@due_in("agreements.send_renewal_notices")
def noticed(world):
    return renewed(world) - timedelta(days=30)


@due_in("agreements.send_access_notices")
def let_in(world):
    other = factories.EmployeeFactory(firm=world.kari.firm)
    for agreed in world.agreements():
        agreed.collaboration.task.participants.add(other, through_defaults={"firm": other.firm})
    return NOON + timedelta(days=1)


@due_in("privacy.blank_old_receipts")
def signed(world):
    world.agreements()
    return NOON + timedelta(days=366 * (project.RECEIPT_NAME_RETENTION_YEARS + 1))


@due_in("privacy.blank_closed_requests")
def withdrawn(world):
    for activation in world.requests():
        actions.withdraw_activation(activation=activation, by=world.kari, clock=lambda: NOON)
    return NOON + timedelta(days=project.CLOSED_REQUEST_RETENTION_DAYS + 1)


@due_in("privacy.blank_closed_invitations")
def never_answered(world):
    line = world.customers()[0].administrator
    for number in range(ROWS):
        invite_company_user(
            company=line.company, email=f"kim{number}@eksempel.example", name="Kim Lie", role="user", by=line,
            clock=lambda: NOON,
        )  # fmt: skip
    return NOON + timedelta(days=project.CLOSED_INVITATION_RETENTION_DAYS + 10)


@due_in("privacy.forget_disowned_addresses")
def wrong(world):
    for number, activation in enumerate(world.requests()):
        ReplacedLink.objects.create(
            firm=activation.firm, activation=activation, link_version=7, token_hash=str(number), replaced_at=NOON,
            disowned_email=f"feil{number}@orstaror.example", disowned_at=NOON,
        )  # fmt: skip
    return NOON + timedelta(days=400)


@due_in("privacy.delete_old_devices")
def signed_out(world):
    for number in range(ROWS):
        UserSession.objects.create(user=world.kari.user, session_key=f"over{number}", ip="192.0.2.7", last_seen_at=NOON)
    return NOON + timedelta(days=2)


@due_in("privacy.erase_people_who_left")
def gone(world):
    for _number in range(ROWS):
        factories.UserFactory(date_joined=NOON, last_login=None)
    return NOON + timedelta(days=project.LEFT_PERSON_RETENTION_DAYS + 1)


@due_in("notifications.blank_old_emails")
def mailed(world):
    for _number in range(ROWS):
        row = outbox.post_message(EmailMultiAlternatives("Hei", "Tekst", to=["per@orstaror.example"]), kind="hei")
        Email.objects.filter(pk=row.pk).update(status="sent", sent_at=database_clock())
    return database_clock() + timedelta(days=project.EMAIL_RETENTION_DAYS + 1)


@due_in("notifications.delete_old_alerts")
def told(world):
    gathered(world)
    return NOON + timedelta(days=project.ALERT_RETENTION_DAYS + 1)


@due_in("organisations.delete_old_sessions")
def expired(world):
    keys = [sign_in_as(world.kari.user).session.session_key for _number in range(ROWS)]
    Session.objects.filter(session_key__in=keys).update(expire_date=timezone.now() - timedelta(seconds=1))


@due_in("organisations.delete_old_counts")
def counted(world):
    for number in range(ROWS):
        CacheEntry.objects.create(cache_key=f"over{number}", value="", expires=NOON - timedelta(seconds=1))


@due_in("organisations.delete_old_kept_forms")
def typed(world):
    for number in range(ROWS):
        KeptForm.objects.create(
            user=world.kari.user, path=f"/{number}/", fields={}, needs_proof=False, kept_at=NOON, firm=world.kari.firm
        )
    return NOON + timedelta(days=1)


@due_in("bulk.discard_old_runs")
def unused(world):
    for _number in range(ROWS):
        BulkRun.objects.create(firm=world.kari.firm, by=world.kari, deed="activate", chosen=[], created_at=NOON)
    return NOON + timedelta(days=30)


@due_in("business_register.delete_old_answers")
def answered(world):
    for number in range(ROWS):
        Answer.objects.create(about="unit", asked=factories.org_number(number), answered_at=NOON)
    return NOON + timedelta(days=30)


@due_in("privacy.delete_old_import_rows")
def uploaded(world):
    made = ClientImport.objects.create(
        firm=world.kari.firm, by=world.kari, file_name="kunder.csv", size=1, sha256="", first_number=1, total=ROWS,
        created_at=NOON,
    )  # fmt: skip
    for number in range(ROWS):
        ImportRow.objects.create(firm=made.firm, client_import=made, number=number, cells=[])
    return NOON + timedelta(days=project.IMPORT_RETENTION_DAYS + 1)


def deed_of(job: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """The deed that the job runs while something is due."""
    app.loader.import_default_modules()
    task, found = app.tasks[job], []
    monkeypatch.setattr(sys.modules[task.__module__], "run_while_due", lambda _job, deed: found.append(deed) or 0)
    task.run()
    assert found, f"{job} does not go on by itself where more is due: call run_while_due"
    return found[0]


@pytest.mark.parametrize("job", SWEEPS)
def test_each_job_says_whether_it_left_something(job, monkeypatch):
    assert get_type_hints(deed_of(job, monkeypatch))["return"] is Done


def test_each_job_is_tried():
    assert sorted({*MAKERS, *ROUNDS}) == SWEEPS


@pytest.mark.parametrize("job", sorted(MAKERS))
def test_runs_of_one_row_do_all_that_is_due_and_pass_by_one_that_fails(
    job, monkeypatch, settings, kari, sent, approve, draft
):
    deed = deed_of(job, monkeypatch)
    at = MAKERS[job](Makers(kari, sent, approve, draft)) or database_clock()
    settings.SWEEP_ROWS = 1
    poisoned = poison_first_row(monkeypatch)

    runs = [deed(clock=lambda: at) if takes_clock(deed) else deed() for _run in range(ROWS + 1)]

    assert [run.more for run in runs] == [True] * ROWS + [False]
    # What is done in one statement has no row of its own that could fail.
    done = [False, True, True, False] if poisoned else [True, True, True, False]
    assert [bool(run) for run in runs] == done
    if poisoned:
        poisoned[:] = ["nothing more"]
        later = at + LONGEST_PAUSE
        assert [deed(clock=lambda: later) for _run in range(2)] == [1, 0]


def takes_clock(deed: Callable[..., Done]) -> bool:
    return "clock" in inspect.signature(deed).parameters


def poison_first_row(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the first row that a sweep takes fail, now and each time; the list names it once it was taken."""
    poisoned: list[str] = []
    do_rows = machine.do_rows

    def poisoning(batch, deed, *, key, **options):
        def fails_for_the_first(**row):
            known = machine.known_by(row, key)
            if not poisoned:
                poisoned.append(known)
            if known in poisoned:
                raise ValueError
            return deed(**row)

        return do_rows(batch, fails_for_the_first, key=key, **options)

    monkeypatch.setattr(machine, "do_rows", poisoning)
    return poisoned
