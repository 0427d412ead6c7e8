"""A state is shown by one badge, everywhere the same: of a request whose mail came back red, "E-post i retur"."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver, reverse
from openpyxl import load_workbook

from collaboration import actions
from collaboration.models import Activation
from collaboration.states import WAITS, State, badge_of, with_state
from ground.clock import database_clock
from notifications.models import Email
from office.clients.states import ServiceState, find_states
from tests.office.requests import make_mail, make_request

pytestmark = pytest.mark.django_db

TAG = re.compile(r'<span class="ds-tag" data-color="(\w*)">(?:[^<:]*: )?([^<]*)</span>')
COUNT = re.compile(r'<a class="ds-tag" data-color="(\w*)"[^>]*>\s*([^<]*?)\s*<')
SHOW_THE_STATE = {
    "office:client-list", "office:client-detail", "office:client-collaboration", "office:collaboration-list",
    "collaboration:service-detail",
}  # fmt: skip


def pages_of(number: int, code: str) -> dict[str, str]:
    """The address by name of every page of the firm's that asks for nothing but a client and a service."""
    known = {"number": number, "code": code}
    found = {}
    for namespace in ("office", "clients", "collaboration"):
        _prefix, resolver = get_resolver().namespace_dict[namespace]
        for name, needs in named(resolver.url_patterns):
            if needs <= known.keys():
                kwargs = {key: known[key] for key in needs}
                found[f"{namespace}:{name}"] = reverse(f"{namespace}:{name}", kwargs=kwargs)
    return found


def named(patterns, needs=frozenset()):
    for pattern in patterns:
        here = needs | pattern.pattern.converters.keys()
        if isinstance(pattern, URLPattern):
            yield pattern.name, here
        else:
            yield from named(pattern.url_patterns, here)


@pytest.fixture
def clock():
    """The pages ask the database for the hour."""
    return database_clock


@pytest.fixture
def bounced(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    Email.objects.filter(kind="activation_sent").update(status="sent", sent_at=clock(), bounced_at=clock())
    return activation


def test_every_page_that_shows_the_state_shows_it_red(bounced, office):
    shows = set()
    for name, address in pages_of(1002, "eaccounting").items():
        text = office.get(address, follow=True).content.decode()
        badges = {(word.strip(), tone) for pattern in (TAG, COUNT) for tone, word in pattern.findall(text)}
        assert not {badge for badge in badges if badge[0] == "Venter på kunden"}, name
        if ("E-post i retur", "danger") in badges:
            shows.add(name)

    assert shows >= SHOW_THE_STATE


def test_the_exports_say_it_too(bounced, office):
    csv = office.get("/samarbeid/eksport.csv").content.decode()
    book = load_workbook(BytesIO(office.get("/samarbeid/eksport.xlsx").content))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]

    assert "E-post i retur" in csv
    assert "E-post i retur" in cells
    assert not any("Venter på kunden" in str(text) for text in [csv, *cells])


def test_a_right_address_takes_it_away(bounced, kari, known, clock):
    receiver = {"name": "Anne Vik", "email": "anne@orstaror.example", "link_version": 1}

    actions.correct_address(activation=bounced, by=kari, clock=clock, **receiver)

    assert find_states([known.client], seen_by=kari)[known.client.pk, bounced.service_id] is ServiceState.WAITING


def test_the_customer_sees_nothing_of_it(bounced, known, sign_in):
    browser = sign_in(known.administrator)

    for address in ("/mine-tjenester/", f"/mine-tjenester/foresporsler/{bounced.pk}/"):
        assert "retur" not in browser.get(address).content.decode()


@pytest.mark.parametrize("state", State)
def test_the_list_the_card_and_the_service_page_agree(state, known, kari, eaccounting, office, clock):
    at = clock()
    facts = {
        State.WAITING: {}, State.BOUNCED: {}, State.DISOWNED: {},
        State.ACTIVE: {"status": "approved"}, State.ENDED: {"status": "approved", "has_ended": True},
        State.EXPIRED: {"left": -1},
    }.get(state, {"status": state.value})  # fmt: skip
    activation = make_request(known.client, eaccounting, by=kari, at=at, **facts)
    Activation.objects.filter(pk=activation.pk).update(disowned_at=at if state == State.DISOWNED else None)
    if activation.contact_email:
        make_mail(activation, at=at, bounced_at=at if state == State.BOUNCED else None)

    found = with_state(Activation.objects.all(), at).get()
    listed = find_states([known.client], seen_by=kari).get((known.client.pk, eaccounting.pk), ServiceState.NONE)
    page = office.get("/samarbeid/").content.decode()

    assert found.state == state
    badge = badge_of(state)
    assert f'data-color="{badge.tone}">{badge.text}</span>' in page
    if state != State.WITHDRAWN:  # a client is as it was before a request that is withdrawn
        assert listed.badge == badge
    if state in WAITS:
        service_page = office.get("/kunder/1002/samarbeid/eaccounting/").content.decode()
        assert f'data-color="{badge.tone}">{badge.text}</span>' in service_page


def test_no_template_words_a_state_by_itself():
    """The badge of a request or collaboration comes from badge_of: no template names the status."""
    by_hand = [
        str(path)
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        if "get_status_display" in path.read_text() or "Venter på kunden" in path.read_text()
    ]

    assert by_hand == []
