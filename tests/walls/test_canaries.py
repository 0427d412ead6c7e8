"""What belongs to one firm or company stands in no byte that another one gets: pages, headers and mails."""

import email
from email.policy import default

import pytest
from django.apps import apps
from django.db import models

from organisations.models import Company, Firm
from tests.walls.house import BAKERY, FJORD, FJORD_ONLY, FORBIDDEN, PLUMBER, ROLES, VIDDA, VIDDA_ONLY

pytestmark = pytest.mark.django_db

# The demo's pages show everybody's mails.
EXEMPT = ("devtools:mail", "devtools:inbox")
# The file with one's own data names the firms that one has worked in, and nothing that those keep to themselves.
LEFT_FIRM = ("privacy:own-data", "deactivated")
# Text that people do not write, or that has a form of its own.
NO_CANARY = {
    "legal_form", "org_number", "scenario", "status", "payer", "role", "client_access", "decline_reason", "kind",
    "alert_emails", "outcome", "deed", "state", "list", "duplicates", "scope", "language", "field",  # choices
    "named_number", "named_org_number",  # digits
    "token_hash", "code", "salt", "path", "sha256",  # made by us
    "sort_name",  # made of the name
}  # fmt: skip


@pytest.mark.parametrize("role", [role for role in ROLES if FORBIDDEN[role]])
def test_nothing_of_the_others_stands_in_an_answer(role, visits):
    found = [
        f"{visit}: {canary}"
        for visit in visits
        if visit.role == role and not visit.url.startswith(EXEMPT)
        for canary in ((FJORD_ONLY, VIDDA, BAKERY, PLUMBER) if (visit.url, role) == LEFT_FIRM else FORBIDDEN[role])
        if canary.encode() in visit.body.lower() + repr(visit.headers).encode().lower()
    ]

    assert found == []


def test_everybody_sees_the_own_canary(visits):
    """Else the test above would look for what is nowhere."""
    own = {
        "firm_administrator": FJORD_ONLY,
        "employee_all": FJORD_ONLY,
        "employee_own": FJORD_ONLY,
        "other_firm": VIDDA_ONLY,
    }
    own |= {"company_administrator": BAKERY, "company_user": BAKERY, "auditor": BAKERY, "other_company": PLUMBER}

    pages = {role: b"".join(visit.body for visit in visits if visit.role == role) for role in own}

    assert {role for role, canary in own.items() if canary.encode() not in pages[role]} == set()


def test_the_shared_company_sees_both_of_its_firms(visits):
    overview = next(v for v in visits if (v.url, v.role) == ("my_services:overview", "company_administrator"))

    assert FJORD.encode() in overview.body
    assert VIDDA.encode() in overview.body


def test_a_mail_tells_nobody_of_another_firm_or_company(walk):
    """Of the companies, each mail names at most the one that it is about."""
    mails = [(mail, "") for mail in walk.earlier_mails]
    mails += [(mail, visit.role) for visit in walk.visits for mail in visit.mails if not visit.url.startswith(EXEMPT)]
    assert {mail.kind for mail, _role in mails} > {"activation_sent", "activation_approved", "approval_receipt"}

    found = [
        f"{mail.kind} to {mail.to}: {canary}"
        for mail, role in mails
        for canary in forbidden_in(mail.to, role)
        if canary in text_of(mail).lower()
    ]

    assert found == []


def forbidden_in(address: str, sender: str) -> tuple[str, ...]:
    """By the canary in the receiver's address. Whoever has none is new, and hears from the firm that does the deed."""
    if BAKERY in address:
        return (PLUMBER, FJORD_ONLY, VIDDA_ONLY)
    if PLUMBER in address:
        return (FJORD, BAKERY, VIDDA_ONLY)
    if FJORD in address:
        return (VIDDA, PLUMBER)
    return (FJORD,) if VIDDA in address or sender == "other_firm" else (VIDDA, PLUMBER)


def text_of(mail) -> str:
    message = email.message_from_bytes(bytes(mail.message), policy=default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*map(str, message.values()), *parts, mail.subject])


def test_every_text_of_a_firm_or_company_holds_a_canary(house):
    """A new column without one would be looked for by nobody."""
    missing = [
        f"{model._meta.label}.{column.name}"
        for model in apps.get_models()
        if belongs_to_somebody(model)
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField)
        and column.name not in NO_CANARY
        and not model.objects.filter(**{f"{column.name}__contains": "zz"}).exists()
    ]

    assert missing == []


def belongs_to_somebody(model) -> bool:
    if model._meta.proxy or model._meta.app_label in ("history", "notifications", "subscriptions"):
        return False  # codes and ids; mails are read above; the catalogue is everybody's
    return model in (Firm, Company) or any(
        column.related_model in (Firm, Company) for column in model._meta.concrete_fields if column.is_relation
    )
