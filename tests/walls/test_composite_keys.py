"""The database's own wall: a row of one firm cannot refer to a row of another one."""

import pytest
from django.db import IntegrityError, connection, transaction

from agreements.models import Collaboration
from clients.models import Contact, Task
from collaboration.models import Activation
from tests import factories

pytestmark = pytest.mark.django_db

# Foreign keys (table, column) between tables that both carry the firm, as they are: table → target.
SIMPLE_KEYS = """
    SELECT source.relname, key.attname, target.relname
    FROM pg_constraint fk
    JOIN pg_class source ON source.oid = fk.conrelid
    JOIN pg_class target ON target.oid = fk.confrelid
    JOIN pg_attribute key ON key.attrelid = source.oid AND key.attnum = fk.conkey[1]
    WHERE fk.contype = 'f' AND cardinality(fk.conkey) = 1
      AND source.oid IN (SELECT attrelid FROM pg_attribute WHERE attname = 'firm_id' AND NOT attisdropped)
      AND target.oid IN (SELECT attrelid FROM pg_attribute WHERE attname = 'firm_id' AND NOT attisdropped)
"""
COMPOSITE_KEYS = """
    SELECT source.relname, array_agg(own.attname::text ORDER BY i.n), target.relname,
           array_agg(their.attname::text ORDER BY i.n), fk.convalidated
    FROM pg_constraint fk
    JOIN pg_class source ON source.oid = fk.conrelid
    JOIN pg_class target ON target.oid = fk.confrelid
    CROSS JOIN LATERAL generate_subscripts(fk.conkey, 1) AS i (n)
    JOIN pg_attribute own ON own.attrelid = source.oid AND own.attnum = fk.conkey[i.n]
    JOIN pg_attribute their ON their.attrelid = target.oid AND their.attnum = fk.confkey[i.n]
    WHERE fk.contype = 'f' AND cardinality(fk.conkey) = 2
    GROUP BY fk.oid, source.relname, target.relname, fk.convalidated
"""
UNIQUES = """
    SELECT source.relname, array_agg(key.attname::text ORDER BY key.attname)
    FROM pg_index i
    JOIN pg_class source ON source.oid = i.indrelid
    JOIN pg_attribute key ON key.attrelid = source.oid AND key.attnum = ANY (i.indkey)
    WHERE i.indisunique AND NOT i.indisprimary AND source.relnamespace = 'public'::regnamespace
      AND source.oid IN (SELECT attrelid FROM pg_attribute WHERE attname = 'firm_id' AND NOT attisdropped)
    GROUP BY i.indexrelid, source.relname
"""
# Rows that belong to one firm: who names one has named the firm.
IMPLIES_THE_FIRM = {"client_id", "task_id", "activation_id", "client_import_id"}
# Unique in the whole house, on purpose.
GLOBAL = {
    ("collaboration_activation", ("token_hash",)): "a link is looked up by it alone; 256 bits, guessed by nobody",
    ("organisations_invitation", ("token_hash",)): "the same, of an invitation",
    ("organisations_invitation", ("company_id", "email")): "of a company; rows of a firm have none",
    ("collaboration_replacedlink", ("token_hash",)): "the same, of a link that is replaced",
    ("notifications_alert", ("key",)): "the outbox' own; made of row ids, never typed",
    ("commitments_receipt", ("number",)): "drawn from one sequence, never typed",
    ("commitments_receipt", ("code",)): "an HMAC, never typed",
    ("history_event", ("form_key",)): "random, drawn when the form is shown; never typed",
    ("notifications_email", ("key",)): "the outbox' own; made of row ids, never typed",
    ("notifications_email", ("message_id",)): "the outbox' own; random",
}


def ask(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_key_between_rows_of_a_firm_carries_the_firm():
    simple = {(table, column, target) for table, column, target in ask(SIMPLE_KEYS) if column != "firm_id"}
    carried = {
        (table, own[1], target)
        for table, own, target, their, is_valid in ask(COMPOSITE_KEYS)
        if own[0] == "firm_id" and their == ["firm_id", "id"] and is_valid
    }

    assert len(simple) > 10
    assert simple - carried == set()


def test_no_firm_learns_of_another_by_a_value_that_is_taken():
    found = {
        (table, tuple(columns))
        for table, columns in ask(UNIQUES)
        if "firm_id" not in columns and not IMPLIES_THE_FIRM & set(columns)
    }

    assert found == set(GLOBAL)


@pytest.fixture
def foreign(fjord, vidda):
    """A task of Vidda."""
    return factories.TaskFactory(client=factories.ClientFactory(firm=vidda))


def refused(change) -> bool:
    """Whether the database says no, at the latest at the end."""
    try:
        with transaction.atomic():
            change()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError:
        return True
    return False


def test_a_contact_cannot_move_to_another_firms_client(fjord, foreign):
    contact = factories.ContactFactory(client=factories.ClientFactory(firm=fjord))

    assert refused(lambda: Contact.objects.filter(pk=contact.pk).update(client=foreign.client))


def test_a_task_cannot_be_owned_by_another_firms_employee(kari, foreign):
    task = factories.TaskFactory(client=factories.ClientFactory(firm=kari.firm), owner=kari)

    assert refused(lambda: Task.objects.filter(pk=task.pk).update(owner=foreign.owner))


@pytest.mark.parametrize("column", ["client", "task", "contact", "started_by"])
def test_a_request_cannot_name_a_row_of_another_firm(column, kari, known, draft, foreign):
    request = draft(known.client, by=kari)
    rows = {"client": foreign.client, "task": foreign, "started_by": foreign.owner}
    rows["contact"] = factories.ContactFactory(client=foreign.client)

    assert refused(lambda: Activation.objects.filter(pk=request.pk).update(**{column: rows[column]}))


def test_a_collaboration_cannot_name_another_firms_task(kari, known, sent, approve, foreign):
    approve(sent(known.client, by=kari), by=known.administrator)

    assert refused(lambda: Collaboration.objects.update(task=foreign))


def test_a_contact_that_was_asked_can_still_be_deleted(kari, known, sent):
    """The key over firm and contact lets go of the contact, not of the firm."""
    request = sent(known.client, by=kari)

    assert not refused(lambda: Contact.objects.filter(client=known.client).delete())
    assert Activation.objects.get(pk=request.pk).contact is None
