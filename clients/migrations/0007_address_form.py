from django.db import migrations, models

from notifications.stored_addresses import bring_into_form, tell


def bring_stored_addresses_into_form(apps, schema_editor):
    tell(
        [
            *bring_into_form(apps.get_model("clients", "Client"), "email"),
            *bring_into_form(apps.get_model("clients", "Contact"), "email"),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_english_names_of_task_types"), ("organisations", "0006_platform_invitations")]

    operations = [
        migrations.RunPython(bring_stored_addresses_into_form, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-@\\[-~]*$")), name="client_email_in_its_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-@\\[-~]*$")), name="contact_email_in_its_form"
            ),
        ),
    ]
