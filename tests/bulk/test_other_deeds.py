"""The other deeds of a run: send again, withdraw, another account manager, put aside."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bulk import actions
from bulk.actions import work
from bulk.models import BulkRun
from clients.models import Client
from collaboration.models import Activation
from ground.clock import database_clock
from ground.refusals import NotAllowed
from notifications.models import Email
from organisations.places.current import Place
from tests.bulk.conftest import row_of, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(kari, plain, start):
    """Three requests that wait, mailed an hour ago."""
    run = start(plain.clients, by=kari)
    work.work_on(run.pk)
    now = database_clock()
    Email.objects.update(status="sent", sent_at=now, secret="")
    Activation.objects.update(link_mailed_at=now - timedelta(hours=1))
    return list(Activation.objects.order_by("pk"))


def start_with(deed, rows, by, **choices) -> BulkRun:
    run = actions.begin_run(deed=deed, chosen=[row.pk for row in rows], by=by)
    return actions.start_run(run=actions.choose(run=run, by=by, choices=choices), by=by)


def test_sent_again_the_mails_wait_and_can_be_undone(kari, waiting):
    Activation.objects.filter(pk=waiting[0].pk).update(link_mailed_at=database_clock())

    run = start_with("resend", waiting, kari)
    work.work_on(run.pk)
    queued = Email.objects.filter(kind="activation_sent", status="queued").count()
    actions.undo_run(run=run, by=kari)
    work.work_on(run.pk)

    assert row_of(run, waiting[0].client).reason == {"codes": ["sent_lately"]}
    assert (queued, states(run)) == (2, {"skipped": 1, "undone": 2})
    assert set(Activation.objects.values_list("status", flat=True)) == {"pending"}
    assert not Email.objects.filter(kind="activation_sent", status="queued").exists()


def test_withdrawn_what_waits_is_closed_and_what_does_not_is_skipped(kari, waiting):
    Activation.objects.filter(pk=waiting[0].pk).update(expires_at=database_clock())

    run = start_with("withdraw", waiting, kari)
    work.work_on(run.pk)

    assert row_of(run, waiting[0].client).reason == {"codes": ["not_waiting"]}
    assert states(run) == {"skipped": 1, "done": 2}
    assert Activation.objects.filter(status="withdrawn").count() == 2


def test_the_clients_get_another_account_manager(kari, ola, plain):
    plain.clients[0].account_manager = ola
    plain.clients[0].save()

    run = start_with("manager", plain.clients, kari, manager=ola.pk)
    work.work_on(run.pk)

    assert set(Client.objects.values_list("account_manager", flat=True)) == {ola.pk}
    assert row_of(run, plain.clients[0]).reason == {"codes": ["is_manager"]}


def test_who_may_not_choose_the_manager_chooses_for_no_client(kari, ola, plain):
    Client.objects.filter(pk=plain.clients[0].pk).update(account_manager=ola)
    plain.clients[1].tasks.update(owner=ola)
    run = actions.begin_run(deed="manager", chosen=[client.pk for client in plain.clients], by=ola)

    run = actions.choose(run=run, by=ola, choices={"manager": kari.pk})

    assert [row.red for row in run.rows.all()] == [[], ["not_yours_to_give"]]


def test_put_aside_are_those_with_which_nothing_runs(kari, plain, waiting):
    Activation.objects.exclude(client=plain.clients[0]).delete()

    run = start_with("deactivate", plain.clients, kari)
    work.work_on(run.pk)

    assert states(run) == {"skipped": 1, "done": 2}
    assert row_of(run, plain.clients[0]).reason == {"codes": ["in_use"]}
    assert Client.objects.filter(is_active=False).count() == 2


def test_requests_out_of_sight_are_not_chosen(ola, waiting):
    with pytest.raises(NotAllowed):
        actions.begin_run(deed="withdraw", chosen=[one.pk for one in waiting], by=ola)


def test_from_the_list_of_requests_to_the_preview(kari, sign_in, waiting):
    browser, place = sign_in(kari), {Place.FIRM_FIELD: kari.firm_id}
    listed = browser.get("/samarbeid/").content.decode()

    begun = browser.post("/masse/ny/", {**place, "deed": "withdraw", "all": "1", "query": "?state=waiting"})
    shown = browser.get(begun.url)

    assert listed.count('name="request"') == 3
    assert begun.url == reverse("office:bulk-detail", args=[BulkRun.objects.latest("pk").pk])
    assert shown.context["totals"].ready == 3


def test_several_services_are_ticked_on_the_clients_own_tab(kari, sign_in, plain):
    browser, number = sign_in(kari), plain.clients[0].number
    answers = {Place.FIRM_FIELD: kari.firm_id, "deed": "activate", "client": number, "service": "eaccounting"}

    page = browser.post("/masse/ny/", answers, follow=True)

    assert page.context["form"].initial["services"] == ["eaccounting"]
