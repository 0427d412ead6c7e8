from django.db import migrations, models

from notifications.stored_addresses import bring_into_form, tell


def bring_stored_addresses_into_form(apps, schema_editor):
    tell(
        [
            *bring_into_form(apps.get_model("organisations", "User"), "email", is_for_one=True),
            *bring_into_form(apps.get_model("account", "EmailAddress"), "email", is_for_one=True),
            *bring_into_form(apps.get_model("organisations", "Firm"), "email"),
            *bring_into_form(apps.get_model("organisations", "CompanyUser"), "email"),
            *bring_into_form(apps.get_model("organisations", "Invitation"), "email"),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0006_platform_invitations"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="companyuser", name="company_user_email_in_lower_case"),
        migrations.RemoveConstraint(model_name="invitation", name="invitation_email_in_lower_case"),
        migrations.RemoveConstraint(model_name="user", name="user_email_in_lower_case"),
        migrations.RunPython(bring_stored_addresses_into_form, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-@\\[-~]*$")), name="user_email_in_its_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="firm",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-@\\[-~]*$")), name="firm_email_in_its_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="companyuser",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-@\\[-~]*$")), name="company_user_email_in_its_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-@\\[-~]*$")), name="invitation_email_in_its_form"
            ),
        ),
        # The table is allauth's, so no model of ours can say it.
        migrations.RunSQL(
            "ALTER TABLE account_emailaddress ADD CONSTRAINT email_address_in_its_form "
            r"CHECK (email ~ '^[!-@\[-~]*$')",
            "ALTER TABLE account_emailaddress DROP CONSTRAINT email_address_in_its_form",
        ),
    ]
