"""A firm's own mail domains: a customer's address is hardly at one of them."""

from pathlib import Path

from ground.mail_addresses import find_form
from organisations.models import Employee, Firm

# Where anybody gets a mailbox: that two people have theirs there says nothing about either
PROVIDERS = frozenset(Path(__file__).with_name("mail_providers.txt").read_text().split())


def find_own_domain(firm: Firm, address: str) -> str:
    """The firm's domain that the address is at; empty where it is at none.

    The firm's domains are those of its own and its employees' addresses, but for the mail providers' (PROVIDERS). An
    address is at one when its domain is the same, or either lies under the other. Other firms' addresses make no
    difference, so nothing is told of them.
    """
    return "" if is_a_providers(domain_of(address)) else find_among(own_domains(firm), address)


def own_domains(firm: Firm) -> list[str]:
    """The firm's own domains, without the mail providers'."""
    people = Employee.objects.active().filter(firm=firm).values_list("user__email", flat=True)
    own = {domain_of(known) for known in (firm.email, *people) if known}
    return [known for known in sorted(own) if not is_a_providers(known)]


def find_among(domains: list[str], address: str) -> str:
    """The first of a firm's own domains that the address is at; empty where it is at none."""
    domain = domain_of(address)
    if is_a_providers(domain):
        return ""
    return next((known for known in domains if is_same_house(domain, known)), "")


def domain_of(address: str) -> str:
    """The domain of an address, in its stored form."""
    return find_form(address).rpartition("@")[2]


def is_same_house(one: str, other: str) -> bool:
    """Whether one domain is the other, or lies under it."""
    return lies_in(one, other) or ("." in one and lies_in(other, one))


def lies_in(domain: str, above: str) -> bool:
    """Whether the domain is `above`, or lies under it."""
    return domain == above or domain.endswith(f".{above}")


def is_a_providers(domain: str) -> bool:
    return any(lies_in(domain, provider) for provider in PROVIDERS)
