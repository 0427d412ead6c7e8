"""A firm's own domains: an address there is hardly the customer's."""

from pathlib import Path

from ground.mail_addresses import find_form
from organisations.models import Employee, Firm

# Where anybody gets a mailbox: that two people have theirs there says nothing about either
PROVIDERS = frozenset(Path(__file__).with_name("mail_providers.txt").read_text().split())


def find_own_domain(firm: Firm, address: str) -> str:
    """The domain of the firm at which the address is; empty where it is at none.

    The firm's are those of its own address and of its employees' addresses, but for the providers' (PROVIDERS). Which
    other firms have addresses there makes no difference: nothing here tells of them. An address is at a domain when
    its own is the same, or the one lies under the other.
    """
    domain = domain_of(address)
    if is_a_providers(domain):
        return ""
    people = Employee.objects.active().filter(firm=firm).values_list("user__email", flat=True)
    own = {domain_of(known) for known in (firm.email, *people) if known}
    found = (known for known in sorted(own) if not is_a_providers(known))
    return next((known for known in found if is_same_house(domain, known)), "")


def domain_of(address: str) -> str:
    """What stands behind @: a domain has one form, however it was typed."""
    return find_form(address).rpartition("@")[2]


def is_same_house(one: str, other: str) -> bool:
    return lies_in(one, other) or ("." in one and lies_in(other, one))


def lies_in(domain: str, above: str) -> bool:
    return domain == above or domain.endswith(f".{above}")


def is_a_providers(domain: str) -> bool:
    return any(lies_in(domain, provider) for provider in PROVIDERS)
