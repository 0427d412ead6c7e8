"""How a company comes to be: asked by a firm, in a row of the request's own, until somebody makes it known."""

from datetime import datetime

from django.db import connection

from organisations.models import Company, CompanyUser, Firm

NUMBERS = 0x6E756D62  # names the advisory locks on organisation numbers


def lock_number(org_number: str) -> None:
    """Hold everything that happens to companies of this organisation number until the deed is done.

    Comes before the company's own row: the rows of one number change one after the other, and none is added meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERS, int(org_number)])


def lock_company(company_id: int) -> Company | None:
    """The company as it is now, locked with its organisation number; None when it is gone."""
    rows = Company.objects.filter(pk=company_id)
    org_number = rows.values_list("org_number", flat=True).first()
    if org_number is None:
        return None
    lock_number(org_number)
    return rows.select_for_update().first()


def ask_company(*, org_number: str, name: str, firm: Firm) -> Company:
    """A row for one request to a company that is not known, under the name that the firm has for it.

    Whether others have asked it too changes nothing. The caller holds the number's lock.
    """
    return Company.objects.create(org_number=org_number, name=name, asking_firm=firm)


def make_known(company: Company, at: datetime) -> None:
    """Let this be the company of its number from now on: what was asked of it by others comes to it.

    The name is that of the request which was accepted. The caller holds the number's lock.
    """
    if company.is_known:
        return
    for other in Company.objects.asked().filter(org_number=company.org_number).exclude(pk=company.pk):
        take_over(other, into=company)
    company.asking_firm, company.confirmed_at = None, at
    company.save(update_fields=["asking_firm", "confirmed_at"])


def take_over(asked: Company, *, into: Company) -> None:
    """The request to the one row becomes one to the other. The place that it offered is gone, and the row too."""
    CompanyUser.objects.of(asked).delete()
    for relation in Company._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: asked})
        rows.update(**{relation.field.name: into})
    asked.delete()
