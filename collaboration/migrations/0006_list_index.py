from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0005_follow_up")]

    operations = [
        migrations.AddIndex(
            model_name="activation",
            index=models.Index(fields=["firm", "-started_at", "-id"], name="activation_by_start"),
        ),
    ]
