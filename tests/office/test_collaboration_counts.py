"""/samarbeid/: counts and filtered rows equal a recount in plain words, over random requests."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collaboration import emails
from collaboration.models import Activation
from collaboration.workflow import LIVE, Status
from notifications.models import Email
from office.collaborations.rows import Counts, filter_requests, narrow_requests, requests_of
from tests import factories
from tests.conftest import NOON
from tests.office.requests import DAY, company_of, make_mail, make_request

pytestmark = pytest.mark.django_db

MAILS = {
    "none": [],
    "delivered": [{"delivered_at": NOON}],
    "bounced": [{"bounced_at": NOON, "delivered_at": NOON}],
    "corrected": [{"bounced_at": NOON, "to": "feil@aerligbakeri.example"}, {}],
    "sent again": [{"bounced_at": NOON}, {"delayed_at": NOON}],
    "again in vain": [{}, {"bounced_at": NOON}],
    "cancelled": [{"bounced_at": NOON}, {"status": Email.Status.CANCELLED, "sent_at": None}],
    "dead": [{"status": Email.Status.DEAD, "sent_at": None}],
}
ROWS = st.lists(
    st.fixed_dictionaries({
        "client": st.integers(0, 2),
        "service": st.integers(0, 1),
        "mails": st.sampled_from(sorted(MAILS)),
        "facts": st.fixed_dictionaries({
            "status": st.sampled_from(sorted(Status)),
            "age": st.sampled_from([0, 3, 4, 7, 8, 15, 31]),
            "left": st.sampled_from([-3, 0, 1, 3, 4, 20]),
            "has_ended": st.booleans(),
            "scenario": st.sampled_from(["subscribed", "known"]),
            "lost": st.booleans(),
        }),
    }),
    max_size=7,
)  # fmt: skip
QUERIES = st.fixed_dictionaries({}, optional={
    "state": st.sampled_from(["draft", "waiting", "bounced", "active", "ended", "declined", "withdrawn", "expired"]),
    "age": st.sampled_from(["3", "7", "14", "30"]),
    "vis": st.just("handling"),
    "service": st.sampled_from(["eaccounting", "scanner"]),
})  # fmt: skip


def build(rows, clients, services, by):
    """Those of the rows that the database takes: one live request and one active collaboration for each pair."""
    live, active = set(), set()
    for row in rows:
        pair, facts = (row["client"], row["service"]), row["facts"]
        goes_on = facts["status"] == Status.APPROVED and not facts["has_ended"]
        if (facts["status"] in LIVE and pair in live) or (goes_on and pair in active):
            continue
        live |= {pair} if facts["status"] in LIVE else set()
        active |= {pair} if goes_on else set()
        activation = make_request(clients[row["client"]], services[row["service"]], by=by, at=NOON, **facts)
        if activation.contact_email:
            for i, mail in enumerate(MAILS[row["mails"]]):
                make_mail(activation, at=NOON + i * DAY, **mail)


def recount(activation) -> tuple[str, str]:
    """The state and the reason, in plain words over the rows themselves."""
    collaboration = getattr(activation, "collaboration", None)
    if collaboration:
        return ("active" if collaboration.is_active else "ended", "")
    if activation.is_pending and not activation.is_over(NOON):
        reason = why_waiting(activation)
        return ("bounced" if reason == "bounced" else "waiting", reason)
    state = "expired" if activation.is_pending else activation.status
    others = Activation.objects.filter(client=activation.client, service=activation.service)
    is_newest = all((other.started_at, other.pk) <= (activation.started_at, activation.pk) for other in others)
    asks = state in ("declined", "expired") and is_newest and activation.client.is_active
    return (state, state if asks else "")


def why_waiting(activation) -> str:
    if emails.has_bounced(activation):
        return "bounced"
    mail = emails.latest_with_the_link(activation)
    if mail and mail.status == Email.Status.DEAD:
        return "not_sent"
    if activation.keeps_agreement and not activation.subscription.is_active:
        return "no_subscription"
    if activation.expires_at - NOON <= 5 * DAY:
        return "expiring"
    return "no_answer" if NOON - activation.requested_at > 7 * DAY else ""


@given(rows=ROWS, query=QUERIES, inactive=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_counts_and_the_rows_equal_a_recount(rows, query, inactive, kari, eaccounting):
    with transaction.atomic():
        services = [eaccounting, factories.scanner()]
        clients = [factories.ClientFactory(firm=kari.firm, is_active=not (inactive and n == 0)) for n in range(3)]
        for client in clients:
            company_of(client)
        build(rows, clients, services, kari)

        found = filter_requests(requests_of(kari, at=NOON), query, employee=kari, at=NOON)
        counts = Counts(found).groups
        ids = set(narrow_requests(found, query).values_list("pk", flat=True))

        expected = {
            activation.pk: recount(activation)
            for activation in Activation.objects.select_related("client", "service", "subscription")
            if query.get("service", activation.service.code) == activation.service.code
            and ("age" not in query or waited_over(activation, int(query["age"])))
        }
        assert counts == Counter(expected.values())
        assert ids == {
            pk
            for pk, (state, reason) in expected.items()
            if query.get("state", state) == state and (reason or "vis" not in query)
        }
        transaction.set_rollback(True)


def waited_over(activation, days) -> bool:
    return recount(activation)[0] in ("waiting", "bounced") and NOON - activation.requested_at > days * DAY
