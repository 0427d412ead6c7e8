import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from organisations.firm_keys import firm_key


class Migration(migrations.Migration):
    dependencies = [
        ("collaboration", "0013_access_notice"),
        ("organisations", "0007_address_form"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Forwarding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("link_version", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=150, verbose_name="sendt videre av")),
                ("email", models.EmailField(max_length=254, verbose_name="e-posten til den som sendte videre")),
                ("message", models.CharField(blank=True, max_length=300, verbose_name="melding")),
                ("forwarded_at", models.DateTimeField(verbose_name="sendt videre")),
            ],
            options={
                "verbose_name": "videresending",
                "verbose_name_plural": "videresendinger",
            },
        ),
        migrations.AddField(
            model_name="forwardproposal",
            name="message",
            field=models.CharField(
                blank=True, help_text="Til den som er foreslått.", max_length=300, verbose_name="melding"
            ),
        ),
        migrations.AddField(
            model_name="forwardproposal",
            name="proposed_by_email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="e-posten til den som foreslo"),
        ),
        migrations.AddField(
            model_name="forwardproposal",
            name="proposed_by_name",
            field=models.CharField(blank=True, max_length=150, verbose_name="foreslått av"),
        ),
        migrations.AddConstraint(
            model_name="forwardproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed_by_email__regex", "^[!-@\\[-~]*$")),
                name="forward_proposal_by_in_its_form",
            ),
        ),
        migrations.AddField(
            model_name="forwarding",
            name="activation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="forwardings",
                to="collaboration.activation",
                verbose_name="forespørsel",
            ),
        ),
        migrations.AddField(
            model_name="forwarding",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.firm",
                verbose_name="byrå",
            ),
        ),
        migrations.AddConstraint(
            model_name="forwarding",
            constraint=models.UniqueConstraint(fields=("activation", "link_version"), name="forwarding_once_a_version"),
        ),
        migrations.AddConstraint(
            model_name="forwarding",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-@\\[-~]*$")), name="forwarding_email_in_its_form"
            ),
        ),
        firm_key("collaboration_forwarding", "activation_id", "collaboration_activation"),
    ]
