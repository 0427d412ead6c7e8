"""What happens to the catalogue belongs to no firm and no company."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0003_event_client")]

    operations = [
        migrations.RemoveConstraint(model_name="event", name="event_of_a_firm_a_company_or_a_person"),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("firm__isnull", False),
                    ("company__isnull", False),
                    (
                        "subject_type__in",
                        (
                            "organisations.user",
                            "subscriptions.service",
                            "subscriptions.variant",
                            "subscriptions.feature",
                            "subscriptions.price",
                            "subscriptions.terms",
                        ),
                    ),
                    _connector="OR",
                ),
                name="event_of_a_firm_a_company_or_a_person",
            ),
        ),
    ]
