import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0003_agreements")]

    operations = [
        migrations.RunSQL(
            [
                "UPDATE subscriptions_subscription SET periods_from = started_on",
                "UPDATE subscriptions_charge c SET variant_id = s.variant_id FROM subscriptions_subscription s "
                "WHERE s.id = c.subscription_id",
                # Deferred checks of the rows just written would stand in the way of ALTER TABLE.
                "SET CONSTRAINTS ALL IMMEDIATE",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="subscription",
            name="periods_from",
            field=models.DateField(verbose_name="periodene regnes fra"),
        ),
        migrations.AlterField(
            model_name="charge",
            name="variant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="subscriptions.variant",
                verbose_name="variant",
            ),
        ),
    ]
