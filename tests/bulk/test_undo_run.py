"""The mails of a run wait, and until they have left it can be undone."""

from datetime import timedelta

import pytest

from bulk import actions
from bulk.actions import work
from bulk.deeds.deed import HOLD
from collaboration.models import Activation
from ground.clock import database_clock
from ground.refusals import NotAllowed
from notifications.models import Email
from organisations.models import CompanyUser
from tests.bulk.conftest import row_of, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(kari, plain, start):
    run = start(plain.clients, by=kari)
    work.work_on(run.pk)
    return run


def customers_mails():
    return Email.objects.filter(kind="activation_sent").order_by("pk")


def test_the_mails_to_the_customers_wait_ten_minutes(done):
    before, now = HOLD - timedelta(minutes=1), database_clock()

    assert [mail.next_attempt_at - now > before for mail in customers_mails()] == [True] * 3
    assert not Email.objects.waiting(now).filter(kind="activation_sent").exists()


def test_undone_the_requests_are_withdrawn_and_nobody_is_mailed(done, kari):
    run = actions.undo_run(run=done, by=kari)
    work.work_on(run.pk)

    run.refresh_from_db()
    assert (run.state, states(run)) == ("done", {"undone": 3})
    assert set(Activation.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert set(customers_mails().values_list("status", flat=True)) == {"cancelled"}
    assert not CompanyUser.objects.exists()


def test_what_has_left_is_not_taken_back(done, kari, plain):
    first = customers_mails().first()
    Email.objects.filter(pk=first.pk).update(status="sent", sent_at=database_clock())

    run = actions.undo_run(run=done, by=kari)
    work.work_on(run.pk)

    assert states(run) == {"done": 1, "undone": 2}
    assert Activation.objects.get(pk=first.subject_id).status == "pending"


def test_a_request_that_was_answered_meanwhile_stays(done, kari, plain):
    run = actions.undo_run(run=done, by=kari)
    answered = row_of(run, plain.clients[0]).activation
    Activation.objects.filter(pk=answered.pk).update(
        status="withdrawn", decided_at=database_clock(), decided_by=kari.user
    )

    work.work_on(run.pk)

    assert row_of(run, plain.clients[0]).reason == {"codes": ["left"]}
    assert states(run) == {"done": 1, "undone": 2}


def test_undone_half_way_the_rest_is_left_out(kari, plain, start):
    run = start(plain.clients, by=kari)
    work.settle_row(work.find_row(run.pk))

    actions.undo_run(run=run, by=kari)
    work.work_on(run.pk)

    assert states(run) == {"undone": 1, "skipped": 2}


def test_sent_now_they_leave_and_it_cannot_be_undone(done, kari):
    count = actions.send_now(run=done, by=kari)

    assert count == 3
    assert Email.objects.waiting(database_clock()).filter(kind="activation_sent").count() == 3
    with pytest.raises(NotAllowed):
        actions.undo_run(run=done, by=kari)


def test_a_preview_cannot_be_undone_or_sent(kari, plain, preview):
    run = preview(plain.clients, by=kari)

    for deed in (actions.undo_run, actions.send_now, actions.retry_failed):
        with pytest.raises(NotAllowed):
            deed(run=run, by=kari)
