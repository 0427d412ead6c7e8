"""Who asks, for what, what it costs me, who gets access, how I undo it: in the mail and on the page, word for word."""

import email
import html
import re
from email.policy import default

import pytest

from notifications.models import Email
from organisations.actions import accept_place
from organisations.models import CompanyUser
from tests import factories

pytestmark = pytest.mark.django_db

WHO = ["Hvem spør?", "Kari Nordmann i Fjord Regnskap AS", "22 00 00 00", "kari@fjordregnskap.example"]
ACCESS = ["Hvem får tilgang?", "Kari Nordmann"]
UNDO = ["Hvordan angrer jeg?", "Avslutt samarbeidet når du vil: tilgangen stopper straks"]
NEW_SERVICE = ["Hva gjelder det?", "Visma eAccounting Smart til"]
COMPANY_PAYS = [
    "Hva koster det meg?",
    "349,00 kr per måned eks. mva.",
    "Faktura fra leverandøren av Visma eAccounting: 4 188,00 kr for 12 måneder om gangen, på forskudd.",
    "Refunderes ikke.",
]
FIRM_PAYS = [
    "Hva koster det meg?",
    "Ingenting, Fjord Regnskap AS betaler",
    "Byrået får fakturaen: 4 188,00 kr eks. mva. for 12 måneder om gangen.",
]
KEEPS = ["Hva gjelder det?", "Visma eAccounting Smart, som Ærlig Bakeri AS har fra før"]
COSTS_NOTHING_NEW = [
    "Hva koster det meg?",
    "Ingenting nytt",
    "Avtalen dere har, fortsetter uendret, med samme fakturamottaker. Den fornyes 1. januar 2027 for 12 måneder om "
    "gangen.",
]

CASES = {
    "1": ("subscribed", {}, [KEEPS, COSTS_NOTHING_NEW]),
    "2, the company pays": ("known", {"payer": "company"}, [NEW_SERVICE, COMPANY_PAYS]),
    "2, the firm pays": ("known", {"payer": "firm"}, [NEW_SERVICE, FIRM_PAYS]),
    "3, the company pays": ("new", {"payer": "company"}, [NEW_SERVICE, COMPANY_PAYS]),
    "3, the firm pays": ("new", {"payer": "firm"}, [NEW_SERVICE, FIRM_PAYS]),
}


def words(markup: str) -> str:
    """What a person reads: no tags, single spaces."""
    body = re.sub(r"<(style|head)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())


def administrator_of(activation) -> CompanyUser:
    """Whoever may answer; a new customer's receiver takes the place first."""
    active = CompanyUser.objects.filter(company=activation.company).active().first()
    if active:
        return active
    place = CompanyUser.objects.get(company=activation.company)
    return accept_place(place=place, user=factories.UserFactory(name=place.name, email=place.email))


@pytest.mark.parametrize("case", CASES)
def test_mail_and_page_answer_the_five_questions(case, request, kari, sent, sign_in, page_of):
    scenario, answers, expected = CASES[case]
    activation = sent(request.getfixturevalue(scenario).client, by=kari, **answers)

    mail = email.message_from_bytes(bytes(Email.objects.get(kind="activation_sent").message), policy=default)
    text = words(mail.get_body(("plain",)).get_content())
    marked_up = words(mail.get_body(("html",)).get_content())
    page = words(sign_in(administrator_of(activation)).get(page_of(activation)).content.decode())

    for sentences in [WHO, *expected, ACCESS, UNDO]:
        for sentence in sentences:
            for place in (text, marked_up, page):
                assert sentence in place


@pytest.mark.parametrize("service", ["scanner", "okonomioversikt"])
def test_the_words_suit_every_service(service, known, kari, sent, sign_in, page_of):
    asked = factories.scanner() if service == "scanner" else factories.ServiceFactory(code=service)
    activation = sent(known.client, by=kari, service=asked, variant="standard")

    page = words(sign_in(known.administrator).get(page_of(activation)).content.decode())

    assert "Dere og Fjord Regnskap AS arbeider i den samme tjenesten." in page
    assert "får se og arbeide i tjenesten." in page
    assert "regnskapet" not in page


@pytest.mark.parametrize("is_free", [True, False])
def test_only_what_is_paid_for_is_not_refunded(is_free, known, kari, sent, sign_in, page_of):
    asked = factories.scanner() if is_free else factories.eaccounting()
    activation = sent(known.client, by=kari, service=asked, variant="standard" if is_free else "smart")

    page = words(sign_in(known.administrator).get(page_of(activation)).content.decode())

    assert ("Refunderes ikke." in page) is not is_free
    assert "avslår du bare: da skjer ingenting." in page


def test_the_firms_number_and_what_the_service_is_stand_in_mail_and_page(known, kari, sent, sign_in, page_of):
    activation = sent(known.client, by=kari)
    number = kari.firm.org_number

    mail = email.message_from_bytes(bytes(Email.objects.get(kind="activation_sent").message), policy=default)
    parts = [words(mail.get_body((kind,)).get_content()) for kind in ("plain", "html")]
    page = words(sign_in(known.administrator).get(page_of(activation)).content.decode())

    for carrier in (*parts, page):
        assert f"Organisasjonsnummer {number[:3]} {number[3:6]} {number[6:]}" in carrier
        assert "Tall dere deler." in carrier
