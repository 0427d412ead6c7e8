"""When anything of a client was last changed, kept by the events of it."""

import django.db.models.deletion
from django.db import migrations, models

from organisations.firm_keys import firm_key

# What another deed has locked is being written with an hour as late as this one: nobody waits for it.
TRIGGERS = """
CREATE FUNCTION begin_last_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO clients_lastchange (client_id, firm_id, at) VALUES (NEW.id, NEW.firm_id, NEW.created_at);
    RETURN NULL;
END $$;
CREATE FUNCTION write_last_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE clients_lastchange SET at = NEW.at WHERE client_id = (
        SELECT client_id FROM clients_lastchange WHERE client_id = NEW.client_id AND at < NEW.at
        FOR NO KEY UPDATE SKIP LOCKED
    );
    RETURN NULL;
END $$;
CREATE TRIGGER client_begun AFTER INSERT ON clients_client FOR EACH ROW EXECUTE FUNCTION begin_last_change();
CREATE TRIGGER client_changed AFTER INSERT ON history_event FOR EACH ROW
    WHEN (NEW.client_id IS NOT NULL AND NEW.verb <> 'open') EXECUTE FUNCTION write_last_change();
"""
NO_TRIGGERS = """
DROP TRIGGER client_changed ON history_event; DROP TRIGGER client_begun ON clients_client;
DROP FUNCTION write_last_change(); DROP FUNCTION begin_last_change();
"""
# Where there are events already, there are the tables of the rooms above too.
EXISTING = """
ALTER TABLE history_event DISABLE TRIGGER event_append_only;
DO $$
DECLARE
    known record;
BEGIN
    UPDATE history_event SET client_id = subject_id WHERE subject_type = 'clients.client';
    FOR known IN
        SELECT * FROM (VALUES
            ('clients.contact', 'clients_contact'), ('clients.task', 'clients_task'),
            ('collaboration.activation', 'collaboration_activation'),
            ('agreements.collaboration', 'agreements_collaboration')
        ) AS pairs (label, place)
        WHERE to_regclass(place) IS NOT NULL
    LOOP
        EXECUTE format(
            'UPDATE history_event event SET client_id = subject.client_id FROM %I subject '
            'WHERE event.subject_type = %L AND event.subject_id = subject.id', known.place, known.label
        );
    END LOOP;
END $$;
ALTER TABLE history_event ENABLE TRIGGER event_append_only;
INSERT INTO clients_lastchange (client_id, firm_id, at)
SELECT client.id, client.firm_id, greatest(client.updated_at, (
    SELECT max(event.at) FROM history_event event WHERE event.client_id = client.id AND event.verb <> 'open'
)) FROM clients_client client;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_listing"), ("history", "0003_event_client")]

    operations = [
        migrations.CreateModel(
            name="LastChange",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="last_change",
                        serialize=False,
                        to="clients.client",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.firm"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["firm", "at", "client"], name="last_change_by_time")],
            },
        ),
        migrations.RemoveIndex(model_name="client", name="client_by_change"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(EXISTING, migrations.RunSQL.noop),
        firm_key("clients_lastchange", "client_id", "clients_client"),
    ]
