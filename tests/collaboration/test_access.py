"""Who of a firm gets in, since when and by whom: page, time line and mails against a recount of the events."""

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.actions import create_task, edit_task
from collaboration import actions, emails
from collaboration.access import read_access_log
from collaboration.agreement_history import agreement_history
from collaboration.doors import may_open
from collaboration.models import AccessNotice, Collaboration
from collaboration.offers import make_offer
from ground.clock import oslo_date
from ground.refusals import NotAllowed
from history.models import Event
from organisations.actions.invitations import accept_invitation, invite_employee
from organisations.models import Employee
from tests import factories
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


class House:
    """Fjord with four people, Ørsta Rør with three tasks and two services, and a clock that goes forward."""

    def __init__(self, known, kari, services):
        self.kari, self.client, self.company, self.per = kari, known.client, known.company, known.administrator
        names = ("Ola Hansen", "Siri Moe", "Tor Vik")
        others = [factories.EmployeeFactory(firm=kari.firm, user=factories.UserFactory(name=name)) for name in names]
        self.people, self.at = [kari, *others], NOON
        self.client.tasks.all().delete()
        kind = factories.TaskTypeFactory(firm=kari.firm)
        self.tasks = [
            create_task(client=self.client, by=kari, type=kind, owner=owner, participants=[], clock=self.clock)
            for owner in (kari, kari, others[0])
        ]
        self.collaborations = [self.begin(service, task) for service, task in zip(services, self.tasks, strict=False)]
        self.told = {one.pk: self.present(one) for one in self.collaborations}
        self.mails: list[tuple[datetime, dict]] = []
        self.checked = 0

    def clock(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def begin(self, service, task) -> Collaboration:
        variant = service.variants.first()
        draft = actions.start_activation(
            client=self.client, service=service, by=self.kari, variant=variant, clock=self.clock
        )
        answers = {"task": task, "payer": "company", "period_months": 12 if service.has_period else 1}
        actions.save_answers(activation=draft, by=self.kari, answers=answers)
        sent = actions.send_activation(activation=draft, by=self.kari, clock=self.clock)
        shown = make_offer(sent, today=oslo_date(self.at)).fingerprint
        approved = actions.approve_activation(
            activation=sent, by=self.per, shown=shown, accepts_terms=True, clock=self.clock
        )
        return approved.collaboration

    def present(self, collaboration) -> set[int]:
        """Of the rows, as the door asks them."""
        task = Collaboration.objects.get(pk=collaboration.pk).task
        return {person.pk for person in task.people if person.is_active}

    # --- The deeds

    def edit(self, one, other, third):
        task = self.tasks[one % 3]
        owner, participants = self.people[other % 4], [self.people[i] for i in range(4) if third >> i & 1]
        edit_task(task=task, by=self.kari, type=task.type, owner=owner, participants=participants, clock=self.clock)

    def move(self, one, other, third):
        collaboration, task = self.collaborations[one % 2], self.tasks[other % 3]
        actions.change_task(collaboration=collaboration, task=task, by=self.kari, clock=self.clock)

    def leave(self, one, other, third):
        leaver, taker = self.people[1 + one % 3], self.people[other % 4]
        actions.deactivate_employee(
            employee=leaver, account_manager=self.kari, task_owner=taker, by=self.kari, clock=self.clock
        )

    def return_(self, one, other, third):
        person = self.people[1 + one % 3]
        invitation = invite_employee(
            firm=self.kari.firm, email=person.user.email, name=person.user.name, role="employee",
            client_access="all", by=self.kari, clock=self.clock,
        )  # fmt: skip
        accept_invitation(invitation=invitation, user=person.user, clock=self.clock)

    def sweep(self, one, other, third):
        actions.send_access_notices(clock=self.clock)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["edit", "edit", "edit", "move", "leave", "return_", "sweep", "sweep"]),
        st.integers(0, 3), st.integers(0, 3), st.integers(0, 15), st.sampled_from([0, 0, 1, 3]),
    ),
    min_size=3,
    max_size=14,
)  # fmt: skip


def recount(collaboration) -> tuple[dict[int, tuple], list[tuple]]:
    """From the events alone, forward and in plain words: who is in (since which day, by whom), and every change."""
    on: dict[int, set[int]] = defaultdict(set)
    gone: set[int] = set()
    task, runs, inside, changes = None, False, {}, []
    for event in Event.objects.order_by("pk"):
        kind, verb, after, before = event.subject_type, event.verb, event.after, event.before
        if kind == "clients.task" and "owner" in after:
            on[event.subject_id] = {after["owner"], *after["participants"]}
        elif kind == "organisations.employee" and verb == "deactivate":
            gone.add(event.subject_id)
            for pk in before["owned"]:
                on[pk] = (on[pk] - {event.subject_id}) | {after["task_owner"]}
            for pk in before["participated"]:
                on[pk] -= {event.subject_id}
        elif kind == "organisations.employee" and verb == "accept":
            gone.discard(event.subject_id)
        elif verb == "approve" and after["collaboration"] == collaboration.pk:
            runs, task = True, collaboration.activation.task_id
        elif verb == "change_task" and event.subject_id == collaboration.pk:
            task = after["task"]
        now = on[task] - gone if runs else set()
        for pk in now - inside.keys():
            inside[pk] = (oslo_date(event.at), None if verb in ("approve", "accept") else event.by_id)
        came_and_went = (sorted(now - changes[-1][1]), sorted(changes[-1][1] - now)) if changes else ([], [])
        if changes and any(came_and_went):
            changes.append((event.at, now))
        if verb == "approve" and after["collaboration"] == collaboration.pk:
            changes.append((event.at, now))
        inside = {pk: told for pk, told in inside.items() if pk in now}
    return inside, changes[1:]


@given(steps=STEPS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_page_the_time_line_and_the_mails_equal_a_recount(steps, known, kari, eaccounting, monkeypatch):
    with transaction.atomic():
        house = House(known, kari, [eaccounting, factories.scanner()])
        monkeypatch.setattr(emails, "access_notice", remember(house, emails.access_notice))
        for verb, one, other, third, days in steps:
            house.at += timedelta(days=days)
            try:
                with transaction.atomic():
                    getattr(house, verb)(one, other, third)
            except NotAllowed:
                pass
            check_pages(house)
            check_mails(house)
        house.at += timedelta(days=1)
        house.sweep(0, 0, 0)
        check_mails(house)
        assert house.told == {one.pk: house.present(one) for one in house.collaborations}
        transaction.set_rollback(True)
    monkeypatch.undo()


def remember(house, post):
    def post_and_remember(company, news, *, on):
        found = {"came": facts_of(news.came), "went": facts_of(news.went)}
        house.mails.append((house.at, found))
        return post(company, news, on=on)

    return post_and_remember


def facts_of(lines) -> dict[tuple[int, str], tuple]:
    found = {(line.employee.pk, name): (line.day, line.by and line.by.pk) for line in lines for name in line.services}
    assert len(found) == sum(len(line.services) for line in lines)
    return found


def check_pages(house):
    collaborations = list(Collaboration.objects.with_everything().order_by("pk"))
    log = read_access_log(collaborations)
    for one in collaborations:
        inside, changes = recount(one)
        told = {
            person.employee.pk: (person.since, person.given_by and person.given_by.pk) for person in log.people_now(one)
        }
        assert told == inside
        assert set(told) == house.present(one)
        assert set(told) == {person.pk for person in house.people if opens(person, one)}
        lines = [item for item in agreement_history(one.subscription, [one], reader=None)
                 if item["title"] == "Endret hvem som har tilgang"]  # fmt: skip
        assert len(lines) == len(changes)


def opens(person: Employee, collaboration) -> bool:
    entry = may_open(person.user, collaboration.company, collaboration.service, as_firm=collaboration.firm_id)
    return entry is not None


def check_mails(house):
    """A mail tells exactly what has changed since the last one, and there is one a day at most."""
    days = [oslo_date(at) for at, _found in house.mails]
    assert len(days) == len(set(days)) == AccessNotice.objects.count()
    for _at, found in house.mails[house.checked :]:
        for one in house.collaborations:
            inside, _changes = recount(Collaboration.objects.get(pk=one.pk))
            name, now = one.service.name, set(inside)
            came = {pk for pk, service in found["came"] if service == name}
            went = {pk for pk, service in found["went"] if service == name}
            assert (came, went) == (now - house.told[one.pk], house.told[one.pk] - now)
            assert all(found["came"][pk, name] == inside[pk] for pk in came)
            house.told[one.pk] = now
    house.checked = len(house.mails)
