"""A firm learns nothing of another one that has asked the same company: no byte, no header, no question more."""

from collections.abc import Callable
from difflib import unified_diff

import pytest

from notifications.models import Email
from organisations.models import Company
from tests import factories
from tests.walls.rivals import FJORD, VIDDA, Heard, Side, make_side, undone

pytestmark = pytest.mark.django_db

STEPS = (Side.ask, Side.watch, Side.open_link, Side.resend, Side.watch)


@pytest.fixture
def services(db):
    factories.eaccounting(), factories.scanner()


@pytest.fixture
def sides(services) -> Callable[[], tuple[Side, Side]]:
    """Vidda and Fjord, each with a card of the company of one number: fresh browsers each time."""
    made = [make_side(VIDDA, number=2001), make_side(FJORD, number=1001)]
    return lambda: tuple(Side(side.canary, side.boss, side.client, side.receiver) for side in made)


def live(sides, beside: Callable[[int, Side], None]) -> list[Heard]:
    """What Vidda and its customer hear of all steps, when `beside` says what Fjord does before each of them."""
    with undone():
        ours, theirs = sides()
        for number, step in enumerate(STEPS):
            beside(number, theirs)
            step(ours)
            ours.open_mails(lambda mail: VIDDA in mail.to)
        return ours.heard


def nothing(number: int, theirs: Side) -> None:
    pass


def asks_at(step: int) -> Callable[[int, Side], None]:
    return lambda number, theirs: theirs.ask() if number == step else None


def asks_and_changes_its_mind(number: int, theirs: Side) -> None:
    match number:
        case 0 | 3:
            theirs.ask()
        case 1:
            theirs.correct("per@orstaror.example")
        case 2 | 4:
            theirs.withdraw()


def differences(alone: list[Heard], beside: list[Heard]) -> list[str]:
    assert [one.what for one in alone] == [one.what for one in beside]
    found = []
    for one, other in zip(alone, beside, strict=True):
        words = unified_diff(
            one.words.decode(errors="replace").split("\n"), other.words.decode(errors="replace").split("\n"), n=0
        )
        found += [f"{one.what}: {line}" for line in (*words, *unified_diff(one.asked, other.asked, n=0))]
    return found


@pytest.mark.parametrize(
    "beside", [asks_at(0), asks_at(2), asks_and_changes_its_mind], ids=["before", "after", "often"]
)
def test_what_a_side_hears_and_how_long_it_takes_is_the_same_beside_another_firm(beside, sides):
    alone, again = live(sides, nothing), live(sides, nothing)
    heard = live(sides, beside)

    assert "\n".join(differences(alone, again)) == ""  # nothing else makes a difference
    assert "\n".join(differences(alone, heard)) == ""
    assert not any(FJORD.encode() in one.words.lower() for one in heard)


def test_each_request_speaks_the_name_that_its_own_firm_has_for_the_customer(sides):
    ours, theirs = sides()

    for side in (ours, theirs):
        side.ask()
        side.open_link()

    for side, other in ((ours, FJORD), (theirs, VIDDA)):
        mail = Email.objects.get(to=side.receiver)
        side.open_mails(lambda mail, side=side: side.canary in mail.to)
        said = b"".join(one.words for one in side.heard)
        assert mail.kind == "activation_sent"
        assert f"Kunde {side.canary} AS".encode() in said
        assert other.encode() not in said


def test_the_name_is_the_one_it_was_sent_with_and_the_companys_own_from_the_first_yes(sides):
    ours, theirs = sides()
    theirs.ask()
    ours.ask()
    ours.client.name = "Et helt annet navn AS"
    ours.client.save()

    ours.open_link()
    ours.accept()

    company = Company.objects.known().get()
    assert (company.name, company.asking_firm) == (f"Kunde {VIDDA} AS", None)
    assert theirs.request.company == company
