"""What Django cannot say: a request and what hangs on it are of one firm, and its variant is its service's own."""

from django.db import migrations

from organisations.firm_keys import firm_key


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0001_initial"), ("clients", "0002_firm_keys")]

    operations = [
        firm_key("collaboration_activation", "client_id", "clients_client"),
        firm_key("collaboration_activation", "task_id", "clients_task"),
        firm_key("collaboration_activation", "started_by_id", "organisations_employee"),
        firm_key("collaboration_activation", "requested_by_id", "organisations_employee"),
        firm_key("collaboration_activation", "contact_id", "clients_contact"),
        firm_key("collaboration_reminder", "activation_id", "collaboration_activation"),
        firm_key("collaboration_replacedlink", "activation_id", "collaboration_activation"),
        firm_key("collaboration_forwardproposal", "activation_id", "collaboration_activation"),
        firm_key("collaboration_forwarding", "activation_id", "collaboration_activation"),
        migrations.RunSQL(
            "ALTER TABLE collaboration_activation ADD CONSTRAINT collaboration_activation_variant_of_the_service "
            "FOREIGN KEY (service_id, variant_id) REFERENCES subscriptions_variant (service_id, id) "
            "DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE collaboration_activation DROP CONSTRAINT collaboration_activation_variant_of_the_service",
        ),
    ]
