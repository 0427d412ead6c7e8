from django.db import migrations

from organisations.firm_keys import firm_key


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0003_firm_keys"), ("clients", "0003_firm_keys")]

    operations = [firm_key("collaboration_activation", "contact_id", "clients_contact")]
