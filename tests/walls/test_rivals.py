"""A firm learns nothing of another one that has asked the same company: no byte, no header, no question more."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from difflib import unified_diff

import pytest

from agreements.models import Collaboration
from collaboration import actions
from notifications.models import Email
from organisations.models import Company, CompanyUser
from subscriptions.models import Subscription
from tests import factories
from tests.pairs import some_of
from tests.stage import under_the_stage
from tests.walls.rivals import FJORD, VIDDA, Heard, Side, make_side, undone

pytestmark = pytest.mark.django_db

LIFE = (Side.ask, Side.watch, Side.open_link, Side.resend, Side.watch, Side.accept, Side.read, Side.watch, Side.approve,
        Side.invite, Side.read, Side.watch)  # fmt: skip
ASKED, TOOK, SAID_YES = LIFE.index(Side.ask), LIFE.index(Side.accept), LIFE.index(Side.approve)
Sides = Callable[[], tuple[Side, Side]]
Beside = Callable[[int, Side], None]


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker) -> Iterator[tuple[Side, Side]]:
    """Vidda and Fjord, each with a card of the company of one number; what a test does with them is rolled back."""
    with under_the_stage(django_db_blocker):
        factories.eaccounting()
        factories.scanner()
        factories.ServiceFactory(code="other")  # whose own page the walk does not open: there who waits is told so
        yield make_side(VIDDA, number=2001), make_side(FJORD, number=1001)


def anew(side: Side) -> Side:
    """The same firm and customer, with fresh browsers."""
    return Side(side.canary, deepcopy(side.boss), deepcopy(side.client), side.receiver)


@pytest.fixture
def sides(made, db) -> Sides:
    return lambda: (anew(made[0]), anew(made[1]))


@pytest.fixture(scope="module")
def alone(made) -> list[Heard]:
    """What Vidda and its customer hear when nobody else has asked."""
    return live(lambda: (anew(made[0]), anew(made[1])), nothing)


def live(sides: Sides, beside: Beside) -> list[Heard]:
    """What Vidda and its customer hear of all steps, when `beside` says what Fjord does before each of them."""
    with undone():
        ours, theirs = sides()
        for number, step in enumerate(LIFE):
            beside(number, theirs)
            step(ours)
            ours.open_mails(lambda mail: VIDDA in mail.to)
        return ours.heard


def nothing(number: int, theirs: Side) -> None:
    pass


def does(**deeds: int) -> Beside:
    """What Fjord's side does before the step of that number, in their order: does(ask=0, accept=5)."""

    def beside(number: int, theirs: Side) -> None:
        for deed, when in deeds.items():
            if number == when:
                getattr(theirs, deed)()

    return beside


def orders_another_service(number: int, theirs: Side) -> None:
    does(ask=ASKED, open_link=ASKED + 1, accept=ASKED + 1)(number, theirs)
    if number == ASKED + 1:
        theirs.order("other")
    if number == TOOK:
        theirs.invite()


def asks_and_changes_its_mind(number: int, theirs: Side) -> None:
    match number:
        case 0 | 3 | 8:
            theirs.ask()
        case 1:
            theirs.correct("per@orstaror.example")
        case 2 | 7:
            theirs.withdraw()


BESIDES = {
    "asks first": does(ask=ASKED),
    "asks last": does(ask=TOOK),
    "changes its mind": asks_and_changes_its_mind,
    "is answered first": does(ask=ASKED, open_link=ASKED + 1, accept=ASKED + 1, read=ASKED + 1),
    "is answered last": does(ask=TOOK, open_link=TOOK, accept=SAID_YES),
    "is refused": does(ask=ASKED, open_link=ASKED + 1, accept=ASKED + 1, decline=TOOK),
    "orders another service": orders_another_service,
}


def differences(alone: list[Heard], beside: list[Heard]) -> str:
    assert [one.what for one in alone] == [one.what for one in beside]
    return "\n".join(
        f"{one.what}: {line}"
        for one, other in zip(alone, beside, strict=True)
        for said, also in ((lines(one), lines(other)), (one.asked, other.asked))
        for line in unified_diff(said, also, n=0)
    )


def lines(heard: Heard) -> list[str]:
    return heard.words.decode(errors="replace").split("\n")


@pytest.mark.parametrize("beside", some_of([*BESIDES], "asks first", "changes its mind", "is answered last"))
def test_what_a_side_hears_and_how_long_it_takes_is_the_same_beside_another_firm(beside, alone, sides):
    heard = live(sides, BESIDES[beside])

    assert differences(alone, heard) == ""
    assert not any(FJORD.encode() in one.words.lower() for one in heard)


def test_the_walk_itself_makes_no_difference_and_passes_everything(alone, sides):
    again = live(sides, nothing)

    assert differences(alone, again) == ""
    kinds = {one.what.split()[0] for one in alone}
    assert kinds == {"GET", "POST", "activation_sent", "approval_receipt", "activation_approved", "invitation"}


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
    ours, _theirs = sides()
    ours.ask()
    ours.client.name = "Et helt annet navn AS"
    ours.client.save()

    ours.open_link()
    ours.accept()

    company = Company.objects.get()
    assert (company.state, company.name, company.asking_firm) == ("known", f"Kunde {VIDDA} AS", None)


# --- Both answer ---------------------------------------------------------------------------------------------------


@pytest.fixture(params=["in their order", "in the other order"])
def both(request, sides) -> tuple[Side, Side]:
    """Both firms have asked, and both receivers have accepted."""
    first, second = sides() if request.param == "in their order" else reversed(sides())
    for side in (first, second):
        side.ask()
    for side in (first, second):
        side.open_link()
        side.accept()
    return first, second


def test_both_who_answer_are_provisional_and_each_sees_the_own_request_alone(both):
    for side, other in (both, both[::-1]):
        side.read()
        side.watch()
        side.open_mails(lambda mail, side=side: side.canary in mail.to)

        assert side.place.company.state == "provisional"
        assert side.customer.get(other.request_page()).status_code == 404
        assert not any(other.canary.encode() in one.words.lower() for one in side.heard)


def test_what_the_first_has_begun_the_second_waits_for_and_hears_one_sentence(both):
    first, second = both
    first.approve()
    second.look(second.customer, second.request_page())
    page = second.heard[-1].words.decode()
    second.approve()
    second.look(second.customer, second.request_page())

    assert first.request.status == "approved"
    assert second.request.status == "pending"
    for heard in (page, second.heard[-1].words.decode()):
        assert "Selskapet må bekreftes før dere kan godkjenne. Vi tar kontakt." in heard
        assert first.canary not in heard
    assert 'action="/mine-tjenester/foresporsler' in page  # it can be declined meanwhile
    assert ">Godkjenn<" not in page
    assert Collaboration.objects.get().firm == first.boss.firm


def test_who_waits_may_say_no(both):
    first, second = both
    first.approve()

    second.decline()

    assert second.request.status == "declined"


def test_what_the_first_has_ordered_the_second_cannot_order(both):
    first, second = both
    first.order()
    second.send(second.customer, "/mine-tjenester/bestill/scanner/", accepts_terms="on")
    second.look(second.customer, "/mine-tjenester/bestill/")

    assert "Selskapet må bekreftes før dere kan bestille. Vi tar kontakt." in second.heard[-1].words.decode()
    assert Subscription.objects.get().company == first.place.company


def test_different_services_begin_on_both_sides(both):
    first, second = both
    first.order()

    second.approve()

    assert second.request.status == "approved"
    assert Subscription.objects.count() == 2


def test_a_third_firm_asks_a_new_customer_and_sees_nothing(both):
    third = make_side("zzfjell", number=3001)
    first, second = both
    first.approve()

    third.ask()
    third.open_link()
    third.accept()
    third.read()
    third.watch()

    assert (third.request.scenario, third.place.company.state) == ("new", "provisional")
    for side in (first, second):
        assert not any(side.canary.encode() in one.words.lower() for one in third.heard)


def test_a_firm_whose_receiver_is_provisional_sees_a_customer_like_any_other(both):
    first, _second = both
    first.approve()

    draft = actions.start_activation(
        client=first.client, service=factories.scanner(), by=first.boss, variant=factories.scanner().variants.get()
    )

    assert draft.scenario == "known"
    assert not Company.objects.known().exists()


def test_the_clock_makes_the_one_left_an_ordinary_administrator(both):
    first, second = both
    CompanyUser.objects.filter(pk=second.place.pk).update(deactivated_at=factories.LONG_AGO)

    cleared, again = actions.clear_disputes(), actions.clear_disputes()

    assert (cleared, again) == (1, 0)
    assert first.place.company.state == "known"
    assert second.request.company == first.place.company
