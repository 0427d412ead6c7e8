from django.db import migrations, models

from notifications.stored_addresses import bring_into_form, tell


def bring_stored_addresses_into_form(apps, schema_editor):
    tell(
        [
            *bring_into_form(apps.get_model("collaboration", "Activation"), "contact_email"),
            *bring_into_form(apps.get_model("collaboration", "ForwardProposal"), "email"),
            *bring_into_form(apps.get_model("collaboration", "ReplacedLink"), "disowned_email"),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0011_disowned_addresses"), ("clients", "0007_address_form")]

    operations = [
        migrations.RunPython(bring_stored_addresses_into_form, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.CheckConstraint(
                condition=models.Q(("contact_email__regex", "^[!-@\\[-~]*$")), name="activation_email_in_its_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="forwardproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-@\\[-~]*$")), name="forward_proposal_email_in_its_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="replacedlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("disowned_email__regex", "^[!-@\\[-~]*$")), name="replaced_link_email_in_its_form"
            ),
        ),
    ]
