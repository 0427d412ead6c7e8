"""The firm's pages that change an agreement: what they foretell, what they do, and what they refuse."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from agreements import actions
from agreements.models import SubscriptionChange
from organisations.places.current import Place
from subscriptions.models import Charge, Feature, Price, Subscription
from tests import factories
from tests.conftest import NOON, make_client
from tests.machine.world import make_clock_movable, set_clock

pytestmark = pytest.mark.django_db

VARIANT, PAYER, PERIOD = (f"subscription-change-{kind}" for kind in ("variant", "payer", "period"))
SERVICE_PAGE = "/kunder/1001/samarbeid/eaccounting/"


@pytest.fixture(autouse=True)
def today(db):
    """10 March 2026, for the pages as for the deeds."""
    make_clock_movable()
    set_clock(NOON)


@pytest.fixture
def agreement(subscribed, kari, sent, approve):
    """Fjord works with Ærlig Bakeri in Smart for 12 months, which the bakery pays until 1 January 2027."""
    Feature.objects.create(service=subscribed.subscription.service, name="Lager", position=2).variants.set(
        subscribed.subscription.service.variants.filter(code="pro")
    )
    Feature.objects.create(service=subscribed.subscription.service, name="Bankavstemming", position=3).variants.set(
        subscribed.subscription.service.variants.filter(code__in=("smart", "pro"))
    )
    approve(sent(subscribed.client, by=kari), by=subscribed.administrator)
    subscribed.subscription.refresh_from_db()
    return subscribed


@pytest.fixture
def paid_by_fjord(agreement, kari):
    agreement.subscription.paying_firm = kari.firm
    agreement.subscription.save()
    agreement.subscription.charges.update(paying_firm=kari.firm)
    return agreement


def text(response) -> str:
    return " ".join(response.content.decode().split())


def url(name, *args):
    return reverse(f"collaboration:{name}", args=[1001, "eaccounting", *args])


def shown_in(page) -> str:
    return page.context["told"].plan.fingerprint


def choose(browser, name, valg):
    return browser.get(url(name), {"valg": valg})


def confirm(browser, name, valg, *, firm, shown=None):
    shown = shown or shown_in(choose(browser, name, valg))
    return browser.post(url(name), {Place.FIRM_FIELD: firm.pk, "valg": valg, "shown": shown})


def rows_of(page) -> dict[str, str]:
    return dict(page.context["told"].rows)


def the_change() -> SubscriptionChange:
    return SubscriptionChange.objects.get()


@pytest.fixture
def collaborate(sent, approve, agreement):
    """Another firm gets the bakery as its client 2002, and works with it."""

    def begin(boss):
        client = make_client(
            boss,
            number=2002,
            name="Ærlig Bakeri AS",
            org_number=agreement.company.org_number,
            contact_name="Line Berg",
            contact_email="line@aerligbakeri.example",
        )
        return approve(sent(client, by=boss), by=agreement.administrator)

    return begin


# --- Variant -----------------------------------------------------------------------------------------------------


def test_the_variants_stand_side_by_side_with_what_one_gets_and_loses(agreement, kari, sign_in):
    page = sign_in(kari).get(url(VARIANT))

    cards = {card["name"]: card for card in page.context["cards"]}
    assert {name: card["note"] for name, card in cards.items() if card["note"]} == {"Smart": "Dagens variant"}
    assert cards["Pro"]["differences"] == [("Får:", ["Lager"])]
    assert cards["Faktura"]["differences"] == [("Mister:", ["Bankavstemming"])]
    assert 'href="?valg=pro"' in text(page)
    assert 'href="?valg=smart"' not in text(page)


def test_a_greater_variant_that_the_customer_pays_waits_for_the_customer(agreement, kari, sign_in):
    browser = sign_in(kari)

    page = choose(browser, VARIANT, "pro")
    done = confirm(browser, VARIANT, "pro", firm=kari.firm)

    assert rows_of(page) == {
        "Variant": "Fra Smart til Pro",
        "Gjelder": "Straks kunden har sagt ja",
        "Dere betaler i dag": "Ingenting. Kunden betaler.",
        "Dere betaler etterpå": "Ingenting. Kunden betaler.",
        "Kunden betaler i dag": "349,00 kr per måned eks. mva.",
        "Kunden betaler etterpå": "549,00 kr per måned eks. mva.",
        "Kunden belastes når svaret er ja": (
            "1\xa0952,88 kr eks. mva. for resten av perioden, til og med 31. desember 2026, hvis svaret kommer i dag"
        ),
        "Neste fornyelse": "1. januar 2027: 6\xa0588,00 kr eks. mva. for 12 måneder. Betales av kunden.",
        "Må godkjennes av": "Kunden, innen utgangen av 31. desember 2026. Uten svar blir alt som det er.",
        "Angre": "Kan tas tilbake til det er besvart. Et ja gjelder straks.",
        "Tilgang": "Tilgangen endres ikke.",
    }
    assert "Send forslaget" in text(page)
    assert "Dette får kunden i tillegg" in text(page)
    assert done.url == SERVICE_PAGE
    assert (the_change().status, the_change().to_variant.code) == ("proposed", "pro")
    assert Subscription.objects.get().variant.code == "smart"


def test_a_smaller_variant_that_the_customer_pays_tells_what_it_saves_the_customer(agreement, kari, sign_in):
    page = choose(sign_in(kari), VARIANT, "start")

    rows = rows_of(page)
    assert rows["Kunden betaler i dag"] == "349,00 kr per måned eks. mva."
    assert rows["Kunden betaler etterpå"] == "199,00 kr per måned eks. mva."
    assert "Kunden belastes i dag" not in rows


def test_the_firm_that_pays_sees_its_price_and_what_is_charged_today(paid_by_fjord, kari, sign_in):
    set_clock(datetime(2026, 7, 1, 10, tzinfo=UTC))
    browser = sign_in(kari)

    page = choose(browser, VARIANT, "pro")
    confirm(browser, VARIANT, "pro", firm=kari.firm)

    rows = rows_of(page)
    assert rows["Gjelder"] == "Straks"
    assert rows["Dere betaler i dag"] == "349,00 kr per måned eks. mva."
    assert rows["Dere betaler etterpå"] == "549,00 kr per måned eks. mva."
    assert rows["Belastes i dag"] == ("1\xa0209,86 kr eks. mva. for resten av perioden, til og med 31. desember 2026")
    assert rows["Neste fornyelse"] == "1. januar 2027: 6\xa0588,00 kr eks. mva. for 12 måneder"
    assert rows["Godkjenning"] == "Krever ikke godkjenning"
    assert [label for label in rows if label.startswith("Kunden")] == []
    assert Charge.objects.get(kind="upgrade").amount == Decimal("1209.86")
    assert the_change().status == "in_force"


def test_a_smaller_variant_lists_the_functions_lost_and_waits_for_the_next_period(paid_by_fjord, kari, sign_in):
    browser = sign_in(kari)

    page = choose(browser, VARIANT, "start")
    confirm(browser, VARIANT, "start", firm=kari.firm)

    assert page.context["told"].lost == ["Bankavstemming"]
    assert "Dette mister kunden" in text(page)
    assert rows_of(page)["Gjelder"] == "Fra 1. januar 2027, når neste periode begynner"
    assert rows_of(page)["Angre"] == "Kan tas tilbake til og med 31. desember 2026."
    assert (the_change().status, the_change().effective_on) == ("agreed", date(2027, 1, 1))


def test_a_variant_without_a_price_is_refused_with_a_sentence(paid_by_fjord, kari, sign_in):
    Price.objects.filter(variant__code="pro").delete()

    page = choose(sign_in(kari), VARIANT, "pro")

    assert "Varianten har ingen pris for denne avtaleperioden." in text(page)
    assert page.context["told"] is None


@pytest.mark.parametrize("valg", ["smart", "gull", ""])
def test_what_cannot_be_chosen_shows_the_choice_again(valg, agreement, kari, sign_in):
    page = choose(sign_in(kari), VARIANT, valg)

    assert (page.status_code, page.context["told"]) == (200, None)
    assert page.context["form"].errors


# --- Payer -------------------------------------------------------------------------------------------------------


def test_the_firm_offers_to_pay_from_the_next_period(agreement, kari, sign_in):
    browser = sign_in(kari)

    page = browser.get(url(PAYER))  # a single choice is shown at once
    confirm(browser, PAYER, str(kari.firm_id), firm=kari.firm)

    assert rows_of(page)["Fakturamottaker"] == "Fra kunden til dere"
    assert rows_of(page)["Dere betaler i dag"] == "Ingenting. Kunden betaler."
    assert rows_of(page)["Dere betaler etterpå"] == "349,00 kr per måned eks. mva."
    assert (the_change().status, the_change().to_firm) == ("agreed", kari.firm)
    assert Subscription.objects.get().paying_firm is None


def test_the_firm_asks_the_customer_to_pay(paid_by_fjord, kari, sign_in):
    browser = sign_in(kari)

    page = browser.get(url(PAYER))
    confirm(browser, PAYER, "selskapet", firm=kari.firm)

    assert rows_of(page)["Må godkjennes av"].startswith("Kunden, innen utgangen av 31. desember 2026.")
    assert rows_of(page)["Dere betaler etterpå"] == "Ingenting. Kunden betaler."
    assert rows_of(page)["Kunden betaler i dag"] == "Ingenting. Dere betaler."
    assert rows_of(page)["Kunden betaler etterpå"] == "349,00 kr per måned eks. mva."
    assert (the_change().status, the_change().answering_firm) == ("proposed", None)


def test_a_new_payer_settles_what_waits(agreement, kari, sign_in):
    browser = sign_in(kari)
    confirm(browser, PERIOD, "3", firm=kari.firm)

    page = browser.get(url(PAYER))
    confirm(browser, PAYER, str(kari.firm_id), firm=kari.firm)

    assert rows_of(page)["Andre forslag"] == "De som venter på svar, faller bort når dette er avtalt."
    assert SubscriptionChange.objects.get(kind="period").status == "lapsed"


def test_another_firm_stands_nowhere(agreement, kari, nils, collaborate, sign_in):
    collaborate(nils)
    agreement.subscription.paying_firm = nils.firm
    agreement.subscription.save()
    browser = sign_in(kari)

    choice = browser.get(url(PAYER))
    plan = choose(browser, PAYER, str(kari.firm_id))
    upgrade = choose(browser, VARIANT, "pro")
    named = choose(browser, PAYER, str(nils.firm_id))

    pages = [choice, plan, upgrade, named]
    assert [page for page in pages if "Vidda" in text(page)] == []
    assert [option.label for option in choice.context["form"].options.values()] == [
        "Kunden (Ærlig Bakeri AS)", "Byrået (Fjord Regnskap AS)",
    ]  # fmt: skip
    assert rows_of(plan)["Fakturamottaker"] == "Fra et annet byrå til dere"
    assert rows_of(plan)["Dere betaler i dag"] == "Ingenting. Et annet byrå betaler."
    assert rows_of(upgrade)["Må godkjennes av"].startswith("Et annet byrå, innen utgangen av 31. desember 2026.")
    assert "549" not in " ".join(rows_of(upgrade).values())
    assert "349" not in " ".join(rows_of(upgrade).values())
    assert named.context["told"] is None


def test_a_firm_reads_of_anothers_change_without_its_name(agreement, kari, nils, collaborate, sign_in):
    collaborate(nils)
    their_url = reverse(f"collaboration:{PAYER}", args=[2002, "eaccounting"])
    theirs = sign_in(nils)
    fields = {Place.FIRM_FIELD: nils.firm_id, "valg": str(nils.firm_id), "shown": shown_in(theirs.get(their_url))}
    theirs.post(their_url, fields)

    page = sign_in(kari).get(SERVICE_PAGE)

    (row,) = page.context["changes"]
    assert row.title == "Fakturamottaker: fra kunden til et annet byrå"
    assert row.sentences == ["Foreslått av et annet byrå 10. mars 2026.", "Gjelder fra 1. januar 2027."]
    assert (row.answer_url, row.take_back_url) == ("", "")
    assert "Vidda" not in text(page)


# --- Period ------------------------------------------------------------------------------------------------------


def test_another_period_holds_from_the_next_one(paid_by_fjord, kari, sign_in):
    browser = sign_in(kari)

    page = browser.get(url(PERIOD))
    confirm(browser, PERIOD, "3", firm=kari.firm)

    rows = rows_of(page)
    assert rows["Avtaleperiode"] == "Fra 12 måneder til 3 måneder"
    assert rows["Dere betaler etterpå"] == "389,00 kr per måned eks. mva."
    assert rows["Neste fornyelse"] == "1. januar 2027: 1\xa0167,00 kr eks. mva. for 3 måneder"
    assert (the_change().status, the_change().to_months) == ("agreed", 3)


# --- What is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "valg"), [(VARIANT, "pro"), (PAYER, "selskapet"), (PERIOD, "3")])
def test_looking_changes_nothing(name, valg, paid_by_fjord, kari, sign_in):
    browser = sign_in(kari)

    browser.get(url(name))
    choose(browser, name, valg)

    assert not SubscriptionChange.objects.exists()
    assert Subscription.objects.get().version == paid_by_fjord.subscription.version


@pytest.mark.parametrize("name", [VARIANT, PAYER, PERIOD])
def test_a_colleague_without_the_right_is_told_who_has_it(name, agreement, fjord, sign_in):
    browser = sign_in(factories.EmployeeFactory(firm=fjord))

    page = browser.get(url(name), follow=True)
    posted = browser.post(url(name), {Place.FIRM_FIELD: fjord.pk, "valg": "pro", "shown": "x"}, follow=True)

    for answer in (page, posted):
        assert answer.redirect_chain == [(SERVICE_PAGE, 302)]
        assert "Bare byråets administratorer og kundeansvarlig kan endre avtalen. Spør Kari Nordmann." in text(answer)
    assert not SubscriptionChange.objects.exists()


def test_the_account_manager_may(agreement, fjord, sign_in):
    manager = factories.EmployeeFactory(firm=fjord)
    agreement.client.account_manager = manager
    agreement.client.save()

    confirm(sign_in(manager), PAYER, str(fjord.pk), firm=fjord)

    assert the_change().asked_by == manager.user


@pytest.mark.parametrize("name", [VARIANT, PAYER, PERIOD, "collaboration-change-task"])
def test_a_stranger_and_who_does_not_see_the_client_get_404(name, agreement, nils, ola, sign_in):
    for stranger in (nils, ola):
        browser = sign_in(stranger)

        answers = [browser.get(url(name)), browser.post(url(name), {Place.FIRM_FIELD: stranger.firm_id})]

        assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("name", [VARIANT, PAYER, PERIOD, "collaboration-change-task"])
def test_without_a_collaboration_there_is_no_such_page(name, subscribed, kari, sign_in):
    assert sign_in(kari).get(url(name)).status_code == 404


def test_a_page_that_has_grown_old_is_shown_anew_with_its_sentence(paid_by_fjord, kari, sign_in):
    browser = sign_in(kari)
    shown = shown_in(choose(browser, VARIANT, "pro"))
    Price.objects.filter(variant__code="pro", months=12).update(per_month=599)

    page = confirm(browser, VARIANT, "pro", firm=kari.firm, shown=shown)
    again = browser.get(page.url)

    assert page.url == url(VARIANT) + "?valg=pro"
    assert "Avtalen har endret seg siden du åpnet siden. Les den på nytt før du svarer." in text(again)
    assert rows_of(again)["Dere betaler etterpå"] == "599,00 kr per måned eks. mva."
    assert not SubscriptionChange.objects.exists()


def test_a_post_that_lacks_everything_shows_the_plan(paid_by_fjord, kari, sign_in):
    page = sign_in(kari).post(url(PERIOD), {Place.FIRM_FIELD: kari.firm_id})

    assert page.url == url(PERIOD) + "?valg=3"
    assert not SubscriptionChange.objects.exists()


def test_a_second_change_of_the_same_is_refused(paid_by_fjord, kari, sign_in):
    browser = sign_in(kari)
    confirm(browser, VARIANT, "start", firm=kari.firm)

    page = browser.get(url(VARIANT), follow=True)

    assert page.redirect_chain == [(SERVICE_PAGE, 302)]
    assert "Det er allerede en endring på vei av det samme." in text(page)


def test_a_cancelled_agreement_is_resumed_first(agreement, kari, sign_in):
    actions.cancel_subscription(subscription=agreement.subscription, by=agreement.administrator)

    page = sign_in(kari).get(url(VARIANT), follow=True)

    assert "Avtalen er sagt opp. Gjenoppta den før den endres." in text(page)


@pytest.mark.parametrize("name", [VARIANT, PAYER, PERIOD])
def test_a_service_that_leaves_no_choice_says_so(name, known, kari, sent, approve, sign_in):
    activation = sent(known.client, by=kari, service=factories.scanner(), variant="standard")
    approve(activation, by=known.administrator)

    page = sign_in(kari).get(reverse(f"collaboration:{name}", args=[1002, "scanner"]), follow=True)

    assert "Her er det ikke noe annet å velge for denne tjenesten." in text(page)


def test_while_the_clock_is_late_nothing_of_the_past_is_foretold(paid_by_fjord, kari, sign_in):
    set_clock(datetime(2027, 1, 1, 10, tzinfo=UTC))

    page = sign_in(kari).get(url(PERIOD), follow=True)

    assert "Avtalen fornyes i dette øyeblikket. Prøv igjen om noen minutter." in text(page)


# --- Answer, and take back ---------------------------------------------------------------------------------------


@pytest.fixture
def asked_to_pay_for_pro(paid_by_fjord, collaborate, nils, sign_in):
    """Vidda asks for Pro, which Fjord would pay."""
    collaborate(nils)
    address = reverse(f"collaboration:{VARIANT}", args=[2002, "eaccounting"])
    browser = sign_in(nils)
    fields = {Place.FIRM_FIELD: nils.firm_id, "valg": "pro"}
    fields["shown"] = shown_in(browser.get(address, {"valg": "pro"}))
    browser.post(address, fields)
    return the_change()


def answer(browser, change, what, *, firm, shown=None):
    shown = shown or shown_in(browser.get(url("change-answer", change.pk)))
    return browser.post(
        url("change-answer", change.pk), {Place.FIRM_FIELD: firm.pk, "answer": what, "shown": shown}
    )  # fmt: skip


def test_the_one_who_is_to_pay_sees_the_plan_and_says_yes(asked_to_pay_for_pro, kari, sign_in):
    browser = sign_in(kari)

    page = browser.get(url("change-answer", asked_to_pay_for_pro.pk))
    done = answer(browser, asked_to_pay_for_pro, "ja", firm=kari.firm)

    assert rows_of(page)["Dere betaler etterpå"] == "549,00 kr per måned eks. mva."
    assert "hvis svaret kommer i dag" in rows_of(page)["Belastes når svaret er ja"]
    assert rows_of(page)["Må godkjennes av"].startswith("Dere, innen utgangen av 31. desember 2026.")
    assert "Foreslått av et annet byrå 10. mars 2026." in text(page)
    assert "Sier dere nei, blir alt som det er." in text(page)
    assert "Vidda" not in text(page)
    assert done.url == SERVICE_PAGE
    assert the_change().status == "in_force"
    assert Subscription.objects.get().variant.code == "pro"


def test_the_one_who_is_to_pay_says_no(asked_to_pay_for_pro, kari, sign_in):
    browser = sign_in(kari)

    answer(browser, asked_to_pay_for_pro, "nei", firm=kari.firm)
    again = browser.get(url("change-answer", asked_to_pay_for_pro.pk), follow=True)

    assert (the_change().status, the_change().answered_by) == ("refused", kari.user)
    assert Subscription.objects.get().variant.code == "smart"
    assert "Endringen er allerede avslått." in text(again)


def test_a_yes_to_an_old_page_counts_for_nothing(asked_to_pay_for_pro, kari, sign_in):
    page = answer(sign_in(kari), asked_to_pay_for_pro, "ja", firm=kari.firm, shown="gammel")

    assert page.url == url("change-answer", asked_to_pay_for_pro.pk)
    assert the_change().status == "proposed"


def test_who_is_not_asked_is_told_so(asked_to_pay_for_pro, nils, fjord, sign_in):
    own = reverse("collaboration:change-answer", args=[2002, "eaccounting", asked_to_pay_for_pro.pk])

    asker = sign_in(nils).get(own, follow=True)
    colleague = sign_in(factories.EmployeeFactory(firm=fjord)).get(
        url("change-answer", asked_to_pay_for_pro.pk), follow=True
    )

    assert "Endringen venter på en annen part." in text(asker)
    assert "Du kan ikke gjøre dette med avtalen. Spør en administrator." in text(colleague)


def test_what_can_be_no_more_can_only_be_refused(asked_to_pay_for_pro, kari, sign_in):
    asked_to_pay_for_pro.to_variant.is_for_sale = False
    asked_to_pay_for_pro.to_variant.save()

    page = sign_in(kari).get(url("change-answer", asked_to_pay_for_pro.pk))

    assert "Varianten er ikke til salgs. Velg en annen." in text(page)
    assert 'value="ja"' not in text(page)
    assert 'value="nei"' in text(page)


def test_a_change_is_taken_back_after_being_asked(paid_by_fjord, kari, sign_in):
    browser = sign_in(kari)
    confirm(browser, VARIANT, "start", firm=kari.firm)
    address = url("change-take-back", the_change().pk)

    asks = browser.get(address)
    assert the_change().status == "agreed"
    done = browser.post(address, {Place.FIRM_FIELD: kari.firm_id})

    assert "Variant: fra Smart til Start" in text(asks)
    assert "Foreslått av Kari Nordmann 10. mars 2026. Gjelder fra 1. januar 2027." in text(asks)
    assert done.url == SERVICE_PAGE
    assert the_change().status == "taken_back"
    assert "Endringen er allerede tatt tilbake." in text(browser.get(address, follow=True))


def test_what_the_next_payer_has_said_yes_to_is_not_taken_back(paid_by_fjord, kari, sign_in):
    browser = sign_in(kari)
    confirm(browser, VARIANT, "start", firm=kari.firm)
    smaller = the_change()
    confirm(browser, PAYER, "selskapet", firm=kari.firm)
    SubscriptionChange.objects.filter(kind="payer").update(
        status="agreed", answered_by=paid_by_fjord.administrator.user, answered_at=NOON
    )

    page = browser.get(url("change-take-back", smaller.pk), follow=True)

    assert "Ta tilbake byttet først." in text(page)


def test_only_who_has_agreed_takes_it_back(asked_to_pay_for_pro, kari, sign_in):
    page = sign_in(kari).post(
        url("change-take-back", asked_to_pay_for_pro.pk), {Place.FIRM_FIELD: kari.firm_id}, follow=True
    )

    assert "Bare de som har avtalt endringen, kan ta den tilbake." in text(page)
    assert the_change().status == "proposed"


@pytest.mark.parametrize("name", ["change-answer", "change-take-back"])
def test_a_change_of_another_agreement_is_not_found(name, asked_to_pay_for_pro, known, kari, sent, approve, sign_in):
    approve(sent(known.client, by=kari), by=known.administrator)
    elsewhere = reverse(f"collaboration:{name}", args=[1002, "eaccounting", asked_to_pay_for_pro.pk])

    assert sign_in(kari).get(elsewhere).status_code == 404


def test_the_collaborations_page_lists_it_with_its_ways(asked_to_pay_for_pro, kari, sign_in):
    page = sign_in(kari).get(SERVICE_PAGE)

    (row,) = page.context["changes"]
    assert (row.title, row.badge) == ("Variant: fra Smart til Pro", "Venter på dere")
    assert (row.answer_url, row.take_back_url) == (url("change-answer", asked_to_pay_for_pro.pk), "")
    assert [label for label, _address in page.context["change_links"]] == [
        "Bytt oppgave", "Bytt fakturamottaker", "Endre avtaleperiode",
    ]  # fmt: skip


# --- Task --------------------------------------------------------------------------------------------------------


TASK = "collaboration-change-task"


def test_who_gets_and_who_loses_access_is_shown_and_is_what_happens(agreement, kari, ola, sign_in):
    other = factories.TaskFactory(client=agreement.client, owner=ola)
    own, theirs = sign_in(kari), sign_in(ola)
    door = url("service-open")

    page = choose(own, TASK, other.pk)
    assert (own.get(door).status_code, theirs.get(door).status_code) == (302, 404)
    done = own.post(url(TASK), {Place.FIRM_FIELD: kari.firm_id, "valg": other.pk})

    assert page.context["access"] == [
        ("Får tilgang", "Ola Hansen"),
        ("Mister tilgangen straks", "Kari Nordmann"),
        ("Beholder tilgangen", "Ingen"),
    ]
    assert done.url == SERVICE_PAGE
    assert own.get(door).status_code == 404
    agreement.client.account_manager = ola
    agreement.client.save()
    assert theirs.get(door).status_code == 302


def test_only_open_tasks_of_the_client_are_offered(agreement, known, kari, sign_in):
    other = factories.TaskFactory(client=agreement.client, owner=kari)
    closed = factories.TaskFactory(client=agreement.client, owner=kari, closed_at=factories.LONG_AGO)
    browser = sign_in(kari)

    page = browser.get(url(TASK))
    refused = [
        choose(browser, TASK, task.pk) for task in (closed, known.client.tasks.get(), agreement.client.tasks.first())
    ]

    assert list(page.context["form"].fields["valg"].queryset) == [other]
    assert [answer.context["task"] for answer in refused] == [None, None, None]
    assert "Oppgaven er lukket. Velg en annen." in text(refused[0])


def test_a_client_without_another_task_is_led_to_a_new_one_and_back(agreement, kari, sign_in):
    page = sign_in(kari).get(url(TASK))

    assert f'href="/kunder/1001/oppgaver/ny/?next={url(TASK)}"' in text(page)


def test_a_task_without_anybody_active_is_refused(agreement, kari, fjord, sign_in):
    left = factories.EmployeeFactory(firm=fjord, deactivated_at=factories.LONG_AGO)
    other = factories.TaskFactory(client=agreement.client, owner=left)

    page = sign_in(kari).post(url(TASK), {Place.FIRM_FIELD: fjord.pk, "valg": other.pk}, follow=True)

    assert "Ingen aktive medarbeidere står på oppgaven. Velg en annen." in text(page)


# --- How many queries --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "expected"), [(VARIANT, 23), (PAYER, 20), (PERIOD, 18), (TASK, 12)])
def test_the_pages_take_the_same_number_of_queries(
    rows, name, expected, paid_by_fjord, kari, sign_in, django_assert_num_queries
):
    for number in range(rows):
        factories.TaskFactory(
            client=paid_by_fjord.client, owner=kari, participants=[factories.EmployeeFactory(firm=kari.firm)]
        )
        feature = Feature.objects.create(service=paid_by_fjord.subscription.service, name=f"Mer {number}")
        feature.variants.set(feature.service.variants.all())
    browser = sign_in(kari)
    assert browser.get(url(name)).status_code == 200

    # session, user, employments, alerts · client, service, the hour · subscription, collaborations · own place, client
    # open changes · variants, or the plan: prices, agreed changes, what waits · of a task: collaboration, tasks, people
    with django_assert_num_queries(expected):
        browser.get(url(name))
