"""What `has_variants` promises: a service without variants has no more than the one that is chosen by itself."""

from django.db import migrations

ONE_VARIANT = """
CREATE FUNCTION subscriptions_one_variant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked bigint;
BEGIN
    IF TG_TABLE_NAME = 'subscriptions_service' THEN asked := NEW.id; ELSE asked := NEW.service_id; END IF;
    IF EXISTS (SELECT FROM subscriptions_service WHERE id = asked AND NOT has_variants)
        AND (SELECT count(*) FROM subscriptions_variant WHERE service_id = asked) > 1
    THEN
        RAISE EXCEPTION 'a service without variants has one' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER service_keeps_its_promise AFTER INSERT OR UPDATE ON subscriptions_service
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION subscriptions_one_variant();
CREATE CONSTRAINT TRIGGER variant_keeps_the_promise AFTER INSERT OR UPDATE ON subscriptions_variant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION subscriptions_one_variant();
"""
GONE = """
DROP TRIGGER service_keeps_its_promise ON subscriptions_service;
DROP TRIGGER variant_keeps_the_promise ON subscriptions_variant;
DROP FUNCTION subscriptions_one_variant();
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0004_variants_as_a_set")]

    operations = [migrations.RunSQL(ONE_VARIANT, GONE)]
