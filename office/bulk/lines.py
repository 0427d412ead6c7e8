"""The rows of a run as its page and its file show them, and what they come to."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bulk.deeds import deed_of
from bulk.models import BulkRow, BulkRun
from bulk.words import finding_in_words, findings_in_words, reason_in_words
from ground.mail_addresses import shown_address
from ground.money import format_nok
from organisations.models import Employee
from subscriptions.models import Variant
from subscriptions.months import months_in_words

TONES = {
    BulkRow.State.READY: "info",
    BulkRow.State.SKIPPED: "neutral",
    BulkRow.State.DONE: "success",
    BulkRow.State.FAILED: "danger",
    BulkRow.State.UNDOING: "warning",
    BulkRow.State.UNDONE: "neutral",
}


@dataclass(frozen=True)
class Line:
    """One row in words."""

    key: str
    client_number: int
    client: str
    org_number: str
    service: str
    scenario: str
    agreement: str
    payer: str
    cost: str
    receiver: str
    change: str
    red: list[str]
    yellow: list[str]
    asks_for_tick: bool
    is_ticked: bool
    state: str
    tone: str
    reason: str
    url: str


def make_lines(rows: list[BulkRow], run: BulkRun) -> list[Line]:
    """Lines of rows that were loaded by `with_names`."""
    variants = Variant.objects.in_bulk({row.plan.get("variant") for row in rows} - {None})
    ids = {row.plan.get(name) for row in rows for name in ("manager_from", "manager")} - {None}
    people = {
        person.pk: person.user.name
        for person in Employee.objects.visible_to(run.by).select_related("user").filter(pk__in=ids)
    }
    return [make_line(row, run, variants, people) for row in rows]


def with_names(rows):
    """The rows with what a line shows."""
    return rows.select_related("client", "service", "activation").prefetch_related("client__contacts")


def make_line(row: BulkRow, run: BulkRun, variants: dict[int, Variant], people: dict[int, str]) -> Line:
    plan, client, service = row.plan, row.client, row.service
    variant = variants.get(plan.get("variant"))
    name, payer, cost = cost_in_words(row, run)
    return Line(
        key=str(row.pk),
        client_number=client.number,
        client=client.name,
        org_number=client.org_number or "",
        service=service.name if service else "",
        scenario=scenario_in_words(plan),
        agreement=", ".join(
            words for words in (variant.name if variant and service.has_variants else "", name) if words
        ),
        payer=payer,
        cost=cost,
        receiver=receiver_in_words(row) if deed_of(run).mails else "",
        change=change_in_words(plan, people),
        red=findings_in_words(row.red),
        yellow=findings_in_words(row.yellow),
        asks_for_tick=bool(row.yellow) and not row.red,
        is_ticked=row.is_ticked,
        state=str(row.get_state_display()).capitalize(),
        tone=TONES[BulkRow.State(row.state)],
        reason=reason_in_words(row.reason),
        url=page_of(row),
    )


def page_of(row: BulkRow) -> str:
    if row.service is None:
        return reverse("office:client-detail", args=[row.client.number])
    return reverse("collaboration:service-detail", args=[row.client.number, row.service.code])


def scenario_in_words(plan: dict[str, Any]) -> str:
    words = {"subscribed": _("Har abonnement"), "known": _("På Visma Online"), "new": _("Ny")}
    return words.get(plan.get("scenario", ""), "")


def cost_in_words(row: BulkRow, run: BulkRun) -> tuple[str, str, str]:
    """The agreement's period, who pays, and what it costs a month. Of who has the service nothing changes."""
    plan = row.plan
    if plan.get("scenario") == "subscribed":
        return _("uendret"), _("Uendret"), _("Ingenting nytt")
    if not plan.get("payer"):
        return "", "", ""
    asks = row.service is not None and row.service.has_period
    period = months_in_words(plan["months"]) if plan.get("months") and asks else ""
    payer = run.firm.name if plan["payer"] == "firm" else row.client.name
    if plan.get("price") is None:
        return period, payer, ""
    price = Decimal(plan["price"])
    return period, payer, _("%(price)s kr/md.") % {"price": format_nok(price)} if price else _("Gratis")


def change_in_words(plan: dict[str, Any], people: dict[int, str]) -> str:
    """From whom to whom the clients go; empty of other deeds."""
    if not plan.get("manager"):
        return ""
    names = {"before": people.get(plan["manager_from"], _("ingen")), "after": people.get(plan["manager"], "")}
    return _("%(before)s → %(after)s") % names


def receiver_in_words(row: BulkRow) -> str:
    """Who gets the mail: of a request as it was sent, before it the client's main contact."""
    if row.activation is not None and row.activation.contact_email:
        return f"{row.activation.contact_name}, {shown_address(row.activation.contact_email)}"
    contact = next((contact for contact in row.client.contacts.all() if contact.is_main), None)
    return f"{contact.name}, {shown_address(contact.email)}" if contact and contact.email else ""


@dataclass(frozen=True)
class Totals:
    """What a preview comes to."""

    rows: int
    ready: int
    unticked: int
    skipped: int
    mails: bool
    skipped_why: list[tuple[str, int]]
    yellow: list[tuple[str, str, int]]
    firm_pays: str
    clients_pay: str


def count_preview(run: BulkRun) -> Totals:
    """The numbers of a draft, of all its rows."""
    rows = list(run.rows.only("run", "state", "plan", "red", "yellow", "is_ticked"))
    will_run = [row for row in rows if row.will_run]
    skipped = [row for row in rows if row.red]
    reasons = Counter(code for row in skipped for code in row.red[:1])
    yellow = Counter(code for row in rows if not row.red for code in row.yellow)
    return Totals(
        rows=len(rows),
        ready=len(will_run),
        unticked=sum(row.lacks_tick for row in rows),
        skipped=len(skipped),
        mails=deed_of(run).mails,
        skipped_why=[(finding_in_words(code), count) for code, count in reasons.most_common()],
        yellow=[(code, finding_in_words(code), count) for code, count in yellow.most_common()],
        firm_pays=sum_of(will_run, "firm"),
        clients_pay=sum_of(will_run, "company"),
    )


def sum_of(rows: list[BulkRow], payer: str) -> str:
    """What all that one side would pay a month comes to; empty for nothing."""
    paid = [Decimal(row.plan["price"]) for row in rows if row.plan.get("payer") == payer and row.plan.get("price")]
    total = sum(paid, Decimal())
    return _("%(price)s kr per måned eks. mva.") % {"price": format_nok(total)} if total else ""
