from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0003_append_only")]

    operations = [
        migrations.RemoveConstraint(model_name="event", name="event_of_a_firm_or_a_company"),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("firm__isnull", False),
                    ("company__isnull", False),
                    ("subject_type", "organisations.user"),
                    _connector="OR",
                ),
                name="event_of_a_firm_a_company_or_a_person",
            ),
        ),
    ]
