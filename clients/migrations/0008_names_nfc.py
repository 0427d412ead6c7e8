from django.db import migrations, models

import ground.stored_names
from ground.stored_names import bring_into_nfc


def bring_stored_names_into_nfc(apps, schema_editor):
    bring_into_nfc(apps.get_model("clients", "Client"), "name", "street", "city")
    bring_into_nfc(apps.get_model("clients", "Contact"), "name")
    bring_into_nfc(apps.get_model("clients", "TaskType"), "name", "name_en")


class Migration(migrations.Migration):
    dependencies = [("clients", "0007_address_form"), ("organisations", "0008_names_nfc")]

    operations = [
        migrations.RunPython(bring_stored_names_into_nfc, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(condition=ground.stored_names.IsNFC("name"), name="client_name_nfc"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(condition=ground.stored_names.IsNFC("name"), name="contact_name_nfc"),
        ),
        migrations.AddConstraint(
            model_name="tasktype",
            constraint=models.CheckConstraint(condition=ground.stored_names.IsNFC("name"), name="task_type_name_nfc"),
        ),
    ]
