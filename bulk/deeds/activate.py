"""Activate: the same request to many clients, in one service or several."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from bulk.deeds.deed import HOLD, Changed, Deed
from bulk.deeds.requests import check_unsent
from bulk.models import BulkRow, BulkRun
from clients.models import Client, Task
from collaboration import actions, preflight
from collaboration.actions.asking.draft import default_answers
from collaboration.actions.locks import lock_activation, lock_company_of
from collaboration.facts import ASKED, Facts, GatheredFacts
from collaboration.models import Activation
from collaboration.preflight import Level
from collaboration.scenarios import Scenario, Standing
from ground.clock import oslo_date
from organisations.companies.rows import lock_rows
from subscriptions.models import Service, Variant

DRAFT_THERE = "draft_there"  # yellow: a colleague's draft is sent, with what is chosen here
SEVERAL_TASKS, NO_TASK_OF_TYPE = "several_tasks", "no_task_of_type"


class Activate(Deed):
    mails = True

    def plan(self, run: BulkRun, *, at: datetime) -> Iterable[BulkRow]:
        today = oslo_date(at)
        clients, services = clients_of(run), services_of(run)
        facts = GatheredFacts(run.firm, clients, services, today=today)
        drafts = {
            (draft.client_id, draft.service_id): draft.pk
            for draft in Activation.objects.drafts().filter(client__in=clients, service__in=services)
        }
        for client in clients:
            for service in services:
                draft = drafts.get((client.pk, service.pk))
                yield plan_row(run, client, service, draft=draft, facts=facts, today=today)

    def perform(self, row: BulkRow, run: BulkRun, *, at: datetime) -> Activation | None:
        client, service = row.client, row.service
        assert service is not None  # of every row of this deed
        if client.org_number:
            lock_rows(client.org_number)  # before the client, as everywhere
        variant = Variant.objects.filter(pk=row.plan["variant"]).select_related("service").first()
        draft = actions.start_activation(client=client, service=service, by=run.by, variant=variant)
        if draft.started_at < at:
            check_foreseen(row)
            actions.refresh_scenario(activation=draft)
        answers = answers_of(draft, run, draft.client)
        actions.save_answers(activation=draft, by=run.by, answers=answers)
        if facts_of(draft, facts=ASKED, today=oslo_date(at)) != row.plan:
            raise Changed
        return actions.send_activation(
            activation=draft, by=run.by, acknowledged=row.yellow if row.is_ticked else (), mail_not_before=at + HOLD
        )

    def undo(self, row: BulkRow, run: BulkRun) -> None:
        activation = row.activation
        assert activation is not None  # of every row that was done
        lock_company_of(activation.pk)
        activation = lock_activation(activation.pk)
        check_unsent(activation)
        actions.withdraw_activation(activation=activation, by=run.by)


def check_foreseen(row: BulkRow) -> None:
    """Raise Changed where a colleague has begun a draft since the preview, which would be sent with other answers."""
    if DRAFT_THERE not in row.yellow:
        raise Changed


def clients_of(run: BulkRun) -> list[Client]:
    """The chosen clients that the employee sees, in the list's order, with what a plan asks of each."""
    tasks = Task.objects.open().with_people().order_by("opened_at")
    clients = Client.objects.visible_to(run.by).filter(pk__in=run.chosen).select_related("firm")
    clients = clients.prefetch_related("contacts", Prefetch("tasks", tasks, to_attr="open_tasks"))
    place = {pk: index for index, pk in enumerate(run.chosen)}
    return sorted(clients, key=lambda client: place[client.pk])


def services_of(run: BulkRun) -> list[Service]:
    chosen = Service.objects.filter(code__in=run.choices.get("services", {}))
    return list(chosen.prefetch_related("variants"))


def plan_row(
    run: BulkRun, client: Client, service: Service, *, draft: int | None, facts: Facts, today: date
) -> BulkRow:
    """The row of one client and service: the request as it would be, checked as on the wizard's last page."""
    standing = facts.find_standing(client, service)
    asked = Activation(
        pk=draft, firm=run.firm, client=client, service=service, scenario=standing.scenario, started_by=run.by,
        variant=variant_of(run, service, standing),
    )  # fmt: skip
    for name, value in answers_of(asked, run, client).items():
        setattr(asked, name, value)
    findings = preflight.check(asked, standing, today=today, facts=facts)
    red = [explain_task(finding.code, run, client) for finding in findings if finding.level is Level.RED]
    yellow = [finding.code for finding in findings if finding.level is Level.YELLOW]
    if "no_task" in red:
        red = [code for code in red if code not in (SEVERAL_TASKS, NO_TASK_OF_TYPE)]
    return BulkRow(
        firm=run.firm, run=run, client=client, service=service,
        plan=facts_of(asked, facts=facts, today=today),
        red=red, yellow=[*yellow, DRAFT_THERE] if draft else yellow,
    )  # fmt: skip


def explain_task(code: str, run: BulkRun, client: Client) -> str:
    """Why no task could be chosen: the wizard asks for one, a run has to find it."""
    if code != "task_missing":
        return code
    return SEVERAL_TASKS if len(fitting_tasks(run, open_tasks(client))) > 1 else NO_TASK_OF_TYPE


def variant_of(run: BulkRun, service: Service, standing: Standing) -> Variant | None:
    """The customer's own, the service's only one, or the chosen one."""
    if standing.subscription:
        return standing.subscription.variant
    variants = list(service.variants.all())
    if not service.has_variants:
        return variants[0] if len(variants) == 1 else None
    chosen = run.choices["services"].get(service.code)
    return next((variant for variant in variants if variant.code == chosen), None)


def answers_of(asked: Activation, run: BulkRun, client: Client) -> dict[str, Any]:
    """What the run answers on the wizard's pages, as far as the scenario and the service ask it."""
    service, answers = asked.service, {"task": choose_task(run, open_tasks(client))}
    if asked.scenario != Scenario.SUBSCRIBED:
        answers |= {"payer": run.choices.get("payer", ""), "period_months": run.choices.get("period_months")}
    return answers | default_answers(client=client, service=service, scenario=asked.scenario)


def open_tasks(client: Client) -> list[Task]:
    """The client's open tasks, gathered before or asked now."""
    gathered: list[Task] | None = getattr(client, "open_tasks", None)
    return list(client.tasks.open().with_people().order_by("opened_at")) if gathered is None else gathered


def fitting_tasks(run: BulkRun, tasks: list[Task]) -> list[Task]:
    type_id = run.choices.get("task_type")
    return [task for task in tasks if type_id in (None, task.type_id)]


def choose_task(run: BulkRun, tasks: list[Task]) -> Task | None:
    """The only open one, or the only one of the chosen type; None where there is none, or a choice."""
    fitting = fitting_tasks(run, tasks)
    return fitting[0] if len(fitting) == 1 else None


def facts_of(asked: Activation, *, facts: Facts, today: date) -> dict[str, Any]:
    """What the preview shows of a request, as ids and codes; the money a month as a text."""
    price: Decimal | None = None
    if not asked.keeps_agreement and asked.variant and asked.period_months:
        price = facts.find_price(asked.variant, asked.period_months, today)
    contact = next((contact for contact in asked.client.contacts.all() if contact.is_main), None)
    return {
        "scenario": str(asked.scenario),
        "variant": asked.variant_id,
        "task": asked.task_id,
        "contact": contact.pk if contact else None,
        "payer": str(asked.payer),
        "months": asked.period_months,
        "price": None if price is None else str(price),
    }
