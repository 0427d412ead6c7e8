"""What Django cannot say: the listing of a client is written whenever its card or one of its contacts is."""

from django.db import migrations

from organisations.firm_keys import firm_key

# Under the listing's lock each statement sees what others have committed, so that none is lost.
WRITE = """
CREATE FUNCTION listing_text(client clients_client) RETURNS text LANGUAGE sql STABLE
RETURN ' ' || concat_ws(' ',
    nullif(searched_form(client.name), ''),
    nullif(searched_together(client.name), searched_form(client.name)),
    client.number,
    client.org_number,
    nullif(searched_form(client.email), ''),
    (
        SELECT string_agg(concat_ws(' ',
            nullif(searched_form(contact.name), ''),
            nullif(searched_together(contact.name), searched_form(contact.name)),
            nullif(searched_form(contact.email), '')
        ), ' ' ORDER BY contact.id)
        FROM clients_contact contact
        WHERE contact.client_id = client.id
    )
);
CREATE FUNCTION write_listing(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM clients_listing WHERE client_id = wanted FOR NO KEY UPDATE;
    UPDATE clients_listing listing SET text = listing_text(client)
    FROM clients_client client
    WHERE client.id = wanted AND listing.client_id = wanted AND listing.text <> listing_text(client);
END $$;
"""
UNWRITE = "DROP FUNCTION write_listing(bigint); DROP FUNCTION listing_text(clients_client)"
TRIGGERS = """
CREATE FUNCTION list_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO clients_listing (client_id, firm_id, text) VALUES (NEW.id, NEW.firm_id, listing_text(NEW));
    ELSE
        PERFORM write_listing(NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION list_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM write_listing(coalesce(NEW.client_id, OLD.client_id));
    RETURN NULL;
END $$;
CREATE TRIGGER client_listed AFTER INSERT ON clients_client FOR EACH ROW EXECUTE FUNCTION list_client();
CREATE TRIGGER client_listed_anew AFTER UPDATE ON clients_client FOR EACH ROW WHEN (
    (OLD.name, OLD.number, OLD.org_number, OLD.email) IS DISTINCT FROM (NEW.name, NEW.number, NEW.org_number, NEW.email)
) EXECUTE FUNCTION list_client();
CREATE TRIGGER contact_listed AFTER INSERT OR DELETE ON clients_contact FOR EACH ROW EXECUTE FUNCTION list_contact();
CREATE TRIGGER contact_listed_anew AFTER UPDATE ON clients_contact FOR EACH ROW WHEN (
    (OLD.name, OLD.email, OLD.client_id) IS DISTINCT FROM (NEW.name, NEW.email, NEW.client_id)
) EXECUTE FUNCTION list_contact();
"""
NO_TRIGGERS = """
DROP TRIGGER contact_listed_anew ON clients_contact; DROP TRIGGER contact_listed ON clients_contact;
DROP TRIGGER client_listed_anew ON clients_client; DROP TRIGGER client_listed ON clients_client;
DROP FUNCTION list_contact(); DROP FUNCTION list_client();
"""
EXISTING = """
INSERT INTO clients_listing (client_id, firm_id, text)
SELECT client.id, client.firm_id, listing_text(client) FROM clients_client client;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_order_and_search")]

    operations = [
        migrations.RunSQL(WRITE, UNWRITE),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(EXISTING, migrations.RunSQL.noop),
        firm_key("clients_listing", "client_id", "clients_client"),
    ]
