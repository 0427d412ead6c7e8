"""What Django cannot say: a firm's client, contact or task refers to rows of the same firm alone."""

from django.db import migrations

from organisations.firm_keys import firm_key


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]

    operations = [
        firm_key("clients_client", "account_manager_id", "organisations_employee"),
        firm_key("clients_contact", "client_id", "clients_client"),
        firm_key("clients_task", "client_id", "clients_client"),
        firm_key("clients_task", "type_id", "clients_tasktype"),
        firm_key("clients_task", "owner_id", "organisations_employee"),
        firm_key("clients_taskparticipant", "task_id", "clients_task"),
        firm_key("clients_taskparticipant", "employee_id", "organisations_employee"),
    ]
