import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0007_agreements"), ("subscriptions", "0004_agreements_filled")]

    operations = [
        migrations.RunSQL(
            [
                "UPDATE collaboration_receipt r SET subscription_id = a.subscription_id "
                "FROM collaboration_activation a WHERE a.id = r.activation_id",
                "UPDATE collaboration_receipt r SET terms_id = t.id "
                "FROM collaboration_activation a, subscriptions_terms t "
                "WHERE a.id = r.activation_id AND t.service_id = a.service_id "
                "AND t.version = (r.record ->> 'terms_version')::int",
                "SET CONSTRAINTS ALL IMMEDIATE",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="receipt",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="subscriptions.subscription",
                verbose_name="abonnement",
            ),
        ),
    ]
