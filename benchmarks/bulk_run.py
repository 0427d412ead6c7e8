"""Seconds for the preview and the run of many activations, and what a page takes meanwhile.

.venv/bin/python -m devtools.stack -- .venv/bin/python -m benchmarks.bulk_run [--clients 1000] [--profile]

The bounds: a preview of 1,000 within 3 s, their run within 60 s on two cores, pages meanwhile within 1.2 times their
time alone (on a machine that does nothing else).
"""

import argparse
import cProfile
import multiprocessing
import os
import pstats
import statistics
import time
import uuid

import django


def make_firm(clients: int):
    """A firm with so many new clients, each with a contact and a task."""
    from clients.models import Client, Contact, Task
    from ground.clock import database_clock
    from organisations.models import Firm
    from tests import factories

    number = factories.org_number(50_000 + Firm.objects.count())
    firm = factories.FirmFactory(slug=f"benk-{uuid.uuid4().hex[:8]}", org_number=number)
    user = factories.UserFactory(email=f"{uuid.uuid4().hex}@benk.example")
    lead = factories.EmployeeFactory(firm=firm, user=user, role="administrator")
    type_ = factories.TaskTypeFactory(firm=firm)
    rows = Client.objects.bulk_create(
        Client(
            firm=firm, number=1001 + n, name=f"Kunde {n} AS", org_number=factories.org_number(20_000 + n),
            street="Storgata 1", postal_code="0155", city="Oslo",
        )
        for n in range(clients)
    )  # fmt: skip
    Contact.objects.bulk_create(
        Contact(firm=firm, client=row, name="Line Berg", email=f"post@kunde{row.pk}.example", is_main=True)
        for row in rows
    )
    at = database_clock()
    Task.objects.bulk_create(Task(firm=firm, client=row, type=type_, owner=lead, opened_at=at) for row in rows)
    return lead, [row.pk for row in rows]


def ask_pages(user_id: int, stop, times) -> None:
    """Open the list of clients again and again, as one person would, until told to stop."""
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    from organisations.models import User
    from tests.sign_in import sign_in_as

    browser = sign_in_as(User.objects.get(pk=user_id))
    browser.get("/kunder/", follow=True)
    found = []
    while not stop.is_set():
        begin = time.monotonic()
        assert browser.get("/kunder/").status_code == 200
        found.append(time.monotonic() - begin)
        time.sleep(0.2)
    times.put(statistics.median(found))


def time_of_a_page(user_id: int, while_doing) -> float:
    """The median seconds of the page while `while_doing` runs."""
    stop, times = multiprocessing.Event(), multiprocessing.Queue()
    visitor = multiprocessing.Process(target=ask_pages, args=(user_id, stop, times))
    visitor.start()
    try:
        while_doing()
    finally:
        stop.set()
    found = times.get(timeout=60)
    visitor.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "byra.settings"
    os.environ["REQUIRE_SECOND_FACTOR"] = "False"
    multiprocessing.set_start_method("spawn")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bulk import actions, waking
    from tests import factories

    call_command("migrate", verbosity=0)
    waking.current_app.send_task = lambda *args, **kwargs: None
    lead, clients = make_firm(options.clients)
    service = factories.eaccounting()
    choices = {"services": {service.code: "smart"}, "payer": "company", "period_months": 12, "task_type": None}
    alone = time_of_a_page(lead.user_id, lambda: time.sleep(8))

    run = actions.begin_run(deed="activate", chosen=clients, by=lead)
    begin = time.monotonic()
    run = actions.choose(run=run, by=lead, choices=choices)
    preview = time.monotonic() - begin
    actions.start_run(run=run, by=lead)

    seconds: list[float] = []
    profile = cProfile.Profile()

    def work() -> None:
        begin = time.monotonic()
        if options.profile:
            profile.enable()
        while run.rows.waiting().exists():
            actions.work_on(run.pk)
        profile.disable()
        seconds.append(time.monotonic() - begin)

    meanwhile = time_of_a_page(lead.user_id, work)
    states = list(run.rows.values_list("state", flat=True))
    assert states == ["done"] * options.clients, set(states)
    print(f"{options.clients} clients: preview {preview:.1f} s, run {seconds[0]:.1f} s")
    print(f"a page: {alone * 1000:.0f} ms alone, {meanwhile * 1000:.0f} ms meanwhile ({meanwhile / alone:.2f} times)")
    if options.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    connection.close()


if __name__ == "__main__":
    main()
