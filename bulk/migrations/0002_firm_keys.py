"""What Django cannot say: a run and its rows refer to rows of the same firm alone."""

from django.db import migrations

from organisations.firm_keys import firm_key


class Migration(migrations.Migration):
    dependencies = [("bulk", "0001_initial"), ("collaboration", "0002_in_sql")]

    operations = [
        firm_key("bulk_bulkrun", "by_id", "organisations_employee"),
        firm_key("bulk_bulkrow", "run_id", "bulk_bulkrun"),
        firm_key("bulk_bulkrow", "client_id", "clients_client"),
        firm_key("bulk_bulkrow", "task_id", "clients_task"),
        firm_key("bulk_bulkrow", "activation_id", "collaboration_activation"),
    ]
