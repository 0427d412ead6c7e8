"""Agreements and money: the rows as plain values, and what must hold of them after every step."""

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from django.db import connection

Row = dict[str, Any]

ROWS = {
    "subscriptions": "* FROM subscriptions_subscription ORDER BY id",
    "charges": """id, subscription_id, kind, variant_id, lower(period) AS first_day, upper(period) AS next_day,
        paying_firm_id, monthly_price, amount FROM subscriptions_charge ORDER BY id""",
    "changes": "* FROM agreements_subscriptionchange ORDER BY id",
    "notices": "* FROM agreements_renewalnotice ORDER BY id",
    "collaborations": "* FROM agreements_collaboration ORDER BY id",
    "prices": "variant_id, months, per_month, valid_from FROM subscriptions_price ORDER BY valid_from, id",
    "people": """task.id AS task_id, task.owner_id AS employee_id FROM clients_task task
        UNION SELECT task_id, employee_id FROM clients_taskparticipant ORDER BY 1, 2""",
    "accesses": "subscription_id, company_user_id FROM subscriptions_serviceaccess ORDER BY 1, 2",
    "receipts": "number, record FROM commitments_receipt ORDER BY number",
    "events": "count(*) AS count FROM history_event",
}


@dataclass
class State:
    """Two equal states are the same world."""

    subscriptions: dict[int, Row]
    charges: list[Row]
    changes: dict[int, Row]
    notices: list[Row]
    collaborations: list[Row]
    prices: list[Row]
    people: list[Row]
    accesses: list[Row]
    receipts: list[Row]
    events: list[Row]

    @classmethod
    def read(cls) -> "State":
        """In one round trip: it is read after every step."""
        found: dict[str, Any] = {}
        with connection.cursor() as cursor:
            cursor.execute(";".join(f"SELECT {query}" for query in ROWS.values()))
            for name in ROWS:
                columns = [column.name for column in cursor.description]
                found[name] = [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]
                cursor.nextset()
        for name in ("subscriptions", "changes"):
            found[name] = {row["id"]: row for row in found[name]}
        for row in found["receipts"]:
            row["record"] = json.loads(row["record"])
        return cls(**found)

    def charges_of(self, subscription_id: int) -> list[Row]:
        return [row for row in self.charges if row["subscription_id"] == subscription_id]

    def open_changes(self, subscription_id: int) -> list[Row]:
        rows = self.changes.values()
        return [r for r in rows if r["subscription_id"] == subscription_id and r["status"] in ("proposed", "agreed")]

    def active_collaborations(self, subscription_id: int) -> list[Row]:
        rows = self.collaborations
        return [row for row in rows if row["subscription_id"] == subscription_id and row["ended_at"] is None]

    def list_price(self, variant_id: int, months: int, day: date) -> Decimal:
        rows = (row for row in self.prices if (row["variant_id"], row["months"]) == (variant_id, months))
        return [row["per_month"] for row in rows if row["valid_from"] <= day][-1]

    def is_over(self, subscription: Row, day: date) -> bool:
        """Ended, or past its last day though no sweep has run."""
        stops = subscription["cancelled_on"] or subscription["payer_has_left"]
        return subscription["ended_on"] is not None or bool(
            stops and subscription["renews_on"] and subscription["renews_on"] <= day
        )


def later(day: date, months: int) -> date:
    """Counted here by another way than the product's: month by month, then clamped."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def whole_months(first_day: date, next_day: date) -> int:
    return (next_day.year - first_day.year) * 12 + next_day.month - first_day.month


def check(state: State, *, today: date, monthly: set[int], stays: set[int]) -> None:
    """`monthly` are the services without an agreement period: free variants of theirs have no charges.

    `stays` are the subscriptions whose paying firm has left, and has said afterwards that it pays on.
    """
    check_one_active_each(state)
    for subscription in state.subscriptions.values():
        check_every_day_is_charged_once(state, subscription, today, may_be_free=subscription["service_id"] in monthly)
        check_upgrades(state, subscription)
        check_prices_of_periods(state, subscription)
        check_changes(state, subscription)
        if subscription["id"] not in stays:
            check_a_payer_who_has_left_pays_no_more(state, subscription)


def check_one_active_each(state: State) -> None:
    active = [(row["company_id"], row["service_id"]) for row in state.subscriptions.values() if not row["ended_on"]]
    assert len(active) == len(set(active)), "two active subscriptions of one service"
    pairs = [(row["client_id"], row["service_id"]) for row in state.collaborations if not row["ended_at"]]
    assert len(pairs) == len(set(pairs)), "two active collaborations of one client"
    for row in state.collaborations:
        if row["ended_at"] is None:
            assert not state.subscriptions[row["subscription_id"]]["ended_on"], "a collaboration in nothing"


def check_every_day_is_charged_once(state: State, subscription: Row, today: date, *, may_be_free: bool) -> None:
    covering = [row for row in state.charges_of(subscription["id"]) if row["kind"] != "upgrade"]
    for one, other in pairwise(covering):
        assert one["next_day"] <= other["first_day"], "a day is charged twice"
        assert may_be_free or one["next_day"] == other["first_day"], "a day is not charged"
    for row in covering:
        assert row["kind"] == "period" or row["amount"] == 0
    periods_from, renews_on = subscription["periods_from"], subscription["renews_on"]
    if renews_on is None:
        assert may_be_free, "an agreement without a next period"
        assert not covering or covering[-1]["next_day"] <= today, "charged though it is free"
        return
    chain = [row for row in covering if row["first_day"] >= periods_from]
    assert chain, "nothing is charged"
    assert chain[0]["first_day"] == periods_from
    assert chain[-1]["next_day"] == renews_on
    assert all(one["next_day"] == other["first_day"] for one, other in pairwise(chain))
    for row in chain:
        months = whole_months(row["first_day"], row["next_day"])
        assert row["next_day"] == later(periods_from, whole_months(periods_from, row["next_day"])), "not clamped"
        if row["kind"] == "period":
            assert months in ((1,) if may_be_free else (3, 12))
            assert row["amount"] == row["monthly_price"] * months
    if subscription["ended_on"]:
        assert subscription["ended_on"] == renews_on, "ended within a paid period"


def check_upgrades(state: State, subscription: Row) -> None:
    """Inside one period, paid by its payer, by the formula of design/product.md."""
    own = state.charges_of(subscription["id"])
    for row in own:
        if row["kind"] != "upgrade":
            continue
        (period,) = [
            other for other in own
            if other["kind"] != "upgrade" and other["first_day"] <= row["first_day"] < other["next_day"]
        ]  # fmt: skip
        assert row["next_day"] == period["next_day"]
        assert row["paying_firm_id"] == period["paying_firm_id"]
        earlier = [
            other for other in own
            if other["kind"] == "upgrade" and other["id"] < row["id"] and other["next_day"] == row["next_day"]
        ]  # fmt: skip
        last_price = max(other["monthly_price"] for other in [period, *earlier])  # what charged nothing lowers nothing
        months = whole_months(period["first_day"], period["next_day"])
        days_left, days = (row["next_day"] - row["first_day"]).days, (period["next_day"] - period["first_day"]).days
        exact = max((row["monthly_price"] - last_price) * months * days_left / days, Decimal(0))
        assert row["amount"] == exact.quantize(Decimal("0.01"), ROUND_HALF_UP), "not by the formula"


def check_prices_of_periods(state: State, subscription: Row) -> None:
    """A notice's price holds, else the list's on the first day. The very first one is the request's or the order's."""
    periods = [row for row in state.charges_of(subscription["id"]) if row["kind"] == "period"]
    for row in periods:
        if row["first_day"] == subscription["started_on"]:
            continue
        months = whole_months(row["first_day"], row["next_day"])
        named = [
            notice["monthly_price"] for notice in state.notices
            if (notice["subscription_id"], notice["renews_on"], notice["variant_id"], notice["months"])
            == (subscription["id"], row["first_day"], row["variant_id"], months)
        ]  # fmt: skip
        listed = state.list_price(row["variant_id"], months, row["first_day"])
        assert row["monthly_price"] == (named[-1] if named else listed), "not the price that holds"


def check_changes(state: State, subscription: Row) -> None:
    found = state.open_changes(subscription["id"])
    assert not found or subscription["ended_on"] is None, "a change waits in what is over"
    kinds = [row["kind"] for row in found]
    assert len(kinds) == len(set(kinds)), "two open changes of one kind"
    for row in found:
        if row["status"] == "agreed":
            assert row["effective_on"] == subscription["renews_on"], "agreed for a day that is no period's first"
        else:
            assert row["lapses_on"] == first_day_too_late(state, subscription, row), "it waits too long, or too short"


def first_day_too_late(state: State, subscription: Row, change: Row) -> date | None:
    """The renewal, or the day on which a firm leaves that asks, is asked, or pays what is to change its payer."""
    parties = {change["asking_firm_id"], change["answering_firm_id"]}
    if change["kind"] == "payer":
        parties.add(subscription["paying_firm_id"])
    days = [
        row["ends_on"] for row in state.active_collaborations(subscription["id"]) if row["firm_id"] in parties - {None}
    ]  # fmt: skip
    return min((day for day in [subscription["renews_on"], *days] if day), default=None)


def check_a_payer_who_has_left_pays_no_more(state: State, subscription: Row) -> None:
    """He has said that he does not, so somebody else has said yes, or the service ends."""
    firm = subscription["paying_firm_id"]
    if firm is None or subscription["ended_on"] or subscription["cancelled_on"]:
        return
    own = [
        row for row in state.collaborations
        if row["firm_id"] == firm and row["subscription_id"] == subscription["id"]
    ]  # fmt: skip
    if not own or any(row["ended_at"] is None for row in own):
        return
    agreed = [row for row in state.open_changes(subscription["id"]) if row["status"] == "agreed"]
    another = any(row["kind"] == "payer" for row in agreed)
    assert subscription["payer_has_left"] or another, "a firm that has left is to pay the next period"
