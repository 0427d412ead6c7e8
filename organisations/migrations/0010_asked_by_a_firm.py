from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0009_asked_companies"),
        ("collaboration", "0017_a_company_for_each_request"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asking_firm__isnull", False), ("confirmed_at__isnull", True)),
                    models.Q(("asking_firm__isnull", True), ("confirmed_at__isnull", False)),
                    _connector="OR",
                ),
                name="company_of_a_firm_until_it_is_known",
            ),
        ),
    ]
