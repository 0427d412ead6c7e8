from django.db import migrations, models

import ground.stored_names
from ground.stored_names import bring_into_nfc


def bring_stored_names_into_nfc(apps, schema_editor):
    bring_into_nfc(apps.get_model("organisations", "User"), "name")
    bring_into_nfc(apps.get_model("organisations", "Firm"), "name")
    bring_into_nfc(apps.get_model("organisations", "Company"), "name")
    bring_into_nfc(apps.get_model("organisations", "CompanyUser"), "name")
    bring_into_nfc(apps.get_model("organisations", "Invitation"), "name")


class Migration(migrations.Migration):
    dependencies = [("organisations", "0007_address_form")]

    operations = [
        migrations.RunPython(bring_stored_names_into_nfc, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(condition=ground.stored_names.IsNFC("name"), name="user_name_nfc"),
        ),
        migrations.AddConstraint(
            model_name="firm",
            constraint=models.CheckConstraint(condition=ground.stored_names.IsNFC("name"), name="firm_name_nfc"),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(condition=ground.stored_names.IsNFC("name"), name="company_name_nfc"),
        ),
    ]
