from django.db import migrations, models

from notifications.stored_addresses import bring_into_form, tell


def bring_stored_addresses_into_form(apps, schema_editor):
    tell(
        [
            *bring_into_form(apps.get_model("notifications", "Email"), "to"),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_dead_index"), ("organisations", "0006_platform_invitations")]

    operations = [
        migrations.RunPython(bring_stored_addresses_into_form, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(("to__regex", "^[!-@\\[-~]*$")), name="email_to_in_its_form"
            ),
        ),
    ]
