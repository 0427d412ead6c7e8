"""News of an agreement: for each deed exactly these are told, in their language, and no firm of another."""

import re
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default as default_policy

import pytest
from django.db import transaction
from django.utils import translation

from agreements import actions as agreement_actions
from agreements.models import Collaboration, SubscriptionChange
from agreements.plans import foretell, plan_payer, plan_period, plan_variant
from collaboration.alert_words import describe
from commitments import actions as commitment_actions
from ground.clock import OSLO
from notifications.models import Alert, Email
from organisations.models import Employee, User
from subscriptions.models import Subscription
from subscriptions.orders import make_order
from tests import factories
from tests.conftest import NOON, make_client
from tests.races import race

pytestmark = pytest.mark.django_db

AMOUNTS = {
    "nb": ("349,00", "4\xa0188,00", "549,00", "6\xa0588,00", "2\xa0400,00"),
    "en": ("349.00", "4,188.00", "549.00", "6,588.00", "2,400.00"),
}

KARI, NILS = "kari@fjordregnskap.example", "nils@vidda.example"
PER, EVA = "per@orstaror.example", "eva@orstaror.example"
TODAY = date(2026, 3, 10)
RENEWAL = lambda: datetime(2027, 3, 10, 0, 5, tzinfo=OSLO)  # noqa: E731 (a clock)


@pytest.fixture(params=["nb", "en"], autouse=True)
def language(request):
    return request.param


@pytest.fixture
def company(known):
    """Ørsta Rør: Per and Eva administer it, a third person only uses its services."""
    user = factories.UserFactory(name="Eva Ås", email=EVA)
    factories.CompanyUserFactory(company=known.company, user=user)
    factories.CompanyUserFactory(company=known.company, role="user")
    return known.company


@pytest.fixture
def per(known, company):
    return known.administrator


@pytest.fixture
def eva(company):
    return company.users.select_related("user", "company").get(email=EVA)


@pytest.fixture
def agree(known, per, kari, ola, nils, sent, approve, language):
    """Fjord and Vidda in eAccounting with Ørsta Rør; what was told of it is put away."""

    def agreed(*, payer="company", variant="smart", months=12, with_vidda=True) -> Subscription:
        approve(sent(known.client, by=kari, payer=payer, variant=variant, months=months), by=per)
        if with_vidda:
            client = make_client(
                nils,
                number=2001,
                name="Ørsta Rør AS",
                org_number=known.client.org_number,
                contact_name="Per Rør",
                contact_email=PER,
            )
            approve(sent(client, by=nils), by=per)
        Email.objects.all().delete()
        Alert.objects.all().delete()
        User.objects.update(language=language)
        for person in (per, kari, nils):
            person.user.refresh_from_db()
        return Subscription.objects.get()

    return agreed


def text_of(mail: Email) -> str:
    message = message_from_bytes(bytes(mail.message), policy=default_policy)
    return message.get_body(("plain",)).get_content()


def told() -> list[tuple[str, str]]:
    """Who got which mail since the last time one asked; each is looked at on the way."""
    mails = list(Email.objects.order_by("kind", "to"))
    for mail in mails:
        check_walls(mail)
        check_language(mail)
    alerts = list(Alert.objects.order_by("kind", "user__email"))
    assert [(alert.kind, alert.user.email) for alert in alerts] == [
        (mail.kind, mail.to) for mail in mails if mail.to in (KARI, NILS) and mail.kind != "end_receipt"
    ]
    for alert in alerts:
        assert Subscription.objects.filter(pk=alert.subject_id).exists(), "an alert is about the agreement"
        assert alert.subject_type == "subscriptions.subscription"
        with translation.override(alert.user.language):
            line = describe(alert)
        assert "%(" not in line.text + line.detail
        assert ("Fjord" if alert.user.email == NILS else "Vidda") not in line.text + line.detail
    Email.objects.all().delete()
    Alert.objects.all().delete()
    return [(mail.kind, mail.to) for mail in mails]


def check_walls(mail: Email) -> None:
    """No firm reads another firm's name."""
    other = {KARI: "Vidda", NILS: "Fjord"}.get(mail.to)
    if other:
        assert other not in bytes(mail.message).decode()


def check_language(mail: Email) -> None:
    """Of an English mail only the names are Norwegian."""
    text = mail.subject + "\n" + text_of(mail)
    is_english = User.objects.get(email=mail.to).language == "en"
    assert ("Hello" in text, "Hei" in text) == (is_english, not is_english)
    if is_english:
        assert (
            re.findall(r"[æøå]\w*|\b(?:og|er|til|fra|dere|ikke)\b", re.sub(r"Ørsta Rør|Per Rør|Eva Ås", "", text)) == []
        )


def change_variant(subscription, code, *, by, clock=lambda: NOON) -> SubscriptionChange:
    variant, asking = subscription.service.variants.get(code=code), getattr(by, "firm_id", None)
    plan = plan_variant(subscription, variant, asking=asking, day=TODAY)
    return agreement_actions.change_variant(
        subscription=subscription, variant=variant, by=by, shown=plan.fingerprint, clock=clock
    )


def change_payer(subscription, firm, *, by, clock=lambda: NOON) -> SubscriptionChange:
    plan = plan_payer(subscription, firm, asking=getattr(by, "firm_id", None), day=TODAY)
    return agreement_actions.change_payer(
        subscription=subscription, firm=firm, by=by, shown=plan.fingerprint, clock=clock
    )


def change_period(subscription, months, *, by, clock=lambda: NOON) -> SubscriptionChange:
    plan = plan_period(subscription, months, asking=getattr(by, "firm_id", None), day=TODAY)
    return agreement_actions.change_period(
        subscription=subscription, months=months, by=by, shown=plan.fingerprint, clock=clock
    )


def answer(change, *, accepts, by, clock=lambda: NOON) -> SubscriptionChange:
    change.refresh_from_db()
    plan = foretell(change, day=TODAY)
    return agreement_actions.answer_change(change=change, accepts=accepts, by=by, shown=plan.fingerprint, clock=clock)


def collaboration_of(firm) -> Collaboration:
    return Collaboration.objects.get(firm=firm)


# --- Variant -----------------------------------------------------------------------------------------------------


def test_a_greater_variant_asks_the_company_that_is_to_pay_more(agree, kari, language):
    subscription = agree()

    change = change_variant(subscription, "pro", by=kari)

    mail = Email.objects.get(to=PER)
    text = " ".join(text_of(mail).split())
    assert f"/mine-tjenester/tjenester/eaccounting/endringer/{change.pk}/?selskap={subscription.company_id}" in text
    for amount in AMOUNTS[language]:
        assert amount in text_of(mail)
    assert (
        mail.subject
        == {
            "nb": "Fjord Regnskap AS foreslår en endring i Visma eAccounting",
            "en": "Fjord Regnskap AS proposes a change in Visma eAccounting",
        }[language]
    )
    assert {"nb": "til og med 9. mars 2027", "en": "9 March 2027"}[language] in text
    assert told() == [("change_proposed", EVA), ("change_proposed", PER)]


def test_what_is_free_begins_its_periods_with_the_yes_and_names_the_price_that_the_second_one_has(
    sent, approve, known, per, kari, language
):
    service = factories.ServiceFactory(
        code="arkiv", has_variants=True, has_period=False, variants={"gratis": (1, 0, 0), "pluss": (2, 49, 49)}
    )
    approve(sent(known.client, by=kari, service=service, variant="gratis"), by=per)
    service.variants.get(code="pluss").prices.create(months=1, per_month=59, valid_from=date(2026, 4, 1))
    Email.objects.all().delete()
    User.objects.update(language=language)

    change_variant(Subscription.objects.get(service=service), "pluss", by=kari)

    text = text_of(Email.objects.get(to=PER)).replace("\xa0", " ")
    first, second = {
        "nb": ("For den første perioden, med et ja i dag: 49,00", "Fra 10. april 2026, med et ja i dag: 59,00 kr"),
        "en": ("For the first period, with a yes today: NOK 49.00", "From 10 April 2026, with a yes today: NOK 59.00"),
    }[language]
    assert first in text
    assert second in text


@pytest.mark.parametrize(("accepts", "to"), [(True, [EVA, KARI, NILS]), (False, [EVA, KARI])])
def test_the_answer_goes_to_the_one_who_asked_and_a_yes_to_all(accepts, to, agree, kari, per):
    change = change_variant(agree(), "pro", by=kari)
    told()

    answer(change, accepts=accepts, by=per)

    assert told() == [("change_settled", person) for person in to]


def test_a_smaller_variant_needs_no_yes_and_all_are_told_but_the_one_who_did_it(agree, kari):
    change_variant(agree(), "start", by=kari)

    assert told() == [("change_settled", EVA), ("change_settled", NILS), ("change_settled", PER)]


def test_a_firm_that_pays_is_asked_on_its_own_page_and_reads_no_other_firms_name(agree, nils, vidda, kari, fjord):
    subscription = agree(payer="firm")

    change = change_variant(subscription, "pro", by=nils)

    text = text_of(Email.objects.get(to=KARI))
    assert f"/kunder/1002/samarbeid/eaccounting/endringer/{change.pk}/?byra=fjord" in text
    assert Alert.objects.get().path == f"/kunder/1002/samarbeid/eaccounting/endringer/{change.pk}/"
    assert told() == [("change_proposed", KARI)]
    answer(change, accepts=True, by=kari)
    mails = {mail.to: text_of(mail) for mail in Email.objects.all()}
    assert "kr" not in mails[NILS].split()
    assert told() == [("change_settled", EVA), ("change_settled", NILS), ("change_settled", PER)]


def test_in_the_firm_it_is_asked_of_who_may_answer(agree, known, ola, kari, nils):
    subscription = agree(payer="firm")
    known.client.account_manager = ola
    known.client.save()
    Employee.objects.filter(pk=kari.pk).update(role="employee")

    change_variant(subscription, "pro", by=nils)

    assert list(Email.objects.values_list("to", flat=True)) == ["ola@fjordregnskap.example"]


# --- Payer and period --------------------------------------------------------------------------------------------


def test_a_firm_asks_the_company_to_pay_and_takes_it_back(agree, kari, language):
    change = change_payer(agree(payer="firm"), None, by=kari)
    text = text_of(Email.objects.get(to=PER))
    assert {"nb": "Fakturamottaker: fra Fjord Regnskap AS til dere", "en": "Fjord Regnskap AS to you"}[language] in text
    assert told() == [("change_proposed", EVA), ("change_proposed", PER)]

    agreement_actions.take_back_change(change=change, by=kari, clock=lambda: NOON)

    assert told() == [("change_settled", EVA), ("change_settled", PER)]


def test_the_company_asks_a_firm_to_pay(agree, per, kari, fjord):
    change = change_payer(agree(), fjord, by=per)
    assert told() == [("change_proposed", KARI)]

    answer(change, accepts=True, by=kari)

    assert told() == [("change_settled", EVA), ("change_settled", PER)]


def test_who_pays_no_more_is_told_by_whoever_that_is_done(agree, per, kari, nils):
    change_payer(agree(payer="firm"), None, by=per)

    assert told() == [("change_settled", EVA), ("change_settled", KARI)]


def test_a_firm_that_offers_to_pay_says_so_to_the_company_and_the_payer_without_its_name(agree, nils, vidda):
    change_payer(agree(payer="firm"), vidda, by=nils)

    assert told() == [("change_settled", EVA), ("change_settled", KARI), ("change_settled", PER)]


def test_another_period_asks_the_payer_and_is_told_to_the_company(agree, kari, nils):
    subscription = agree(payer="firm")
    change = change_period(subscription, 3, by=nils)
    assert told() == [("change_proposed", KARI)]

    answer(change, accepts=True, by=kari)

    assert told() == [("change_settled", EVA), ("change_settled", NILS), ("change_settled", PER)]


def test_the_payers_own_period_is_told_to_the_company(agree, kari):
    change_period(agree(payer="firm"), 3, by=kari)

    assert told() == [("change_settled", EVA), ("change_settled", PER)]


def test_what_nobody_has_answered_lapses_and_both_are_told(agree, kari):
    change_payer(agree(payer="firm"), None, by=kari)
    told()

    agreement_actions.renew_subscriptions(clock=RENEWAL)

    assert told() == [("change_settled", EVA), ("change_settled", KARI), ("change_settled", PER)]


# --- Cancel, resume, finish --------------------------------------------------------------------------------------

ALL = [EVA, KARI, NILS, PER]


def test_cancelled_resumed_cancelled_again_and_over(agree, per, language):
    subscription = agree()

    agreement_actions.cancel_subscription(subscription=subscription, by=per, clock=lambda: NOON)

    text = " ".join(text_of(Email.objects.get(to=PER)).split())
    assert {"nb": "til og med 9. mars 2032", "en": "9 March 2032"}[language] in text
    assert told() == [("subscription_cancelled", person) for person in ALL]
    agreement_actions.resume_subscription(subscription=subscription, by=per, clock=lambda: NOON)
    assert told() == [("subscription_resumed", person) for person in ALL]
    agreement_actions.cancel_subscription(subscription=subscription, by=per, clock=lambda: NOON)
    assert told() == [("subscription_cancelled", person) for person in ALL]
    agreement_actions.renew_subscriptions(clock=RENEWAL)
    assert {"nb": "til og med 9. mars 2032", "en": "9 March 2032"}[language] in " ".join(
        text_of(Email.objects.get(to=PER)).split()
    )
    assert told() == [("subscription_ended", person) for person in ALL]


def test_the_paying_firm_that_cancels_is_not_told_what_it_did(agree, kari, per):
    subscription = agree(payer="firm", with_vidda=False)

    agreement_actions.cancel_subscription(subscription=subscription, by=kari, clock=lambda: NOON)

    assert told() == [("subscription_cancelled", EVA), ("subscription_cancelled", PER)]
    agreement_actions.resume_subscription(subscription=subscription, by=per, clock=lambda: NOON)
    assert told() == [
        ("change_settled", EVA), ("change_settled", KARI),
        ("subscription_resumed", EVA), ("subscription_resumed", KARI), ("subscription_resumed", PER),
    ]  # fmt: skip


def test_what_still_waits_when_a_cancelled_agreement_ends_is_not_told_besides(agree, kari, per):
    subscription = agree()
    change_variant(subscription, "pro", by=kari)
    agreement_actions.cancel_subscription(subscription=subscription, by=per, clock=lambda: NOON)
    told()

    agreement_actions.renew_subscriptions(clock=RENEWAL)

    assert told() == [("subscription_ended", person) for person in ALL]


# --- The end of a collaboration ----------------------------------------------------------------------------------


def test_the_paying_firm_leaves_and_the_company_is_asked_to_pay(agree, kari, per, fjord, language):
    subscription = agree(payer="firm")

    agreement_actions.end_collaboration(collaboration=collaboration_of(fjord), by=kari, clock=lambda: NOON)

    text = " ".join(text_of(Email.objects.get(kind="change_proposed", to=PER)).split())
    assert {"nb": "Uten et ja slutter tjenesten da", "en": "If you do not say yes, the service ends then"}[
        language
    ] in text
    assert told() == [
        ("change_proposed", EVA), ("change_proposed", PER),
        ("collaboration_ended_by_firm", EVA), ("collaboration_ended_by_firm", PER),
        ("end_receipt", KARI),
    ]  # fmt: skip
    agreement_actions.renew_subscriptions(clock=RENEWAL)
    subscription.refresh_from_db()
    assert subscription.ended_on
    assert told() == [("subscription_ended", person) for person in (EVA, NILS, PER)]


def test_somebody_else_offers_to_pay_in_the_stead_of_who_left(agree, kari, nils, fjord, vidda):
    subscription = agree(payer="firm")
    agreement_actions.end_collaboration(collaboration=collaboration_of(fjord), by=kari, clock=lambda: NOON)
    told()
    subscription.refresh_from_db()

    change_payer(subscription, vidda, by=nils)

    assert told() == [("change_settled", EVA), ("change_settled", PER)]


def test_the_company_ends_and_goes_on(agree, per, fjord):
    agree(payer="firm")

    agreement_actions.end_collaboration(collaboration=collaboration_of(fjord), by=per, clock=lambda: NOON)

    assert told() == [("change_settled", EVA), ("collaboration_ended", KARI), ("end_receipt", PER)]


def test_the_company_ends_and_so_does_the_service(agree, per, fjord, language):
    agree(payer="firm")

    agreement_actions.end_collaboration(
        collaboration=collaboration_of(fjord), by=per, outcome="service_ends", clock=lambda: NOON
    )

    text = " ".join(text_of(Email.objects.get(to=KARI)).split())
    assert {"nb": "Avtalen er også sagt opp", "en": "The agreement is cancelled too"}[language] in text
    assert told() == [
        ("collaboration_ended", KARI), ("end_receipt", PER),
        ("subscription_cancelled", EVA), ("subscription_cancelled", NILS), ("subscription_cancelled", PER),
    ]  # fmt: skip


def test_the_last_day_is_chosen_taken_back_and_chosen_again(agree, per, fjord):
    agree()
    collaboration = collaboration_of(fjord)
    deeds = [
        lambda: agreement_actions.plan_end(
            collaboration=collaboration, by=per, on=date(2026, 4, 1), clock=lambda: NOON
        ),
        lambda: agreement_actions.take_back_end(collaboration=collaboration, by=per, clock=lambda: NOON),
    ]

    for deed in (*deeds, *deeds):
        deed()
        assert told() == [("end_planned", KARI)]


def test_the_chosen_day_comes(agree, per, fjord, language):
    agree(payer="firm")
    agreement_actions.plan_end(collaboration=collaboration_of(fjord), by=per, on=date(2026, 4, 1), clock=lambda: NOON)
    told()

    agreement_actions.renew_subscriptions(clock=lambda: NOON + timedelta(days=22))

    text = " ".join(text_of(Email.objects.get(to=PER)).split())
    assert {"nb": "var 31. mars 2026 siste dag", "en": "31 March 2026 was the last day"}[language] in text
    assert told() == [
        ("change_settled", EVA),
        ("collaboration_ended", KARI),
        ("collaboration_ended_as_planned", EVA), ("collaboration_ended_as_planned", PER),
    ]  # fmt: skip


# --- Notice and order --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("payer", "to"), [("company", [EVA, PER]), ("firm", [KARI])])
def test_the_payer_alone_is_noticed_of_the_price(payer, to, agree, language):
    agree(payer=payer)
    before = lambda: RENEWAL() - timedelta(days=30)  # noqa: E731

    agreement_actions.send_renewal_notices(clock=before)

    assert {"nb": "4\xa0188,00", "en": "4,188.00"}[language] in text_of(Email.objects.latest("pk"))
    assert told() == [("renewal_notice", person) for person in to]
    agreement_actions.send_renewal_notices(clock=before)
    assert told() == []


def test_who_orders_gets_the_receipt(per, eva, company, eaccounting, language):
    User.objects.update(language=language)
    per.user.refresh_from_db()
    variant = eaccounting.variants.get(code="smart")
    order = make_order(company, variant, months=12, day=TODAY)

    commitment_actions.order_subscription(
        variant=variant, months=12, by=per, shown=order.fingerprint, accepts_terms=True, clock=lambda: NOON
    )

    assert {"nb": "349,00", "en": "349.00"}[language] in text_of(Email.objects.get())
    assert told() == [("order_receipt", PER)]


# --- With the deed, or not at all --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["nb"])
def test_nothing_is_mailed_before_the_deed_is_done(agree, per, language):
    subscription = agree()
    seen = []
    with transaction.atomic():
        agreement_actions.cancel_subscription(subscription=subscription, by=per, clock=lambda: NOON)
        seen += race(Email.objects.count, Alert.objects.count)

    assert seen == [0, 0]
    assert race(Email.objects.count, Alert.objects.count) == [4, 2]
