from django.db import migrations

from ground.stored_names import bring_into_nfc


def bring_stored_names_into_nfc(apps, schema_editor):
    bring_into_nfc(apps.get_model("collaboration", "Activation"), "contact_name", "decline_comment")
    bring_into_nfc(apps.get_model("collaboration", "ForwardProposal"), "name")


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0014_forwarding")]

    operations = [
        migrations.RunPython(bring_stored_names_into_nfc, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
    ]
