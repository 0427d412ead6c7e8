"""What a yes binds to: the same on page, mails, receipt, PDF and order page, and what the days then bring."""

import email
import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from email.policy import default

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from agreements import actions as agreement_actions
from agreements.hand_over import HandOver
from agreements.models import Collaboration, SubscriptionChange
from agreements.words.outlook import outlook, outlook_of_hand_over
from collaboration import actions
from collaboration.offer.commitment import commitment_of_offer
from collaboration.offer.offers import make_offer
from commitments import actions as commitment_actions
from commitments import receipt_pdf
from commitments.commitment import Commitment, Payer, commitment_in, commitment_of_new
from commitments.models import Receipt
from ground.clock import OSLO, database_clock, oslo_date
from ground.money import format_nok
from ground.periods import add_months, next_period
from notifications.models import Email
from organisations.actions import accept_place
from organisations.models import CompanyUser, Firm
from subscriptions.models import Charge, Price, Service, Subscription
from subscriptions.orders import make_order
from tests import factories
from tests.conftest import make_client

pytestmark = pytest.mark.django_db

REFUNDED = {"nb": "efunderes ikke", "en": "ot refunded"}
SEPARATE = {"nb": "sier ikke opp tjenesten", "en": "not cancel the service"}
UNTIL = {"nb": ("til dere sier den opp", "til den sies opp"), "en": ("until cancelled", "until it is cancelled")}
ALONE = {"nb": "Uten byrået betaler dere selv", "en": "Without the firm, you pay"}
QUESTIONS = {
    "nb": ["Hvem spør?", "Hva gjelder det?", "Hva koster det meg?", "Hvem får tilgang?", "Hvordan angrer jeg?"],
    "en": ["Who is asking?", "What is it about?", "What does it cost me?", "Who gets access?", "How do I undo it?"],
}


def today() -> date:
    return oslo_date(database_clock())


def at(day: date, hour: time = time(12)) -> Callable[[], datetime]:
    return lambda: datetime.combine(day, hour, OSLO)


def words(markup: str) -> str:
    body = re.sub(r"<(style|head|header|footer)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def read(browser, name: str, *args) -> str:
    return words(browser.get(reverse(name, args=args)).content.decode())


def mail_parts(kind: str) -> dict[str, str]:
    row = Email.objects.filter(kind=kind).latest("pk")
    mail = email.message_from_bytes(bytes(row.message), policy=default)
    return {
        f"{kind}, text": plain(mail.get_body(("plain",)).get_content()),
        f"{kind}, HTML": words(mail.get_body(("html",)).get_content()),
    }


def make_service(kind: str) -> Service:
    if kind == "eaccounting":
        service = factories.eaccounting()
    elif kind == "scanner":
        service = factories.scanner()
    elif kind == "monthly":
        service = factories.ServiceFactory(code="manedlig", name="Månedlig", has_period=False)
    elif kind == "free with a period":
        service = factories.ServiceFactory(code="gratis", name="Gratis", variants={"standard": (1, 0, 0)})
    else:
        service = factories.ServiceFactory(code="okonomioversikt", name="Visma Økonomioversikt")
    Service.objects.filter(pk=service.pk).update(supplier="Visma")
    service.refresh_from_db()
    return service


@dataclass(frozen=True)
class Case:
    service: str
    payer: str
    months: int
    per_month: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.per_month) * self.months


CASES = [
    Case("eaccounting", "company", 12, "349"),
    Case("eaccounting", "company", 3, "389"),
    Case("eaccounting", "firm", 12, "349"),
    Case("eaccounting", "firm", 3, "389"),
    Case("okonomioversikt", "company", 12, "79"),
    Case("okonomioversikt", "firm", 3, "99"),
    Case("monthly", "company", 1, "99"),
    Case("monthly", "firm", 1, "99"),
    Case("scanner", "company", 1, "0"),
    Case("free with a period", "company", 12, "0"),
]


@pytest.fixture
def drawn(monkeypatch) -> list[str]:
    """What the PDF's rows say."""
    rows: list[str] = []
    write_row = receipt_pdf.write_row

    def note(pdf, label, value, **how):
        rows.append(f"{label} {value}")
        write_row(pdf, label, value, **how)

    monkeypatch.setattr(receipt_pdf, "write_row", note)
    return rows


@pytest.fixture
def asked(request, kari, sent) -> Callable:
    """asked("known", case, "en"): the request, and the administrator who may answer it in that language."""

    def ask(scenario: str, case: Case, language: str = "nb"):
        service, customer = make_service(case.service), request.getfixturevalue(scenario)
        administrator = getattr(customer, "administrator", None)
        if administrator:
            speak(administrator, language)
        activation = sent(
            customer.client, by=kari, service=service,
            variant="smart" if case.service == "eaccounting" else "standard", payer=case.payer, months=case.months,
        )  # fmt: skip
        if administrator is None:
            place = CompanyUser.objects.get(company=activation.company)
            administrator = accept_place(place=place, user=factories.UserFactory(name=place.name, email=place.email))
        return activation, administrator

    return ask


def speak(place: CompanyUser, language: str) -> None:
    place.user.language = language
    place.user.save()


def lasts(months: int, language: str) -> str:
    if language == "nb":
        return f"{months} måned{'er' if months > 1 else ''} om gangen"
    return f"{months} month{'s' if months > 1 else ''} at a time"


def expected(case: Case, language: str) -> list[str | tuple[str, ...]]:
    """What has to be read wherever the agreement is told of; of a tuple one of them."""
    begins = today()
    renews_on = None if case.service == "scanner" else add_months(begins, case.months)
    with translation.override(language):
        told: list[str | tuple[str, ...]] = []
        if renews_on:
            told += [date_format(renews_on), date_format(renews_on - timedelta(days=1)), UNTIL[language]]
            told += [lasts(case.months, language)] if case.months > 1 else []
        if case.amount:
            told += [plain(format_nok(case.amount))]
        return [*told, SEPARATE[language]]


def assert_told(carriers: dict[str, str], told: list[str | tuple[str, ...]]) -> None:
    missing = [
        (name, one, text)
        for name, text in carriers.items()
        for one in told
        if not any(words in text for words in ([one] if isinstance(one, str) else one))
    ]
    assert missing == []


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize(("scenario", "language"), [("known", "nb"), ("known", "en"), ("new", "nb")])
def test_page_mails_receipt_and_pdf_say_the_same_of_a_new_agreement(
    scenario, language, case, asked, approve, sign_in, page_of, drawn, kari
):
    activation, administrator = asked(scenario, case, language)
    browser, carriers = sign_in(administrator), mail_parts("activation_sent")
    carriers["page"] = words(browser.get(page_of(activation)).content.decode())

    assert_told(carriers, [*QUESTIONS[language], *expected(case, language)])
    if case.payer == "company" and case.amount:
        assert_told(carriers, ["Visma", REFUNDED[language]])
    assert [name for name, text in carriers.items() if (ALONE[language] in text) is not (case.payer == "firm")] == []

    approve(activation, by=administrator)

    receipt = Receipt.objects.get()
    proofs = mail_parts("approval_receipt") | {"receipt": read(browser, "my_services:receipt-detail", receipt.number)}
    if scenario == "known":
        with translation.override(language):
            assert receipt_pdf.write_pdf(receipt, reader=None).count(b"/Type /Page\n") == 1
        proofs["PDF"] = plain(" ".join(drawn))
    if language == "nb":
        its_page = activation.client.number, activation.service.code, receipt.number
        proofs["the firm's receipt"] = read(sign_in(kari), "collaboration:receipt-detail", *its_page)
    with translation.override(language):
        first_day = date_format(today())
    assert_told(proofs, [*expected(case, language), first_day])
    if case.amount:
        assert_told(proofs, ["Visma", REFUNDED[language]])
    if case.payer == "firm":
        own = {name: text for name, text in proofs.items() if name != "the firm's receipt"}
        with translation.override(language):
            sum_then = plain(f"{date_format(add_months(today(), case.months))}: ")
            amount = plain(format_nok(case.amount))
        own = {name: text.partition(ALONE[language])[2] for name, text in own.items()}
        assert {name: (sum_then in text, amount in text) for name, text in own.items()} == dict.fromkeys(
            own, (True, True)
        )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_and_the_days_bring_it(case, asked, approve):
    activation, administrator = asked("known", case)
    commitment = commitment_of_offer(make_offer(activation, today=today()))
    approve(activation, by=administrator)
    subscription = Subscription.objects.get()
    assert commitment == commitment_in(Receipt.objects.get().record, subscription.service)
    assert (commitment.renews_on, commitment.first_day) == (subscription.renews_on, subscription.started_on)
    if commitment.renews_on is None:
        agreement_actions.renew_subscriptions(clock=at(today() + timedelta(days=800)))
        assert not Charge.objects.exists()
        agreement_actions.cancel_subscription(subscription=subscription, by=administrator)
        subscription.refresh_from_db()
        assert subscription.ended_on == today()
        return

    with undone():
        agreement_actions.renew_subscriptions(clock=at(commitment.cancel_by, time(23, 59)))
        assert Charge.objects.count() == 1
        agreement_actions.renew_subscriptions(clock=at(commitment.renews_on, time(0, 1)))
        charge = Charge.objects.latest("pk")
        assert (charge.period.lower, charge.amount) == (commitment.renews_on, commitment.amount)
        assert charge.period.upper == next_period(today(), commitment.renews_on, commitment.months)
        assert (charge.paying_firm_id is not None) == (case.payer == "firm")
    with undone():
        agreement_actions.cancel_subscription(
            subscription=subscription, by=administrator, clock=at(commitment.cancel_by, time(23, 59))
        )
        agreement_actions.renew_subscriptions(clock=at(commitment.renews_on))
        assert Subscription.objects.get().ended_on == commitment.renews_on
        assert Charge.objects.count() == 1
    with undone():
        collaboration = Collaboration.objects.get()
        agreement_actions.end_collaboration(collaboration=collaboration, by=administrator, outcome="continues")
        agreement_actions.renew_subscriptions(clock=at(commitment.renews_on))
        assert Subscription.objects.get().is_renewing
        assert Charge.objects.latest("pk").paying_firm is None


class undone:
    """What is done inside is rolled back."""

    def __enter__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *failure):
        if failure[0] is None:
            transaction.set_rollback(True)
        self.atomic.__exit__(*failure)


# --- An agreement that there is


def agreed(subscription, **fields) -> None:
    Subscription.objects.filter(pk=subscription.pk).update(**fields)


WHO_PAYS = {
    "nb": {
        "as it was made": "Dere betaler som før",
        "paid by the firm that asks": "Byrået betaler som før",
        "paid by another firm": "Et annet byrå betaler som før",
    },
    "en": {
        "as it was made": "You pay as before",
        "paid by the firm that asks": "The firm pays as before",
        "paid by another firm": "Another firm pays as before",
    },
}
SITUATIONS: dict[str, Callable] = {
    "as it was made": lambda subscription, firms: None,
    "paid by the firm that asks": lambda subscription, firms: agreed(subscription, paying_firm=firms["fjord"]),
    "paid by another firm": lambda subscription, firms: agreed(subscription, paying_firm=firms["vidda"]),
    "cancelled": lambda subscription, firms: agreed(subscription, cancelled_on=today()),
    "left by its payer": lambda subscription, firms: agreed(
        subscription, paying_firm=firms["vidda"], payer_has_left=True
    ),
    "without periods": lambda subscription, firms: agreed(subscription, renews_on=None),
}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("scenario", ["subscribed", "attached"])
def test_an_agreement_that_goes_on_is_told_alike_and_then_goes_on_so(
    scenario, language, situation, request, kari, vidda, eaccounting, sent, draft, approve, sign_in, page_of
):
    renews_on = today() + timedelta(days=100)
    if scenario == "attached":
        customer = request.getfixturevalue("known")
        speak(customer.administrator, language)
        activation = sent(customer.client, by=kari)
        subscription = factories.SubscriptionFactory(company=customer.company, renews_on=renews_on)
    else:
        customer = request.getfixturevalue("subscribed")
        speak(customer.administrator, language)
        subscription = customer.subscription
        agreed(subscription, renews_on=renews_on)
        SITUATIONS[situation](subscription, {"fjord": kari.firm, "vidda": vidda})
        activation = actions.send_activation(
            activation=draft(customer.client, by=kari), by=kari, acknowledged={"subscription_cancelled"}
        )
    SITUATIONS[situation](subscription, {"fjord": kari.firm, "vidda": vidda})
    browser = sign_in(customer.administrator)
    carriers = {} if scenario == "attached" else mail_parts("activation_sent")
    carriers["page"] = words(browser.get(page_of(activation)).content.decode())

    approve(activation, by=customer.administrator)

    receipt = Receipt.objects.get()
    carriers |= mail_parts("approval_receipt")
    carriers["receipt"] = read(browser, "my_services:receipt-detail", receipt.number)
    with translation.override(language):
        day, day_before = date_format(renews_on), date_format(renews_on - timedelta(days=1))
    no_date = situation == "without periods"
    ends = situation in ("cancelled", "left by its payer")
    told = [] if no_date else [day_before] if ends else [day, day_before, lasts(12, language), UNTIL[language]]
    assert_told(carriers, [*told, *([] if ends else [SEPARATE[language]])])
    is_told = not (ends or no_date or situation == "paid by another firm")
    with translation.override(language):
        amount = plain(format_nok(349 * 12))
    assert {name for name in carriers if amount in carriers[name]} == (set(carriers) if is_told else set())
    asked_with = {name: text for name, text in carriers.items() if "receipt" not in name}
    if not (ends or no_date):
        assert_told(asked_with, [WHO_PAYS[language][situation]])
    if situation == "paid by the firm that asks":
        assert_told(carriers, [ALONE[language]])
    assert [name for name, text in asked_with.items() if "Vidda" in text] == []

    agreement_actions.renew_subscriptions(clock=at(renews_on))
    subscription.refresh_from_db()
    assert subscription.is_active is not ends


def test_an_agreed_change_of_length_is_what_it_renews_for(subscribed, kari, sent, sign_in, page_of, eaccounting):
    renews_on = today() + timedelta(days=100)
    agreed(subscribed.subscription, renews_on=renews_on)
    SubscriptionChange.objects.create(
        subscription=subscribed.subscription, kind="period", from_months=12, to_months=3, effective_on=renews_on,
        asked_by=subscribed.administrator.user, asked_at=database_clock(), status="agreed", needs_yes=False,
    )  # fmt: skip

    activation = sent(subscribed.client, by=kari)

    page = words(sign_in(subscribed.administrator).get(page_of(activation)).content.decode())
    assert_told(mail_parts("activation_sent") | {"page": page}, [lasts(3, "nb"), date_format(renews_on)])


def test_a_price_that_is_known_to_come_is_told_everywhere(asked, approve, sign_in, page_of, drawn):
    case = Case("eaccounting", "company", 3, "389")
    smart = factories.eaccounting().variants.get(code="smart")
    Price.objects.create(variant=smart, months=3, per_month=Decimal(450), valid_from=today() + timedelta(days=30))
    activation, administrator = asked("known", case)
    browser, carriers = sign_in(administrator), mail_parts("activation_sent")
    carriers["page"] = words(browser.get(page_of(activation)).content.decode())

    approve(activation, by=administrator)

    carriers |= mail_parts("approval_receipt")
    receipt_pdf.write_pdf(Receipt.objects.get(), reader=None)
    carriers["PDF"] = plain(" ".join(drawn))
    assert_told(carriers, ["389,00", "450,00"])
    agreement_actions.renew_subscriptions(clock=at(add_months(today(), 3)))
    assert Charge.objects.latest("pk").monthly_price == 450


# --- A hand-over


@pytest.mark.parametrize("pays", ["company", "old firm, then the company", "old firm, then the new one"])
def test_with_a_hand_over_the_page_and_the_receipt_say_what_the_outlook_says(
    pays, known, kari, nils, sent, approve, sign_in, page_of, post, drawn
):
    theirs = make_client(
        nils,
        name=known.company.name,
        org_number=known.company.org_number,
        contact_name="Per Rør",
        contact_email=known.administrator.email,
    )
    approve(sent(theirs, by=nils, payer="company" if pays == "company" else "firm"), by=known.administrator)
    activation, old = sent(known.client, by=kari), Collaboration.objects.get()
    Receipt.objects.all().delete()
    browser, payer = sign_in(known.administrator), "firm" if pays.endswith("new one") else "company"
    choice = {"hand_over": str(old.pk), "siste": str(today() + timedelta(days=20)), "payer": payer}
    first = browser.get(page_of(activation))
    again = post(
        browser, f"{page_of(activation)}godkjenn/", known.company,
        shown=first.context["form"]["shown"].value(), foretold="", **choice,
    )  # fmt: skip
    page = browser.get(again.url)
    chosen = words(page.content.decode())

    post(
        browser, f"{page_of(activation)}godkjenn/", known.company,
        shown=page.context["form"]["shown"].value(), foretold=page.context["outlook"].shown, **choice,
    )  # fmt: skip

    receipt, subscription = Receipt.objects.latest("pk"), Subscription.objects.get()
    renews_on = date_format(subscription.renews_on)
    day_before = date_format(subscription.renews_on - timedelta(days=1))
    receipt_pdf.write_pdf(receipt, reader=None)
    proofs = {"PDF": plain(" ".join(drawn))} | mail_parts("approval_receipt")
    proofs["receipt"] = read(browser, "my_services:receipt-detail", receipt.number)
    answer = chosen[chosen.index("Hva koster det meg?") : chosen.index("Hvem får tilgang?")]
    outcome = words(browser.get(page_of(activation)).content.decode())
    if pays != "company":
        commitment = commitment_in(receipt.record, subscription.service)
        assert (commitment.new_payer, commitment.new_payer_from) == (Payer.COMPANY, subscription.renews_on)
        assert commitment.new_payer_amount == 4188
        assert_told(proofs, [f"{known.company.name} fra {renews_on}: 349,00 kr", f"Uendret til og med {day_before}"])
        assert_told(proofs | {"outcome": outcome, "answer": answer}, ["4 188,00 kr", renews_on])
        assert_told({"outcome": outcome, "answer": answer}, [f"Dere blir fakturamottaker fra {renews_on}"])
        said = " ".join([answer, outcome, *proofs.values()])
        assert [false for false in ("ingenting nytt", "Ingenting nytt", "uendret, med samme") if false in said] == []
    else:
        assert_told({"answer": answer}, ["Ingenting nytt", "Dere betaler som før: 4 188,00 kr"])
    if pays.endswith("new one"):
        assert_told(proofs, ["Spurt om å betale", "Fakturamottaker uten et ja", "Fjord Regnskap AS"])
        assert_told({"outcome": outcome, "answer": answer}, ["Byrået dere godkjenner, er spurt om å betale"])
    carriers = {"page": chosen} | proofs
    rows = [row.sentence for row in outlook(subscription, reader=None, day=today())]
    assert_told(carriers, [renews_on, day_before])
    assert any(row.startswith("Avtalen fornyes for 12 måneder. Dere betaler") for row in rows)
    assert (ALONE["nb"] in chosen) is False


@pytest.mark.parametrize("choice", ["company", "firm"])
def test_a_new_payer_after_another_renewal_is_told_from_the_day_it_is(choice, known, kari, nils, sent, approve):
    """The old firm stays beyond the next renewal."""
    theirs = make_client(
        nils,
        name=known.company.name,
        org_number=known.company.org_number,
        contact_name="Per Rør",
        contact_email=known.administrator.email,
    )
    approve(sent(theirs, by=nils, payer="firm"), by=known.administrator)
    activation, old = sent(known.client, by=kari), Collaboration.objects.get()
    agreed(old.subscription, renews_on=today() + timedelta(days=10))
    offer = make_offer(activation, today=today())
    payer = kari.firm if choice == "firm" else None

    commitment = commitment_of_offer(offer, HandOver(old, today() + timedelta(days=15), payer))

    foretold = outlook_of_hand_over(
        offer.subscription, HandOver(old, today() + timedelta(days=15), payer), reader=None, day=today()
    )
    paid = next(row.day for row in foretold if "Dere betaler" in row.sentence)
    assert (commitment.new_payer, commitment.new_payer_from) == (Payer.COMPANY, paid)
    assert (commitment.asked_payer is not None) is (choice == "firm")
    assert commitment == Commitment.from_record(json.loads(json.dumps(commitment.as_record())))


def test_an_agreed_new_payer_is_no_unchanged_one(subscribed, kari, vidda, sent, approve, sign_in, page_of):
    """Whether it was agreed with the approval or before it."""
    renews_on = today() + timedelta(days=100)
    agreed(subscribed.subscription, renews_on=renews_on, paying_firm=vidda)
    SubscriptionChange.objects.create(
        subscription=subscribed.subscription, kind="payer", from_firm=vidda, effective_on=renews_on,
        asked_by=subscribed.administrator.user, asked_at=database_clock(), status="agreed", needs_yes=False,
    )  # fmt: skip

    activation = sent(subscribed.client, by=kari)
    page = words(sign_in(subscribed.administrator).get(page_of(activation)).content.decode())
    mails = mail_parts("activation_sent")
    approve(activation, by=subscribed.administrator)

    told = f"Dere blir fakturamottaker fra {date_format(renews_on)}: 4 188,00 kr"
    assert_told(mails | {"page": page}, [told])
    assert_told(mail_parts("approval_receipt"), [f"Ærlig Bakeri AS fra {date_format(renews_on)}: 349,00 kr"])


# --- An order


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("case", [case for case in CASES if case.payer == "company"], ids=str)
def test_order_page_receipt_and_mail_say_the_same(case, language, known, sign_in):
    service = make_service(case.service)
    speak(known.administrator, language)
    variant = service.variants.filter(code="smart").first() or service.variants.get()
    browser = sign_in(known.administrator)
    address = reverse("my_services:order-create", args=[service.code])
    carriers = {"page": words(browser.get(f"{address}?variant={variant.code}").content.decode())}
    order = make_order(known.company, variant, months=case.months, day=today())

    commitment_actions.order_subscription(
        variant=variant, months=case.months, by=known.administrator, shown=order.fingerprint, accepts_terms=True
    )

    receipt, subscription = Receipt.objects.get(), Subscription.objects.get()
    carriers |= mail_parts("order_receipt")
    carriers["receipt"] = read(browser, "my_services:receipt-detail", receipt.number)
    with translation.override(language):
        told = [one for one in expected(case, language) if one is not SEPARATE[language]] + [date_format(today())]
    assert_told(carriers, told)
    if case.amount:
        assert_told(carriers, ["Visma", REFUNDED[language]])
    assert commitment_in(receipt.record, service).renews_on == subscription.renews_on


# --- The facts themselves


def test_a_receipt_keeps_the_facts_as_they_were(asked, approve):
    activation, administrator = asked("known", CASES[0])
    approve(activation, by=administrator)
    receipt = Receipt.objects.get()
    Service.objects.update(supplier="En annen")
    Price.objects.update(per_month=1)

    kept = commitment_in(receipt.record, receipt.subscription.service)

    assert (kept.supplier, kept.per_month, kept.amount) == ("Visma", Decimal(349), Decimal(4188))
    assert kept == Commitment.from_record(kept.as_record())
    assert receipt.is_genuine


def test_one_from_before_they_were_kept_says_what_follows_from_it(asked, approve):
    activation, administrator = asked("known", CASES[2])
    approve(activation, by=administrator)
    record = Receipt.objects.get().record
    kept = record.pop("commitment")

    commitment = commitment_in(record, activation.service)

    assert commitment.as_record() == kept
    assert commitment.payer == Payer.FIRM
    assert commitment_in(record | {"price_per_month": None}, activation.service) is None


def test_a_supplier_who_is_not_named_is_told_of_by_the_service(known, kari, sent, eaccounting):
    sent(known.client, by=kari)

    assert_told(mail_parts("activation_sent"), ["Faktura fra leverandøren av Visma eAccounting"])


def test_a_period_from_the_last_day_of_a_month_is_clamped(eaccounting):
    smart = eaccounting.variants.get(code="smart")

    commitment = commitment_of_new(
        smart, months=3, per_month=Decimal(389), payer=Payer.COMPANY, first_day=date(2026, 11, 30)
    )

    assert (commitment.renews_on, commitment.cancel_by) == (date(2027, 2, 28), date(2027, 2, 27))


def test_what_is_not_for_sale_any_more_has_no_price_to_come(eaccounting):
    smart = eaccounting.variants.get(code="smart")
    Price.objects.filter(variant=smart).delete()

    commitment = commitment_of_new(
        smart, months=3, per_month=Decimal(389), payer=Payer.FIRM, first_day=date(2026, 11, 30)
    )

    assert (commitment.renewal_per_month, commitment.coming_price) == (None, None)


def test_who_asks_is_one_of_the_firms(vidda, subscribed, kari, sent):
    agreed(subscribed.subscription, paying_firm=vidda, renews_on=today() + timedelta(days=9))

    commitment = commitment_of_offer(make_offer(sent(subscribed.client, by=kari), today=today()))

    assert commitment.payer == Payer.ANOTHER_FIRM
    assert Firm.objects.count() == 2


def test_of_what_cannot_be_approved_there_is_nothing_to_tell(subscribed, kari, sent):
    activation = sent(subscribed.client, by=kari)
    agreed(subscribed.subscription, ended_on=today())

    assert commitment_of_offer(make_offer(activation, today=today())) is None
