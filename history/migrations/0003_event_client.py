"""An event names the client whose history tells it. Those of the clients that exist are filled in by clients 0005."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="client_id",
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("client_id__isnull", False)),
                fields=["client_id", "-at", "-id"],
                name="event_of_client",
            ),
        ),
    ]
