from django.db import migrations

from organisations.firm_keys import firm_key


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0002_initial"), ("clients", "0003_firm_keys")]

    operations = [
        firm_key("collaboration_activation", "client_id", "clients_client"),
        firm_key("collaboration_activation", "task_id", "clients_task"),
        firm_key("collaboration_activation", "started_by_id", "organisations_employee"),
        firm_key("collaboration_activation", "requested_by_id", "organisations_employee"),
        firm_key("collaboration_collaboration", "client_id", "clients_client"),
        firm_key("collaboration_collaboration", "task_id", "clients_task"),
        firm_key("collaboration_collaboration", "activation_id", "collaboration_activation"),
        firm_key("collaboration_receipt", "activation_id", "collaboration_activation"),
        migrations.RunSQL(
            "ALTER TABLE collaboration_activation ADD CONSTRAINT collaboration_activation_variant_of_the_service "
            "FOREIGN KEY (service_id, variant_id) REFERENCES subscriptions_variant (service_id, id) "
            "DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE collaboration_activation DROP CONSTRAINT collaboration_activation_variant_of_the_service",
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE collaboration_receipt_number START 100001",
            "DROP SEQUENCE collaboration_receipt_number",
        ),
    ]
