"""Locks, always in this order: organisation number, company, subscription, activation, collaboration; and client
before task."""

from clients.models import Client
from collaboration.models import Activation
from collaboration.scenarios import find_company
from organisations.companies.rows import lock_rows
from organisations.models import Company


def lock_company_of(activation_id: int) -> Company | None:
    """The company that the request is to, as it is now, locked; None while it has none yet, or no more."""
    asked = Company.objects.filter(activations=activation_id)
    org_number = asked.values_list("org_number", flat=True).first()
    if org_number is None:
        return None
    rows = lock_rows(org_number)
    return rows.get(asked.values_list("pk", flat=True).first())


def lock_known_company(client: Client) -> Company | None:
    """The company of the client's organisation number that the firm knows, locked; None while it knows none.

    None too for a client without an organisation number.
    """
    if not client.org_number:
        return None
    rows, company = lock_rows(client.org_number), find_company(client)
    return rows.get(company.pk) if company else None


def lock_client(client: Client) -> Client:
    """The client as it is now. The full row lock also holds back a request that is being started."""
    return Client.objects.select_for_update(of=("self",)).select_related("firm").get(pk=client.pk)


def lock_activation(activation_id: int) -> Activation:
    """The request as it is now, locked. Only its own row: the rows it names are read, not held."""
    return Activation.objects.select_for_update(of=("self",)).with_names().get(pk=activation_id)


def try_lock_activation(activation_id: int, company_id: int | None) -> Activation | None:
    """Lock company and request without waiting, for a sweep that comes again; None when somebody holds one of them."""
    if company_id and not Company.objects.select_for_update(skip_locked=True).filter(pk=company_id).first():
        return None
    free = Activation.objects.select_for_update(of=("self",), skip_locked=True)
    return free.with_names().filter(pk=activation_id).first()
