"""What Django cannot say: a receipt is of the firm whose request it names, and receipts are numbered in one row."""

from django.db import migrations

from organisations.firm_keys import firm_key


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_initial")]

    operations = [
        firm_key("commitments_receipt", "activation_id", "collaboration_activation"),
        migrations.RunSQL(
            "CREATE SEQUENCE commitments_receipt_number START 100001",
            "DROP SEQUENCE commitments_receipt_number",
        ),
    ]
