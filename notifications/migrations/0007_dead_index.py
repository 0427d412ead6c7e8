"""The mails that were given up, for the sweep that tells of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_names")]

    operations = [
        migrations.AddIndex(
            model_name="email",
            index=models.Index(condition=models.Q(("status", "dead")), fields=["posted_at"], name="email_dead"),
        ),
    ]
