"""Which mails have lost their link or code is a column; until now it was read from the "…" in their bytes."""

from django.db import migrations, models

MARK_BLANKED = r"""
UPDATE notifications_email SET is_blanked = true
WHERE status = 'dead' AND position('\xe280a6'::bytea in message) > 0
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_delivery_indexes")]

    operations = [
        migrations.AddField(
            model_name="email",
            name="secret_lasts",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="email",
            name="is_blanked",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunSQL(MARK_BLANKED, migrations.RunSQL.noop),
    ]
