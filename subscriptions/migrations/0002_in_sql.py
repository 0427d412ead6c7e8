"""What Django cannot say: a subscription's variant is its service's own, and terms are never edited."""

from django.db import migrations

TERMS_NEVER_EDITED = """
CREATE FUNCTION subscriptions_terms_never_edited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'terms are never edited: make a new version' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER terms_never_edited BEFORE UPDATE OR DELETE ON subscriptions_terms
    FOR EACH ROW EXECUTE FUNCTION subscriptions_terms_never_edited();
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE subscriptions_subscription ADD CONSTRAINT subscription_variant_of_the_service "
            "FOREIGN KEY (service_id, variant_id) REFERENCES subscriptions_variant (service_id, id) "
            "DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE subscriptions_subscription DROP CONSTRAINT subscription_variant_of_the_service",
        ),
        migrations.RunSQL(
            TERMS_NEVER_EDITED,
            "DROP TRIGGER terms_never_edited ON subscriptions_terms; DROP FUNCTION subscriptions_terms_never_edited()",
        ),
    ]
