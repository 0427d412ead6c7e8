"""What Django cannot say: a collaboration is of the firm whose client, task and request it names."""

from django.db import migrations

from organisations.firm_keys import firm_key


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial"), ("clients", "0002_firm_keys")]

    operations = [
        firm_key("agreements_collaboration", "client_id", "clients_client"),
        firm_key("agreements_collaboration", "task_id", "clients_task"),
        firm_key("agreements_collaboration", "activation_id", "collaboration_activation"),
    ]
