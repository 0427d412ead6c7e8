"""The numbers that only one client of a firm may have: its own and the organisation's."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.models import Client
from ground.refusals import NotAllowed
from organisations.models import Employee


class NumberTaken(NotAllowed):
    """Raised when another client of the firm has the number. `client` is None for a person who does not see that
    one.
    """

    def __init__(self, sentence: str, *, field: str, client: Client | None) -> None:
        super().__init__(sentence, field=field)
        self.client = client


def check_unique(client: Client, *, by: Employee) -> None:
    """Raise NumberTaken where one of the client's numbers is taken. The caller holds the firm's lock."""
    others = Client.objects.filter(firm_id=client.firm_id).exclude(pk=client.pk)
    if (found := others.filter(number=client.number)).exists():
        unnamed = _("Kundenummeret %(number)s er i bruk.") % {"number": client.number}
        raise taken(found, by=by, field="number", named=_("%(name)s har kundenummer %(number)s."), unnamed=unnamed)
    if client.org_number and (found := others.filter(org_number=client.org_number)).exists():
        raise org_number_taken(found, by=by)


def find_taken(org_number: str, *, by: Employee) -> NumberTaken | None:
    """What a new client with this number would be refused by; None while no client of the firm has it."""
    found = Client.objects.filter(firm_id=by.firm_id, org_number=org_number)
    return org_number_taken(found, by=by) if found.exists() else None


def org_number_taken(found: QuerySet[Client], *, by: Employee) -> NumberTaken:
    named = _("%(name)s, kunde %(number)s, har dette organisasjonsnummeret.")
    unnamed = _("En kunde som du ikke ser, har dette organisasjonsnummeret. Be en administrator om tilgang.")
    return taken(found, by=by, field="org_number", named=named, unnamed=unnamed)


def taken(found: QuerySet[Client], *, by: Employee, field: str, named: str, unnamed: str) -> NumberTaken:
    """The refusal, which names the client only to a person who sees it."""
    other = Client.objects.visible_to(by).filter(pk__in=found).first()
    sentence = named % {"name": other.name, "number": other.number} if other else unnamed
    return NumberTaken(sentence, field=field, client=other)
