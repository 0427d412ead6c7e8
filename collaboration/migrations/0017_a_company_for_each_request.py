"""What was one row for all who had asked an unknown company becomes a row for each request, as each firm calls it."""

from django.db import migrations
from django.db.models.functions import Now


def split_companies(apps, schema_editor) -> None:
    """A company that nobody asks any more, or that has people or a history, was the platform's: it is confirmed."""
    Company = apps.get_model("organisations", "Company")
    for company in Company.objects.filter(confirmed_at=None, asking_firm=None):
        requests = list(company.activations.filter(status="pending").select_related("client").order_by("pk"))
        if not requests or is_in_use(apps, company):
            Company.objects.filter(pk=company.pk).update(confirmed_at=Now())
            company.users.filter(user=None).delete()  # nobody gets in by what was asked before it was known
            continue
        offered = {place.email: place for place in company.users.all()}
        for number, request in enumerate(requests):
            asked = company if number == 0 else Company(org_number=company.org_number)
            asked.name, asked.asking_firm_id = request.client.name, request.firm_id
            asked.save()
            request.company = asked
            request.save(update_fields=["company"])
            offer_place(asked, request, offered.get(request.contact_email))
        company.users.exclude(email=requests[0].contact_email).delete()


def is_in_use(apps, company) -> bool:
    """Whether somebody has been let in, or invited, or anything has been done in its name."""
    return (
        company.users.exclude(user=None).exists()
        or apps.get_model("organisations", "Invitation").objects.filter(company=company).exists()
        or apps.get_model("history", "Event").objects.filter(company=company).exists()
        or company.subscriptions.exists()
    )


def offer_place(company, request, place) -> None:
    """The administrator's place for the request's own receiver, as this firm has written the person."""
    if place is None:
        return  # who has said to be somebody else is offered none
    if place.company_id != company.pk:
        place.pk = None
    place.company = company
    place.name, place.phone = request.contact_name, request.contact_phone
    place.save()


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0008_names_nfc"),
        ("collaboration", "0016_own_domain"),
        ("organisations", "0009_asked_companies"),
        ("history", "0005_names_of_columns"),
    ]

    operations = [migrations.RunPython(split_companies, migrations.RunPython.noop)]
