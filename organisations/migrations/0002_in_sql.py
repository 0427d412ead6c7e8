"""What Django cannot say of another app's table: a person's address has the one spelling that it has everywhere."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE account_emailaddress ADD CONSTRAINT email_address_in_its_form "
            r"CHECK (email ~ '^[!-@\[-~]*$')",
            "ALTER TABLE account_emailaddress DROP CONSTRAINT email_address_in_its_form",
        ),
    ]
