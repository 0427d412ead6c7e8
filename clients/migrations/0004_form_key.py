"""A page that is posted twice makes one client."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_firm_keys")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="form_key",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.UniqueConstraint(fields=("firm", "form_key", "name"), name="client_once_from_a_form"),
        ),
    ]
