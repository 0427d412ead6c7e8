"""What must hold after every step, read from the rows alone."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import time
from email import message_from_bytes
from typing import Any

from django.db import connection

from collaboration.links import hash_token, make_token
from ground.clock import OSLO
from notifications.models import Email
from tests.machine.world import is_norwegian_workday

LABEL = "collaboration.activation"
ARROWS = {  # (from, verb, to)
    ("draft", "send", "pending"),
    ("pending", "remind", "pending"),
    ("pending", "resend", "pending"),
    ("pending", "correct_address", "pending"),
    ("pending", "forward", "pending"),
    ("pending", "disown", "pending"),
    ("pending", "approve", "approved"),
    ("pending", "decline", "declined"),
    ("pending", "withdraw", "withdrawn"),
    ("pending", "expire", "expired"),
}
STANDS_STILL = {"see", "request_link", "bounce", "give_up", "issue_forward_code", "propose_forward", "dismiss_forward"}
CLOSED_BY = {"approve", "decline", "withdraw", "expire"}
ALERT_OF = {"approve": "approved", "decline": "declined", "expire": "expired"}
BEFORE_THE_ANSWER = {"activation_sent", "activation_reminder", "activation_last_warning", "forward_code"}
WITH_THE_LINK = BEFORE_THE_ANSWER - {"forward_code"}
ON_ITS_WAY = {"queued", "sending"}

ROWS = {
    "activations": "* FROM collaboration_activation ORDER BY id",
    "events": f"""subject_id, verb, at, by_id, after FROM history_event WHERE subject_type = '{LABEL}'
        ORDER BY subject_id, at, id""",
    "emails": """id, key, kind, "to", status, message_id, subject_type, subject_id, posted_at, attempts, sent_at,
        bounced_at, delivered_at, delayed_at, secret, lease_until FROM notifications_email ORDER BY id""",
    "reminders": "* FROM collaboration_reminder ORDER BY id",
    "replaced": "activation_id, link_version, token_hash FROM collaboration_replacedlink ORDER BY id",
    "proposals": "activation_id, answered_at, was_accepted FROM collaboration_forwardproposal ORDER BY id",
    "collaborations": "* FROM agreements_collaboration ORDER BY id",
    "subscriptions": "id, company_id, service_id, ended_on FROM subscriptions_subscription ORDER BY id",
    # The first period of each agreement that began here; what was paid before is an opening.
    "charges": "subscription_id, kind, amount FROM subscriptions_charge c WHERE kind = 'period' AND lower(period) = "
    "(SELECT started_on FROM subscriptions_subscription s WHERE s.id = c.subscription_id) ORDER BY id",
    "alerts": """id, key, kind, user_id, firm_id, subject_id, created_at, read_at, digest_due
        FROM notifications_alert ORDER BY id""",
    "places": """place.id, place.company_id, place.email, person.email AS user_email, place.role, place.deactivated_at
        FROM organisations_companyuser place LEFT JOIN organisations_user person ON person.id = place.user_id
        ORDER BY place.id""",
    "users": "email FROM organisations_user",
    "companies": "id, org_number, confirmed_at, provisional_at, merged_into_id FROM organisations_company",
    "employees": "firm_id, user_id FROM organisations_employee WHERE deactivated_at IS NULL",
}


@dataclass
class State:
    """All rows that a request's life touches, as plain values. Two equal states are the same world."""

    activations: dict[int, dict[str, Any]]
    events: dict[int, list[dict[str, Any]]]
    emails: list[dict[str, Any]]
    reminders: list[dict[str, Any]]
    replaced: list[dict[str, Any]]
    proposals: list[dict[str, Any]]
    collaborations: list[dict[str, Any]]
    subscriptions: list[dict[str, Any]]
    charges: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    places: list[dict[str, Any]]
    users: set[str]
    companies: dict[int, dict[str, Any]]
    employees: dict[int, set[int]] = field(compare=False)  # firm → its active people's users

    @classmethod
    def read(cls) -> "State":
        rows = select_all()
        events: dict[int, list[dict[str, Any]]] = {}
        for row in rows["events"]:
            row["after"] = json.loads(row["after"])
            events.setdefault(row["subject_id"], []).append(row)
        employees: dict[int, set[int]] = {}
        for row in rows["employees"]:
            employees.setdefault(row["firm_id"], set()).add(row["user_id"])
        return cls(
            **rows
            | {
                "activations": {row["id"]: row for row in rows["activations"]},
                "events": events,
                "users": {row["email"] for row in rows["users"]},
                "companies": {row["id"]: row for row in rows["companies"]},
                "employees": employees,
            }
        )

    @property
    def known(self) -> dict[int, bool]:
        return {pk: row["confirmed_at"] is not None for pk, row in self.companies.items()}

    def verbs(self, pk: int) -> list[str]:
        return [event["verb"] for event in self.events.get(pk, [])]

    def mails_about(self, pk: int) -> list[dict[str, Any]]:
        return [mail for mail in self.emails if mail["subject_type"] == LABEL and mail["subject_id"] == pk]


def select_all() -> dict[str, list[dict[str, Any]]]:
    """In one round trip: it is read after every step."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(";".join(f"SELECT {query}" for query in ROWS.values()))
        for name in ROWS:
            columns = [column.name for column in cursor.description]
            found[name] = [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]
            cursor.nextset()
    return found


def check(state: State, before: State) -> None:
    check_only_listed_transitions(state, before)
    check_history_is_only_added_to(state, before)
    check_one_of_each(state)
    check_links(state)
    check_reminders(state)
    check_mails(state)
    check_no_secret_outlives_its_mail(state, before)
    check_alerts(state, before)
    check_charges(state)
    check_companies(state)
    for pk, activation in state.activations.items():
        check_status_is_the_fold_of_its_events(activation, state.events.get(pk, []))
        check_decided_once(activation, state)
        check_mails_of_a_request(activation, state)


def check_only_listed_transitions(state: State, before: State) -> None:
    arrows = {(source, target) for source, _verb, target in ARROWS}
    for pk, activation in state.activations.items():
        old = before.activations.get(pk, {"status": "draft"})["status"]
        new = activation["status"]
        assert old == new or (old, new) in arrows, f"{old} → {new}"
    for pk, activation in before.activations.items():
        assert pk in state.activations or activation["status"] == "draft", "a sent request is gone"


def check_history_is_only_added_to(state: State, before: State) -> None:
    for pk, events in before.events.items():
        assert state.events[pk][: len(events)] == events


def check_status_is_the_fold_of_its_events(activation: dict, events: list[dict]) -> None:
    status = "draft"
    for event in events:
        if event["verb"] in STANDS_STILL:
            assert status == "pending", f"{event['verb']} of a request that was {status}"
            continue
        step = next((to for source, verb, to in ARROWS if (source, verb) == (status, event["verb"])), None)
        assert step, f"{event['verb']} of a request that was {status}"
        status = step
    assert activation["status"] == status


def check_decided_once(activation: dict, state: State) -> None:
    decisions = [event for event in state.events.get(activation["id"], []) if event["verb"] in CLOSED_BY]
    made = [row for row in state.collaborations if row["activation_id"] == activation["id"]]
    assert len(decisions) == (activation["status"] not in ("draft", "pending"))
    assert len(made) == (activation["status"] == "approved")
    for decision in decisions:
        assert decision["at"] == activation["decided_at"]
        assert decision["by_id"] == activation["decided_by_id"]
        if decision["verb"] in ("approve", "decline"):
            assert decision["at"] < activation["expires_at"], "answered when its time was over"
        if decision["verb"] == "expire":
            assert decision["at"] >= activation["expires_at"], "expired before its time"


def check_one_of_each(state: State) -> None:
    live = [
        (row["client_id"], row["service_id"])
        for row in state.activations.values()
        if row["status"] in ("draft", "pending")
    ]
    active = [(row["client_id"], row["service_id"]) for row in state.collaborations if row["ended_at"] is None]
    running = [(row["company_id"], row["service_id"]) for row in state.subscriptions if row["ended_on"] is None]
    for name, found in (("live request", live), ("collaboration", active), ("subscription", running)):
        assert len(found) == len(set(found)), f"more than one {name}"


def check_companies(state: State) -> None:
    """Of a number one company at most is known, and then nobody answers for another row of it; a request's own row is
    that request's alone; a merged one has nothing left; and of a number and a service one agreement runs.
    """
    rows = state.companies.values()
    known = [row["org_number"] for row in rows if row["confirmed_at"]]
    provisional = {row["org_number"] for row in rows if is_provisional(row)}
    assert len(known) == len(set(known))
    assert not provisional & set(known)
    for row in rows:
        named = [a for a in state.activations.values() if a["company_id"] == row["id"]]
        people = [place for place in state.places if place["company_id"] == row["id"]]
        if row["merged_into_id"]:
            assert not named
            assert not people
            assert state.companies[row["merged_into_id"]]["merged_into_id"] is None
        elif not row["confirmed_at"] and not row["provisional_at"]:
            assert [a["status"] for a in named] == ["pending"]
            assert all(place["user_email"] is None for place in people)
    running = [
        (state.companies[row["company_id"]]["org_number"], row["service_id"])
        for row in state.subscriptions
        if row["ended_on"] is None
    ]
    assert len(running) == len(set(running))


def is_provisional(row: dict[str, Any]) -> bool:
    return bool(row["provisional_at"]) and not row["confirmed_at"] and not row["merged_into_id"]


def check_links(state: State) -> None:
    """One current link a request; the earlier ones are known as replaced, each once."""
    current = [row["token_hash"] for row in state.activations.values() if row["token_hash"]]
    assert not {link["token_hash"] for link in state.replaced} & set(current)
    for pk, row in state.activations.items():
        if row["status"] == "draft":
            continue
        assert row["token_hash"] == hash_token(make_token(pk, row["link_version"]))
        versions = sorted(link["link_version"] for link in state.replaced if link["activation_id"] == pk)
        assert versions == list(range(1, row["link_version"]))
        replacing = [verb for verb in state.verbs(pk) if verb in ("correct_address", "forward")]
        assert len(replacing) == row["link_version"] - 1
        assert row["expires_at"].astimezone(OSLO).time() == time(), "expires in the middle of a day"


def check_reminders(state: State) -> None:
    waiting = [row for row in state.reminders if row["sent_at"] is None and row["cancelled_at"] is None]
    hours = [(row["activation_id"], row["due_at"]) for row in waiting]
    assert len(hours) == len(set(hours)), "two reminders wait for the same hour"
    for row in waiting:
        activation = state.activations[row["activation_id"]]
        assert activation["status"] == "pending", f"a reminder waits for a request that is {activation['status']}"
        assert row["due_at"] < activation["expires_at"], "a reminder waits for an hour after the expiry"
        assert not bounce_was_noticed(activation, state), "a reminder waits for an address that takes no mail"
        assert not activation["disowned_at"], "a reminder waits for a wrong person"
    for row in state.reminders:
        due = row["due_at"].astimezone(OSLO)
        assert due.time() == time(9)
        assert is_norwegian_workday(due.date()), f"a reminder on {due.date()}"
        if row["sent_at"]:
            assert row["sent_at"] >= row["due_at"], "a reminder went before its time"
            decided_at = state.activations[row["activation_id"]]["decided_at"]
            assert decided_at is None or row["sent_at"] <= decided_at
    for pk in state.activations:
        sent = sum(1 for row in state.reminders if row["activation_id"] == pk and row["sent_at"])
        assert sent == state.verbs(pk).count("remind")


def latest_with_the_link(activation: dict, state: State) -> dict | None:
    own = [
        mail
        for mail in state.mails_about(activation["id"])
        if mail["kind"] in WITH_THE_LINK and mail["to"] == activation["contact_email"] and mail["status"] != "cancelled"
    ]
    return max(own, key=lambda mail: (mail["posted_at"], mail["id"]), default=None)


def bounce_was_noticed(activation: dict, state: State) -> bool:
    latest = latest_with_the_link(activation, state)
    noticed = [event["after"]["email"] for event in state.events.get(activation["id"], []) if event["verb"] == "bounce"]
    return latest is not None and latest["bounced_at"] is not None and latest["id"] in noticed


def may_keep_its_secret(mail: dict, state: State) -> bool:
    """On its way; or given up without a final no, and its link still leads somewhere."""
    if mail["status"] in ON_ITS_WAY:
        return True
    given_up = mail["status"] == "dead" and mail["bounced_at"] is None and mail["kind"] in WITH_THE_LINK
    return given_up and state.activations[mail["subject_id"]]["status"] == "pending"


def check_mails(state: State) -> None:
    ids = [mail["message_id"] for mail in state.emails]
    assert len(ids) == len(set(ids))
    alerts = {alert["key"]: alert["kind"] for alert in state.alerts}
    for mail in state.emails:
        assert may_keep_its_secret(mail, state) or not mail["secret"]
        if mail["status"] == "sent":
            assert mail["attempts"] >= 1
        if mail["kind"] in BEFORE_THE_ANSWER | {"approval_receipt", "decline_receipt"}:
            assert mail["subject_id"] in state.activations
        elif mail["kind"] == "alert_digest":
            assert not mail["subject_id"]
        elif mail["kind"] == "company_settled":
            company = state.companies[int(mail["key"].split(":")[1])]
            assert company["confirmed_at"], "people are told that a company is settled, and it is not"
        else:
            assert alerts.get(mail["key"]) == mail["kind"], f"{mail['kind']} belongs to no event"


def check_no_secret_outlives_its_mail(state: State, before: State) -> None:
    """Of what is sent, given up or cancelled, the link or code is gone from the stored message, however encoded."""
    earlier = {mail["id"]: mail for mail in before.emails}
    for mail in state.emails:
        secret = earlier.get(mail["id"], mail)["secret"]
        if not secret or may_keep_its_secret(mail, state):
            continue
        stored = message_from_bytes(bytes(Email.objects.values_list("message", flat=True).get(pk=mail["id"])))
        texts = [part.get_payload(decode=True) or b"" for part in stored.walk() if not part.is_multipart()]
        assert not any(secret.encode() in text for text in texts), f"{mail['kind']} {mail['status']} keeps its secret"


def check_mails_of_a_request(activation: dict, state: State) -> None:
    """For each event its mail, no more and no fewer; and none on its way that the answer has made pointless."""
    verbs = Counter(state.verbs(activation["id"]))
    mails = state.mails_about(activation["id"])
    kinds = Counter(mail["kind"] for mail in mails)
    sendings = sum(verbs[verb] for verb in ("send", "resend", "request_link", "correct_address", "forward"))
    assert kinds["activation_sent"] == sendings
    assert kinds["activation_reminder"] + kinds["activation_last_warning"] == verbs["remind"]
    assert kinds["forward_code"] == verbs["issue_forward_code"]
    assert kinds["approval_receipt"] == verbs["approve"]
    assert kinds["decline_receipt"] == verbs["decline"]
    on_its_way = [mail for mail in mails if mail["status"] in ON_ITS_WAY and mail["kind"] in BEFORE_THE_ANSWER]
    assert activation["status"] == "pending" or not on_its_way, f"{on_its_way[0]['kind']} after the answer"
    for mail in on_its_way:
        assert mail["to"] == activation["contact_email"], "a mail is on its way to an address that was corrected"
    check_mails_of_each_version(activation, state.events.get(activation["id"], []), mails)


def check_mails_of_each_version(activation: dict, events: list[dict], mails: list[dict]) -> None:
    """To one receiver by one link: the request, what was asked for by hand, the reminders, one last warning."""
    asked: Counter[int] = Counter()
    warnings: Counter[int] = Counter()
    version = 1
    for event in events:
        version += event["verb"] in ("correct_address", "forward")
        asked[version] += event["verb"] in ("send", "resend", "request_link", "correct_address", "forward")
        warnings[version] += event["verb"] == "remind" and event["after"]["kind"] == "last_warning"
    keys = [mail["key"].split(":") for mail in mails if mail["kind"] == "activation_sent"]
    posted = Counter(int(version) for _kind, _request, version, *_which in keys)
    assert +posted == +asked
    assert all(count <= 1 for count in warnings.values()), "two last warnings"


def check_alerts(state: State, before: State) -> None:
    """What went wrong or right was told to somebody who works in the firm."""
    seen = {alert["key"] for alert in before.alerts}
    for alert in state.alerts:
        assert alert["firm_id"] == state.activations[alert["subject_id"]]["firm_id"]
        if alert["key"] not in seen:
            assert alert["user_id"] in state.employees[alert["firm_id"]]
    told = {(alert["kind"], alert["subject_id"]) for alert in state.alerts}
    keys = {alert["key"].rpartition(":")[0] for alert in state.alerts}
    for pk, events in state.events.items():
        for event in events:
            if kind := ALERT_OF.get(event["verb"]):
                assert (f"activation_{kind}", pk) in told, f"nobody was told of {event['verb']}"
            if event["verb"] == "bounce":
                assert f"activation_bounced:{pk}:{event['after']['email']}" in keys, "nobody was told of a bounce"
            if event["verb"] == "give_up":
                assert f"activation_undelivered:{pk}:{event['after']['email']}" in keys, "nobody was told of silence"
            if event["verb"] == "disown":
                assert f"activation_disowned:{pk}:{event['after']['link_version']}" in keys, "nobody was told of disown"
            if event["verb"] == "propose_forward":
                assert f"forward_proposed:{pk}:{event['after']['proposal']}" in keys
            if event["verb"] == "remind" and event["after"]["kind"] == "last_warning":
                assert ("activation_expiring", pk) in told


def check_charges(state: State) -> None:
    """A new agreement is charged once; one that the customer had is not, however the request began."""
    charged = 0
    for pk, activation in state.activations.items():
        approval = next((event for event in state.events.get(pk, []) if event["verb"] == "approve"), None)
        charged += bool(approval and activation["scenario"] != "subscribed" and not approval["after"]["attached"])
    assert len(state.charges) == charged
