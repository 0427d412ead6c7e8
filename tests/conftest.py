"""The cast on a fresh database, and the three customers of the seed."""

import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test import override_settings

from collaboration import actions
from collaboration.models import Activation
from collaboration.offer.offers import make_offer
from devtools.register import make_register, make_server
from organisations.models import Employee
from tests import factories
from tests.costs import tell_costs
from tests.ordering import KeepTogether, start_with_the_long_ones
from tests.sign_in import sign_in_as
from tests.stage import STAGE

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's own loop runs in the tests' thread

COMMITTING = {"transactional_db", "live_server"}
JUST_NOW = 20  # seconds; when a device was seen last is written once a minute
NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)  # 12.00 in Oslo, a Tuesday


def pytest_collection_modifyitems(items):
    start_with_the_long_ones(items)


def pytest_terminal_summary(terminalreporter):
    tell_costs(terminalreporter)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return KeepTogether(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A process that a test has killed may leave its session behind; the database is dropped without waiting for it.

    An autovacuum worker's session is not ours to end, and gives way by itself.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch):
    """No test speaks to another machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def what_most_tests_do_without():
    """Slow passwords, a second factor, and the register: those about it say `settings.REQUIRE_SECOND_FACTOR = True`,
    or use `register`.
    """
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers, REQUIRE_SECOND_FACTOR=False, BUSINESS_REGISTER_URL=""):
        yield


@pytest.fixture(scope="module", autouse=True)
def one_stage_for_each_module(django_db_blocker):
    """Closed before anything of the next module is set up, which may need a connection of its own."""
    yield
    with django_db_blocker.unblock():
        STAGE.close()


@pytest.fixture
def stage_of_the_module(request, django_db_setup, django_db_blocker):
    """The module's stage is open for a test that is rolled back, and closed for one that commits."""
    marker = request.node.get_closest_marker("django_db")
    commits = (marker and marker.kwargs.get("transaction")) or COMMITTING & set(request.fixturenames)
    with django_db_blocker.unblock():
        if commits:
            STAGE.close()
        else:
            STAGE.open()


@pytest.fixture
def _django_db_helper(stage_of_the_module, _django_db_helper):
    """pytest-django's own, which begins the test's savepoint, on the module's stage."""
    with STAGE.around_a_test():
        yield


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The deeds' hour in tests: noon on Tuesday 10 March 2026, in Oslo."""
    return lambda: NOON


@pytest.fixture(scope="session")
def register_server():
    """The demo's register of enterprises, on a port of its own."""
    server = make_server(make_register())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def register(register_server, settings):
    """The project asks it in this test, which may put into it what it likes."""
    handler, port = register_server.RequestHandlerClass, register_server.server_address[1]
    handler.register = make_register()
    settings.BUSINESS_REGISTER_URL = f"http://127.0.0.1:{port}/enhetsregisteret/api"
    return handler.register


@pytest.fixture
def sign_in() -> Callable[..., Browser]:
    """Sign a user (or an employee, or a company's user) in and get the browser."""

    def signed_in(person) -> Browser:
        user = getattr(person, "user", person)
        browser = Browser()
        cookies = STAGE.reach(("sign in", user.pk), lambda: sign_in_as(user).cookies, lasts=JUST_NOW)
        browser.cookies = cookies
        return browser

    return signed_in


@pytest.fixture
def fjord(db):
    return STAGE.reach("fjord", lambda: factories.FirmFactory(name="Fjord Regnskap AS", slug="fjord"))


@pytest.fixture
def kari(fjord):
    """Administrator of Fjord, sees all."""
    return STAGE.reach(
        "kari", lambda: employee(fjord, "Kari Nordmann", "kari@fjordregnskap.example", role=Employee.Role.ADMINISTRATOR)
    )


@pytest.fixture
def ola(fjord):
    """Employee of Fjord, sees own clients only."""
    own = Employee.ClientAccess.OWN
    return STAGE.reach("ola", lambda: employee(fjord, "Ola Hansen", "ola@fjordregnskap.example", client_access=own))


@pytest.fixture
def vidda(db):
    return STAGE.reach("vidda", lambda: factories.FirmFactory(name="Vidda Økonomi AS", slug="vidda"))


@pytest.fixture
def nils(vidda):
    """Administrator of Vidda, sees all."""
    return STAGE.reach(
        "nils", lambda: employee(vidda, "Nils Vidda", "nils@vidda.example", role=Employee.Role.ADMINISTRATOR)
    )


@pytest.fixture
def eaccounting(db):
    return STAGE.reach("eaccounting", factories.eaccounting)


def employee(firm, name: str, address: str, **fields) -> Employee:
    return factories.EmployeeFactory(firm=firm, user=factories.UserFactory(name=name, email=address), **fields)


def make_client(lead, *, name, contact_email, contact_name="Line Berg", **fields):
    """A client of the lead's firm with its main contact, and a task that the lead does for it."""

    def make():
        client = factories.ClientFactory(firm=lead.firm, name=name, **fields)
        factories.ContactFactory(client=client, name=contact_name, email=contact_email)
        factories.TaskFactory(client=client, owner=lead)
        return client

    return STAGE.reach(("client", lead.pk, name, contact_name, contact_email, *sorted(fields.items())), make)


def known_customer(kari, number: int, name: str, person: str, address: str) -> SimpleNamespace:
    client = make_client(kari, number=number, name=name, contact_name=person, contact_email=address)
    company = factories.CompanyFactory(name=client.name, org_number=client.org_number)
    user = factories.UserFactory(name=person, email=address)
    administrator = factories.CompanyUserFactory(company=company, user=user, is_main_contact=True)
    return SimpleNamespace(client=client, company=company, administrator=administrator)


@pytest.fixture
def subscribed(kari, eaccounting):
    """Scenario 1: Ærlig Bakeri has Smart for 12 months, paid by itself. client, company, line, subscription."""

    def make() -> SimpleNamespace:
        case = known_customer(kari, 1001, "Ærlig Bakeri AS", "Line Berg", "line@aerligbakeri.example")
        case.subscription = factories.SubscriptionFactory(company=case.company, service=eaccounting)
        return case

    return STAGE.reach("subscribed", make)


@pytest.fixture
def known(kari, eaccounting):
    """Scenario 2: Ørsta Rør is on Mine tjenester without eAccounting. client, company, administrator (Per Rør)."""
    return STAGE.reach("known", lambda: known_customer(kari, 1002, "Ørsta Rør AS", "Per Rør", "per@orstaror.example"))


@pytest.fixture
def new(kari, eaccounting):
    """Scenario 3: Ås Blomster is unknown; its contact is Eva Ås."""
    who = {"name": "Ås Blomster", "contact_name": "Eva Ås", "contact_email": "eva@aasblomster.example"}
    return STAGE.reach("new", lambda: SimpleNamespace(client=make_client(kari, number=1003, **who)))


@pytest.fixture
def draft(eaccounting, clock) -> Callable[..., Activation]:
    """A filled-in draft for a client of the scenarios: draft(known.client, by=kari, payer="firm")."""

    def filled(client, *, by, service=None, variant="smart", payer="company", months=12) -> Activation:
        service = service or eaccounting
        chosen = service.variants.filter(code=variant).first() or service.variants.first()
        activation = actions.start_activation(client=client, service=service, by=by, variant=chosen, clock=clock)
        if not activation.keeps_agreement:
            actions.save_answers(
                activation=activation,
                by=by,
                answers={
                    "payer": payer if service.has_payer else "company",
                    "period_months": months if service.has_period else 1,
                },
            )
        return activation

    return filled


@pytest.fixture
def sent(draft, clock) -> Callable[..., Activation]:
    """A request that waits for the customer: sent(known.client, by=kari)."""

    def send(client, *, by, service=None, **answers) -> Activation:
        def make() -> Activation:
            activation = draft(client, by=by, service=service, **answers)
            return actions.send_activation(activation=activation, by=by, clock=clock)

        return STAGE.reach(("sent", client.pk, by.pk, service and service.pk, *sorted(answers.items())), make)

    return send


@pytest.fixture
def approve(clock) -> Callable[..., Activation]:
    """Say yes to what the page shows now: approve(activation, by=known.administrator)."""

    def say_yes(activation, *, by, at=clock) -> Activation:
        def make() -> Activation:
            shown = make_offer(activation, today=at().date()).fingerprint
            return actions.approve_activation(activation=activation, by=by, shown=shown, accepts_terms=True, clock=at)

        return STAGE.reach(("approved", activation.pk, by.pk), make) if at is clock else make()

    return say_yes


@pytest.fixture
def outside() -> Callable[[Activation], None]:
    """Somebody else becomes the new company's administrator, and the receiver's place goes: outside(activation)."""

    def shut(activation) -> None:
        company = activation.company
        company.users.offered().delete()
        company.confirmed_at, company.asking_firm = NOON, None
        company.save()
        factories.CompanyUserFactory(company=company, user=factories.UserFactory(name="Anne Vik"))

    return shut
