"""The order of names, and what a client is found by; its words are written by the triggers of the next migration."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations, models

import ground.names


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_firm_keys"), ("organisations", "0003_names")]

    operations = [
        BtreeGinExtension(),
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="listing",
                        serialize=False,
                        to="clients.client",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.firm"
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
        migrations.AlterModelOptions(
            name="contact",
            options={
                "ordering": ["-is_main", ground.names.NorwegianOrder("name"), "pk"],
                "verbose_name": "kontakt",
                "verbose_name_plural": "kontakter",
            },
        ),
        migrations.AlterModelOptions(
            name="tasktype",
            options={
                "ordering": [ground.names.NorwegianOrder("name"), "pk"],
                "verbose_name": "oppgavetype",
                "verbose_name_plural": "oppgavetyper",
            },
        ),
        migrations.RemoveIndex(model_name="client", name="client_search"),
        migrations.RemoveIndex(model_name="client", name="client_by_name"),
        migrations.RemoveField(model_name="client", name="search_text"),
        migrations.RemoveField(model_name="client", name="sort_name"),
        migrations.AddField(
            model_name="client",
            name="sort_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=ground.names.NorwegianOrder("name"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["firm", "sort_name", "id"], name="client_by_name"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["firm", "account_manager", "sort_name", "id"], name="client_by_manager"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("firm"),
                django.contrib.postgres.indexes.OpClass(models.F("text"), "gin_trgm_ops"),
                name="listing_by_text",
            ),
        ),
    ]
