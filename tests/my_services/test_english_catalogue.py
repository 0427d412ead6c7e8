"""What a person who reads English meets of services, functions and terms: English, or Norwegian that says so."""

import pytest

from subscriptions.models import Feature, Service, Terms, Variant
from tests import factories

pytestmark = pytest.mark.django_db

ORDER = "/mine-tjenester/bestill/"
COUNTS = "The Norwegian text is the one you accept, and the one that counts."


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def per(known, sign_in):
    known.administrator.user.language = "en"
    known.administrator.user.save()
    return sign_in(known.administrator)


@pytest.fixture
def in_english(eaccounting):
    Service.objects.update(summary_en="Numbers you share.")
    Variant.objects.filter(code="smart").update(summary="Regnskap.", summary_en="Accounting.")
    Feature.objects.update(name_en="Send invoices")


def test_summaries_and_functions_are_english(per, in_english):
    pages = text_of(per.get(ORDER)), text_of(per.get(f"{ORDER}eaccounting/"))

    assert ["<p>Numbers you share.</p>" in pages[0], "<span>Numbers you share.</span>" in pages[1]] == [True, True]
    assert '<p class="variant-description">Accounting.</p>' in pages[1]
    assert "<span>Send invoices</span>" in pages[1]
    assert 'lang="nb"' not in "".join(pages).replace('lang="nb">Norsk bokmål</button>', "")


def test_without_english_the_norwegian_says_that_it_is(per, eaccounting):
    Variant.objects.filter(code="smart").update(summary="Regnskap.")

    pages = text_of(per.get(ORDER)), text_of(per.get(f"{ORDER}eaccounting/"))

    assert '<p lang="nb">Tall dere deler.</p>' in pages[0]
    assert '<span lang="nb">Tall dere deler.</span>' in pages[1]
    assert '<p class="variant-description" lang="nb">Regnskap.</p>' in pages[1]
    assert '<span lang="nb">Sende faktura</span>' in pages[1]


def test_terms_without_a_translation_are_norwegian_and_say_so(per, eaccounting):
    page = text_of(per.get(f"{ORDER}eaccounting/?variant=smart"))

    assert "The terms are available in Norwegian only. This is the text you accept." in page
    assert '<div class="flow" lang="nb"><p>Vilkår for Visma eAccounting, versjon 1.</p></div>' in page


def test_a_translation_stands_before_the_text_that_counts(per, eaccounting):
    Terms.objects.create(service=eaccounting, version=2, text="Nye vilkår.", text_en="New terms.")

    page = text_of(per.get(f"{ORDER}eaccounting/?variant=smart"))

    assert COUNTS in page
    assert '<div class="flow"><p>New terms.</p></div>' in page
    assert '<div class="flow" lang="nb"><p>Nye vilkår.</p></div>' in page


def test_who_reads_norwegian_sees_no_translation(known, eaccounting, sign_in):
    Terms.objects.create(service=eaccounting, version=2, text="Nye vilkår.", text_en="New terms.")

    page = text_of(sign_in(known.administrator).get(f"{ORDER}eaccounting/?variant=smart"))

    assert '<div class="flow"><p>Nye vilkår.</p></div>' in page
    assert "New terms." not in page


def test_the_translation_is_no_part_of_what_is_accepted(eaccounting):
    texts = {"text": "Nye vilkår."}

    first = Terms.objects.create(service=eaccounting, version=2, **texts)
    second = Terms.objects.create(service=eaccounting, version=3, **texts, text_en="New terms.")

    assert first.sha256 == second.sha256


def test_request_and_receipt_show_the_terms_in_the_same_way(per, known, kari, eaccounting, sent, approve, page_of):
    Terms.objects.create(service=eaccounting, version=2, text="Nye vilkår.", text_en="New terms.")
    activation = sent(known.client, by=kari)

    request = text_of(per.get(page_of(activation)))
    approved = approve(activation, by=known.administrator)
    receipt = text_of(per.get(f"/mine-tjenester/bevis/{approved.receipt.number}/"))

    for page in (request, receipt):
        assert COUNTS in page
        assert '<div class="flow" lang="nb"><p>Nye vilkår.</p></div>' in page


@pytest.mark.parametrize(("english", "written"), [("Stock", "Stock"), ("", '<span lang="nb">Lager</span>')])
def test_what_a_change_gives_is_marked_too(english, written, subscribed, sign_in):
    factories.eaccounting()
    feature = Feature.objects.create(service=subscribed.subscription.service, name="Lager", name_en=english, position=2)
    feature.variants.set([subscribed.subscription.service.variants.get(code="pro")])
    subscribed.administrator.user.language = "en"
    subscribed.administrator.user.save()
    browser = sign_in(subscribed.administrator)

    cards = text_of(browser.get("/mine-tjenester/tjenester/eaccounting/variant/"))
    plan = text_of(browser.get("/mine-tjenester/tjenester/eaccounting/variant/", {"valg": "pro"}))

    assert f"Gains: {written if not english else '<span>Stock</span>'}." in cards
    assert ('<li lang="nb">Lager</li>' if not english else "<li>Stock</li>") in plan
