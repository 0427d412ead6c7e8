import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# Of what goes on already the company knows everybody who gets in today.
FILL = """
    UPDATE collaboration_collaboration AS collaboration
    SET people_told = ARRAY(
        SELECT employee.id
        FROM organisations_employee AS employee
        JOIN organisations_user AS person ON person.id = employee.user_id
        WHERE employee.deactivated_at IS NULL AND person.is_active
          AND (employee.id = task.owner_id OR employee.id IN (
              SELECT employee_id FROM clients_taskparticipant WHERE task_id = task.id
          ))
        ORDER BY employee.id
    )
    FROM clients_task AS task
    WHERE task.id = collaboration.task_id AND collaboration.ended_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0006_english_names_of_task_types"),
        ("collaboration", "0012_address_form"),
        ("organisations", "0006_platform_invitations"),
    ]

    operations = [
        migrations.AddField(
            model_name="collaboration",
            name="people_told",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                help_text="Medarbeiderne kunden vet har tilgang: fra godkjenningen, og siden fra siste e-post om det.",
                size=None,
                verbose_name="kjent for kunden",
            ),
        ),
        migrations.CreateModel(
            name="AccessNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="dag")),
                ("posted_at", models.DateTimeField(verbose_name="sendt")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.company",
                        verbose_name="selskap",
                    ),
                ),
            ],
            options={
                "verbose_name": "e-post om tilgang",
                "verbose_name_plural": "e-poster om tilgang",
                "constraints": [models.UniqueConstraint(fields=("company", "on"), name="access_notice_once_a_day")],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
