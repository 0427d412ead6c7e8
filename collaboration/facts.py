"""What the check before sending asks of the database: of one client one question at a time, of many in a few queries.

The rules stand in preflight.py and know only the questions.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from agreements.models import Collaboration
from business_register.lookups import AWAY, Found, kept_of_many, kept_roles, kept_unit
from clients.models import Client, Task
from collaboration.models import Activation, ReplacedLink
from collaboration.scenarios import Standing, find_standing, known_to, standing_with
from ground.clock import database_clock
from ground.mail_addresses import find_form
from organisations.forms.addresses import REST
from organisations.models import Company, CompanyUser, Employee, Firm
from organisations.own_domains import find_among, find_own_domain, own_domains
from subscriptions.models import Price, Service, Subscription, Terms, Variant

Pair = tuple[int, int]  # the ids of a client and a service, or of a company and a service


def is_employees_address(firm_id: int, address: str) -> bool:
    return Employee.objects.active().filter(firm_id=firm_id, user__email=find_form(address)).exists()


def has_disowned(client_id: int, address: str, today: date) -> bool:
    """Whether its holder has answered a request to the client, less than REST ago, that he is somebody else."""
    address, of_late = find_form(address), {"disowned_at__date__gt": today - REST}
    return (
        Activation.objects.filter(client_id=client_id, contact_email=address, **of_late).exists()
        or ReplacedLink.objects.filter(activation__client_id=client_id, disowned_email=address, **of_late).exists()
    )


class Facts:
    """Asked of the database as it is at the moment, under whatever locks the deed holds."""

    def find_standing(self, client: Client, service: Service) -> Standing:
        return find_standing(client, service)

    def has_request(self, client: Client, service: Service, *, besides: int | None) -> bool:
        """Whether a draft or a request that waits is there, but for the one of the id `besides`."""
        return Activation.objects.live().filter(client=client, service=service).exclude(pk=besides).exists()

    def collaborates(self, client: Client, service: Service) -> bool:
        return Collaboration.objects.active().filter(client=client, service=service).exists()

    def has_open_task(self, client: Client) -> bool:
        return client.tasks.open().exists()

    def is_employees(self, firm_id: int, address: str) -> bool:
        return is_employees_address(firm_id, address)

    def find_own_domain(self, firm: Firm, address: str) -> str:
        return find_own_domain(firm, address)

    def has_disowned(self, client_id: int, address: str, today: date) -> bool:
        return has_disowned(client_id, address, today)

    def has_administrator(self, company: Company) -> bool:
        return CompanyUser.objects.of(company).active().administrators().exists()

    def find_price(self, variant: Variant, months: int, today: date) -> Decimal | None:
        """The list price a month; None where the list has none."""
        price = Price.objects.on(today).filter(variant=variant, months=months).first()
        return price.per_month if price else None

    def has_terms(self, service: Service) -> bool:
        return Terms.objects.filter(service=service).exists()

    def find_registered(self, org_number: str) -> tuple[Found, Found]:
        """What the register has said of the unit and of its roles within the day."""
        at = database_clock()
        return kept_unit(org_number, at=at), kept_roles(org_number, at=at)


ASKED = Facts()


class GatheredFacts(Facts):
    """The same of many clients of one firm and some services, gathered on a day in a number of queries that is fixed.

    Knows nothing of other clients, services and days.
    """

    def __init__(self, firm: Firm, clients: Sequence[Client], services: Sequence[Service], *, today: date) -> None:
        self.firm = firm
        self.client_ids = [client.pk for client in clients]
        self.service_ids = [service.pk for service in services]
        numbers = [client.org_number for client in clients if client.org_number]
        self.gather_running()
        self.gather_people(today)
        self.gather_companies(numbers)
        self.prices = {
            (price.variant_id, price.months): price.per_month
            for price in Price.objects.on(today).filter(variant__service__in=self.service_ids)
        }
        self.units, self.roles = kept_of_many(numbers, at=database_clock())
        with_terms = Terms.objects.filter(service__in=self.service_ids)
        self.services_with_terms = set(with_terms.values_list("service_id", flat=True))

    def gather_running(self) -> None:
        of_these = {"client__in": self.client_ids, "service__in": self.service_ids}
        self.requests: dict[Pair, set[int]] = defaultdict(set)
        for client, service, pk in Activation.objects.live().filter(**of_these).values_list("client", "service", "pk"):
            self.requests[client, service].add(pk)
        collaborations = Collaboration.objects.active().filter(**of_these)
        self.collaborations = set(collaborations.values_list("client_id", "service_id"))
        open_tasks = Task.objects.open().filter(client__in=self.client_ids)
        self.clients_with_tasks = set(open_tasks.values_list("client_id", flat=True))

    def gather_people(self, today: date) -> None:
        people = Employee.objects.active().filter(firm=self.firm)
        self.employees = set(people.values_list("user__email", flat=True))
        self.domains = own_domains(self.firm)
        of_late = {"disowned_at__date__gt": today - REST}
        requests = Activation.objects.filter(client__in=self.client_ids, **of_late)
        links = ReplacedLink.objects.filter(activation__client__in=self.client_ids, **of_late)
        self.disowned = {
            *requests.values_list("client_id", "contact_email"),
            *links.values_list("activation__client_id", "disowned_email"),
        }

    def gather_companies(self, numbers: list[str]) -> None:
        self.companies: dict[str, Company] = {}
        for company in known_to(self.firm).filter(org_number__in=numbers).order_by("provisional_at"):
            self.companies.setdefault(company.org_number, company)
        found = [company.pk for company in self.companies.values()]
        running = Subscription.objects.active().filter(company__in=found, service__in=self.service_ids)
        self.subscriptions = {(one.company_id, one.service_id): one for one in running.with_service()}
        administrators = CompanyUser.objects.filter(company__in=found).active().administrators()
        self.with_administrator = set(administrators.values_list("company_id", flat=True))

    def find_standing(self, client: Client, service: Service) -> Standing:
        company = self.companies.get(client.org_number or "")
        return standing_with(company, self.subscriptions.get((company.pk, service.pk)) if company else None)

    def has_request(self, client: Client, service: Service, *, besides: int | None) -> bool:
        return bool(self.requests.get((client.pk, service.pk), set()) - {besides})

    def collaborates(self, client: Client, service: Service) -> bool:
        return (client.pk, service.pk) in self.collaborations

    def has_open_task(self, client: Client) -> bool:
        return client.pk in self.clients_with_tasks

    def is_employees(self, firm_id: int, address: str) -> bool:
        return find_form(address) in self.employees

    def find_own_domain(self, firm: Firm, address: str) -> str:
        return find_among(self.domains, address)

    def has_disowned(self, client_id: int, address: str, today: date) -> bool:
        return (client_id, find_form(address)) in self.disowned

    def has_administrator(self, company: Company) -> bool:
        return company.pk in self.with_administrator

    def find_price(self, variant: Variant, months: int, today: date) -> Decimal | None:
        return self.prices.get((variant.pk, months))

    def has_terms(self, service: Service) -> bool:
        return service.pk in self.services_with_terms

    def find_registered(self, org_number: str) -> tuple[Found, Found]:
        return self.units.get(org_number, AWAY), self.roles.get(org_number, AWAY)
