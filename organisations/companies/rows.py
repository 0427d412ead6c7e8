"""A company's rows: how they are locked, how a request makes one, and who claims to act for the company."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from organisations.models import Company, CompanyUser, Firm, Invitation

NUMBERS = 0x6E756D62  # names the advisory locks on organisation numbers


def lock_number(org_number: str) -> None:
    """Lock the organisation number until the deed is done. Comes before the locks of its companies' rows.

    So the rows of one number change one after the other, and none is added meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERS, int(org_number)])


def lock_company(company_id: int) -> Company | None:
    """The company as it is now, locked with all rows of its organisation number; None when the row is gone.

    For a row that was merged, the company that it was merged with.
    """
    org_number = Company.objects.values_list("org_number", flat=True).filter(pk=company_id).first()
    if org_number is None:
        return None
    rows = lock_rows(org_number)
    company = rows.get(company_id)
    return rows.get(company.merged_into_id) if company and company.merged_into_id else company


def lock_rows(org_number: str) -> dict[int, Company]:
    """All rows of the organisation number by their ids, as they are now, locked."""
    lock_number(org_number)
    return Company.objects.numbered(org_number).order_by("pk").select_for_update().in_bulk()


def ask_company(*, org_number: str, name: str, firm: Firm) -> Company:
    """Make the row of one request to a company that is not known, under the firm's name for it.

    Other firms' rows of the number make no difference. The caller holds the number's lock.
    """
    return Company.objects.create(org_number=org_number, name=name, asking_firm=firm)


def find_claims(org_number: str) -> list[CompanyUser]:
    """The administrators' places, offered and taken, in the rows of a number whose company is not known."""
    places = CompanyUser.objects.administrators().filter(Q(user=None) | Q(user__is_active=True), deactivated_at=None)
    rows = Company.objects.unsettled().numbered(org_number)
    invited = Invitation.objects.filter(
        company=OuterRef("company"), email=OuterRef("email"), outcome=Invitation.Outcome.ACCEPTED
    )
    places = places.filter(company__in=rows).annotate(was_invited=Exists(invited))
    return list(places.select_related("company", "user").order_by("pk"))


def find_rivals(company: Company, claims: Sequence[CompanyUser]) -> list[CompanyUser]:
    """Those of `claims` that dispute the company's own: of other people, who answer for it or are asked by another
    firm.

    Somebody whom the same firm has asked besides is no rival: the first to answer administers. Somebody whom the
    company has let in by an invitation is one in another firm's request, else one could be invited away.
    """
    own = {place.email for place in claims if place.company_id == company.pk and not place.was_invited}
    return [
        place
        for place in claims
        if place.email not in own
        and place.company_id != company.pk
        and (not place.company.is_asked or place.company.asking_firm_id != company.asking_firm_id)
    ]


def is_disputed(company: Company, claims: Sequence[CompanyUser], rows: Iterable[Company]) -> bool:
    """Whether there is a rival, or another firm's request waits whose receiver was the wrong person; `rows` are the
    number's.
    """
    claimed = {place.company_id for place in claims}
    return bool(find_rivals(company, claims)) or any(
        row.is_asked and row.asking_firm_id != company.asking_firm_id and row.pk not in claimed for row in rows
    )


def make_room_for_main_contact(company: Company) -> bool:
    """Whether the company can get a new main contact, for which one whose account is shut gives way.

    The caller holds the lock.
    """
    main_contacts = CompanyUser.objects.of(company).filter(is_main_contact=True, user__isnull=False)
    if main_contacts.active().exists():
        return False
    main_contacts.update(is_main_contact=False)
    return True
