"""Receipts: what both sides read, what anybody may check, and that nothing of it can be changed unseen."""

import json
from datetime import date
from email import message_from_bytes
from email.policy import default as default_policy

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from collaboration import actions
from collaboration.models import Receipt
from collaboration.orders import make_order
from collaboration.receipt_pages import receipt_rows
from collaboration.receipt_pdf import printable, write_pdf
from collaboration.receipts import find_genuine
from notifications.models import Email
from organisations.places.current import Place
from subscriptions.models import Subscription, Terms
from tests import factories

pytestmark = pytest.mark.django_db

INVALID = "Beviset er ikke gyldig"
RECORD = {
    "number": 1001,
    "approved_at": "2026-03-10T11:00:00+00:00",
    "org_number": "310000001",
    "firm_org_number": None,
    "service": "eaccounting",
    "variant": "smart",
    "period_months": 12,
    "paid_by_firm": None,
    "price_per_month": "349.00",
    "keeps_agreement": False,
    "terms_version": 1,
    "terms_sha256": "a" * 64,
    "signed_in_by": "password",
}


@pytest.fixture
def approved(known, kari, sent, approve) -> Receipt:
    """Per Rør's approval of what Fjord asked Ørsta Rør."""
    approve(sent(known.client, by=kari), by=known.administrator)
    return Receipt.objects.with_names().get()


@pytest.fixture
def order(eaccounting, clock):
    """What a company orders itself: order(administrator)."""

    def ordered(administrator) -> Receipt:
        variant = eaccounting.variants.get(code="smart")
        shown = make_order(administrator.company, variant, months=12, day=clock().date()).fingerprint
        actions.order_subscription(
            variant=variant, months=12, by=administrator, shown=shown, accepts_terms=True, clock=clock
        )
        return Receipt.objects.with_names().get(company=administrator.company)

    return ordered


def firms_page(receipt, name="receipt-detail", service="eaccounting"):
    client = receipt.activation.client
    return reverse(f"collaboration:{name}", args=[client.number, service, receipt.number])


def companys_page(receipt, name="receipt-detail"):
    return reverse(f"my_services:{name}", args=[receipt.number])


def check_page(number, code):
    return f"/bevis/{number}/{code}/"


def text_of(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def rows_of(receipt, reader=None) -> dict:
    return {label: value.replace("\u00a0", " ") for label, value in receipt_rows(receipt, reader=reader)}


# What it says


def test_it_says_who_for_whom_when_how_and_what(approved, fjord, known):
    orsta = known.company.org_number

    assert rows_of(approved) == {
        "Nummer": str(approved.number),
        "Godkjent av": "Per Rør, per@orstaror.example",
        "På vegne av": f"Ørsta Rør AS, organisasjonsnummer {orsta[:3]} {orsta[3:6]} {orsta[6:]}",
        "Tidspunkt": "10. mars 2026 kl. 12.00",
        "Logget inn med": "Passord",
        "Gjelder": "Samarbeid i tjenesten med Fjord Regnskap AS, organisasjonsnummer "
        f"{fjord.org_number[:3]} {fjord.org_number[3:6]} {fjord.org_number[6:]}",
        "Tjeneste": "Visma eAccounting",
        "Variant": "Smart",
        "Pris": "349,00 kr per måned, 4 188,00 kr for 12 måneder, eks. mva.",
        "Avtaleperiode": "12 måneder",
        "Fakturamottaker": "Ørsta Rør AS",
        "Første dag": "10. mars 2026",
        "Betaling": "På forskudd for hver periode. Fakturaen kommer fra leverandøren av Visma eAccounting. Det som er "
        "betalt, refunderes ikke.",
        "Fornyes": "10. mars 2027 for 12 måneder om gangen, til den sies opp",
        "Siste dag å si opp": "9. mars 2027, deretter dagen før hver ny periode",
        "Samarbeidet": "Kan avsluttes når som helst. Det sier ikke opp tjenesten.",
        "Tilgang hos byrået": "Kari Nordmann",
        "Vilkår": "Versjon 1",
        "Vilkårenes SHA-256": Terms.objects.get(service__code="eaccounting").sha256,
    }


def test_the_mail_of_it_names_who_gets_in_and_is_answered_by_the_firm(approved, kari):
    mail = message_from_bytes(bytes(Email.objects.get(kind="approval_receipt").message), policy=default_policy)

    assert mail["Reply-To"] == kari.user.email
    assert "Tilgang hos byrået: Kari Nordmann" in mail.get_body(("plain",)).get_content()
    assert approved.record["people"] == [kari.pk]


def test_both_sides_read_it_with_the_terms_and_the_address_to_check(approved, kari, known, sign_in, settings):
    pages = [
        text_of(sign_in(kari).get(firms_page(approved))),
        text_of(sign_in(known.administrator).get(companys_page(approved))),
    ]

    address = f"{settings.BASE_URL}/bevis/{approved.number}/{approved.code}/"
    for page in pages:
        assert f"Godkjenningsbevis nr. {approved.number}" in page
        assert "Per Rør" in page
        assert "Vilkår for Visma eAccounting, versjon 1." in page
        assert f'<a href="{address}">' in page


def test_the_approvers_address_is_the_companys_own(approved, fjord):
    assert rows_of(approved, fjord)["Godkjent av"] == "Per Rør"


def test_an_order_is_of_the_company_alone(order, known, kari, sign_in):
    receipt = order(known.administrator)

    rows = rows_of(receipt)
    page = sign_in(known.administrator).get(companys_page(receipt))
    stranger = sign_in(kari).get(f"/kunder/{known.client.number}/samarbeid/eaccounting/bevis/{receipt.number}/")

    assert (rows["Gjelder"], rows["Fakturamottaker"]) == ("Bestilling av tjenesten", "Ørsta Rør AS")
    assert rows["Pris"] == "349,00 kr per måned, 4 188,00 kr for 12 måneder, eks. mva."
    assert page.status_code == 200
    assert stranger.status_code == 404


def test_a_firm_is_told_of_no_other_firm(subscribed, kari, fjord, vidda, sent, approve, sign_in):
    Subscription.objects.update(paying_firm=vidda)
    approve(sent(subscribed.client, by=kari), by=subscribed.administrator)
    receipt = Receipt.objects.with_names().get()

    firm, company = rows_of(receipt, fjord), rows_of(receipt)
    page = text_of(sign_in(kari).get(firms_page(receipt)))

    assert (firm["Fakturamottaker"], firm["Pris"]) == ("Et annet byrå", "Uendret, ingenting nytt å betale")
    assert "Vidda" not in page
    assert vidda.org_number not in page.replace(" ", "")
    assert company["Fakturamottaker"].startswith("Vidda Økonomi AS, organisasjonsnummer")


def test_it_says_what_was_approved_whatever_has_changed_since(approved, vidda, eaccounting):
    Subscription.objects.update(
        paying_firm=vidda, period_months=3, variant=eaccounting.variants.get(code="pro"), renews_on=date(2026, 6, 10)
    )

    rows = rows_of(Receipt.objects.with_names().get())

    assert (rows["Fakturamottaker"], rows["Avtaleperiode"], rows["Variant"]) == ("Ørsta Rør AS", "12 måneder", "Smart")


@pytest.mark.parametrize(("price", "words"), [("0.00", "Gratis"), ("49.00", "49,00 kr per måned eks. mva.")])
def test_a_service_says_only_what_it_has(price, words, known):
    service = factories.scanner()
    record = RECORD | {"service": "scanner", "variant": "standard", "period_months": 1, "price_per_month": price}
    receipt = Receipt(
        number=1001, record=record, company=known.company, subscription=Subscription(service=service), salt="",
        terms=service.terms.get(),
    )  # fmt: skip

    rows = rows_of(receipt)

    assert rows["Pris"] == words
    assert rows.keys().isdisjoint({"Variant", "Avtaleperiode", "Fakturamottaker"})


def test_a_blanked_name_leaves_the_receipt_valid(approved, known, sign_in):
    Receipt.objects.update(approver_name="", approver_email="")

    page = text_of(sign_in(known.administrator).get(companys_page(approved)))

    assert "Navnet er slettet" in page
    assert "Per Rør" not in page.split("</header>")[1]
    assert find_genuine(str(approved.number), approved.code)


# Who gets it


def test_strangers_get_404(approved, ola, nils, subscribed, known, sign_in):
    for name in ("receipt-detail", "receipt-pdf"):
        for person in (ola, nils, subscribed.administrator, known.administrator):
            assert sign_in(person).get(firms_page(approved, name)).status_code == 404
        for person in (ola, nils, subscribed.administrator):
            assert sign_in(person).get(companys_page(approved, name)).status_code == 404


def test_it_lies_under_its_own_client_and_service(approved, kari, subscribed, sign_in):
    factories.scanner()
    own = f"/kunder/{approved.activation.client.number}"
    other = f"/kunder/{subscribed.client.number}"
    browser = sign_in(kari)

    assert browser.get(f"{own}/samarbeid/eaccounting/bevis/{approved.number}/").status_code == 200
    assert browser.get(f"{own}/samarbeid/scanner/bevis/{approved.number}/").status_code == 404
    assert browser.get(f"{other}/samarbeid/eaccounting/bevis/{approved.number}/").status_code == 404
    assert browser.get(f"{own}/samarbeid/eaccounting/bevis/{10**30}/").status_code == 404


def test_one_of_ones_other_companies_is_offered(approved, known, subscribed, sign_in):
    factories.CompanyUserFactory(company=subscribed.company, user=known.administrator.user, role="user")
    browser = sign_in(known.administrator)
    session = browser.session
    session[Place.COMPANY_FIELD] = subscribed.company.pk
    session.save()

    response = browser.get(companys_page(approved))

    assert response.status_code == 200
    assert "Ørsta Rør AS" in text_of(response)
    assert approved.code not in text_of(response)


# The open page


def test_anybody_can_check_it_and_reads_no_name(approved, known, client):
    response = client.get(check_page(approved.number, approved.code))

    page = text_of(response)
    orsta = known.company.org_number
    assert response.status_code == 200
    for words in ("Beviset er gyldig", "Visma eAccounting", f"{orsta[:3]} {orsta[3:6]} {orsta[6:]}", "10. mars 2026"):
        assert words in page
    assert approved.record["terms_sha256"] in page
    for name in ("Per Rør", "per@orstaror.example", "Ørsta", "Fjord", "349"):
        assert name not in page


@pytest.mark.parametrize("is_valid", [True, False])
def test_the_address_is_told_to_nobody(is_valid, approved, client):
    response = client.get(check_page(approved.number, approved.code if is_valid else "0" * 64))

    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert approved.code not in text_of(response)


def changed(text: str) -> list[str]:
    """The text with each of its characters changed, one missing, one too many, and in capitals."""
    other = [text[:n] + ("1" if sign != "1" else "2") + text[n + 1 :] for n, sign in enumerate(text)]
    return [
        one for one in [*other, text[1:], text[:-1], f"0{text}", f"{text}0", text.upper(), f"{text} "] if one != text
    ]


def test_every_changed_character_of_number_or_code_makes_it_invalid(approved, order, subscribed, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    number, code = str(approved.number), approved.code

    wrong = [check_page(one, code) for one in changed(number) if one]
    wrong += [check_page(number, one) for one in changed(code)]
    wrong += [check_page("１００１", code), check_page("x", code), check_page("9" * 40, code), check_page("0x1", code)]
    answers = [client.get(page) for page in wrong]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert INVALID in text_of(answers[0])
    assert client.get(check_page(number, code)).status_code == 200


@pytest.mark.parametrize("name", [*RECORD, "person_sha256"])
def test_a_changed_record_is_invalid_for_everybody(name, approved, known, kari, client, sign_in):
    record = approved.record | {name: f"{approved.record[name]}1"}
    Receipt.objects.update(record=record)

    response = client.get(check_page(approved.number, approved.code))

    assert (response.status_code, INVALID in text_of(response)) == (404, True)
    for person, page in ((kari, firms_page), (known.administrator, companys_page)):
        assert INVALID in text_of(sign_in(person).get(page(approved)))
        assert sign_in(person).get(page(approved, "receipt-pdf")).status_code == 404


@pytest.mark.parametrize(
    "columns",
    [
        {"approver_name": "Per Rar"},
        {"approver_email": "per@orstaror.examplf"},
        {"salt": "0" * 32},
        {"number": 77},
        {"code": "0" * 64},
        {"record": []},
        {"record": {}},
    ],
)
def test_a_changed_column_is_invalid_too(columns, approved):
    Receipt.objects.update(**columns)
    number, code = columns.get("number", approved.number), columns.get("code", approved.code)

    assert find_genuine(str(number), code) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)  # the machine may be busy
@given(record=st.dictionaries(st.sampled_from([*RECORD, "more"]), values, max_size=14))
def test_no_other_record_fits_the_code(record):
    receipt = Receipt(number=1001, record=RECORD | record, code=Receipt.sign(RECORD), salt="", approver_name="")

    same = json.dumps(receipt.record, sort_keys=True) == json.dumps(RECORD, sort_keys=True)

    assert receipt.fits_its_code == same


def test_a_row_that_names_another_service_than_the_record_is_not_genuine(approved, client):
    other = factories.SubscriptionFactory(
        company=approved.company, service=factories.scanner(), period_months=1, renews_on=None,
        variant=factories.scanner().variants.get(),
    )  # fmt: skip
    Receipt.objects.filter(pk=approved.pk).update(subscription=other)

    answer = client.get(check_page(approved.number, approved.code))

    assert answer.status_code == 404


def test_so_many_an_hour_can_be_checked_from_one_place(approved, client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"check_receipt": "2/h/ip"}
    page = check_page(approved.number, approved.code)

    answers = [client.get(page), client.get(check_page(approved.number, "0" * 64)), client.get(page)]

    assert [answer.status_code for answer in answers] == [200, 404, 429]
    assert "Prøv igjen om en time." in text_of(answers[2])
    assert answers[2]["Referrer-Policy"] == "no-referrer"


def test_who_has_it_on_paper_types_it(approved, client):
    spaced = f" {approved.code[:32]} {approved.code[32:]} "

    assert client.get("/bevis/").status_code == 200
    response = client.post("/bevis/", {"number": f" {approved.number} ", "code": spaced})

    assert response["Location"] == check_page(approved.number, approved.code)


@pytest.mark.parametrize("code", ["", "a/b", "å", "../../konto/"])
def test_what_can_be_no_code_is_told_at_its_field(code, client):
    response = client.post("/bevis/", {"number": "1001", "code": code})

    assert list(response.context["form"].errors) == ["code"]


# The PDF


def test_the_pdf_is_a_file_of_either_side(approved, kari, known, sign_in):
    answers = [
        sign_in(kari).get(firms_page(approved, "receipt-pdf")),
        sign_in(known.administrator).get(companys_page(approved, "receipt-pdf")),
    ]

    for answer in answers:
        assert answer.content.startswith(b"%PDF-")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f'attachment; filename="godkjenningsbevis-{approved.number}.pdf"'
    assert answers[0].content != answers[1].content


def test_who_reads_english_gets_page_and_pdf_in_english(approved, known, sign_in):
    known.administrator.user.language = "en"
    known.administrator.user.save()
    browser = sign_in(known.administrator)

    page, pdf = browser.get(companys_page(approved)), browser.get(companys_page(approved, "receipt-pdf"))

    assert "NOK 349.00 a month, NOK 4,188.00 for 12 months, excl. VAT" in text_of(page)
    assert "10 March 2026, 12:00" in text_of(page)
    assert b"/Lang (en)" in pdf.content
    assert pdf["Content-Disposition"] == f'attachment; filename="receipt-{approved.number}.pdf"'
    assert b"/Lang (nb)" in write_pdf(approved, reader=None)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Šárka Łuczak – «Œuvre»", "Šárka Łuczak – «Œuvre»"),
        ("S\u030carka", "Šarka"),
        ("Юлия Ωmega Nguyễn", "Юлия Ωmega Nguyễn"),
        ("דוד أحمد", "??? ????"),
        ("Per \u202eRør\u200f\x00\n", "Per Rør"),
        ("李 😀", "? ?"),
    ],
)
def test_names_are_written_in_letters_that_there_are(name, written, approved):
    approved.approver_name = name

    assert printable(name) == written
    assert write_pdf(approved, reader=None).startswith(b"%PDF-")


def test_the_same_receipt_is_the_same_file(approved):
    assert write_pdf(approved, reader=None) == write_pdf(approved, reader=None)


# New terms


def test_new_terms_apply_from_the_next_approval(known, kari, sent, approve, eaccounting):
    first = approve(sent(known.client, by=kari), by=known.administrator)
    Terms.objects.create(service=eaccounting, version=2, text="Vilkår, versjon 2.")
    client = factories.ClientFactory(firm=kari.firm)
    factories.ContactFactory(client=client)
    factories.TaskFactory(client=client, owner=kari)
    eva = factories.CompanyUserFactory(
        company=factories.CompanyFactory(name=client.name, org_number=client.org_number),
        user=factories.UserFactory(name="Eva Ås"),
    )
    second = approve(sent(client, by=kari), by=eva)

    assert [one.receipt.record["terms_version"] for one in (first, second)] == [1, 2]
    assert [one.subscription.terms.version for one in (first, second)] == [1, 2]
    assert Receipt.objects.get(activation=first).is_genuine


def test_new_terms_apply_from_the_next_order(known, subscribed, order, eaccounting):
    Subscription.objects.filter(company=subscribed.company).update(ended_on=date(2026, 3, 1))
    first = order(known.administrator)
    Terms.objects.create(service=eaccounting, version=2, text="Vilkår, versjon 2.")
    second = order(subscribed.administrator)

    assert [one.record["terms_version"] for one in (first, second)] == [1, 2]
    assert [one.terms.version for one in (first, second)] == [1, 2]


def test_a_page_with_the_old_terms_counts_no_more(known, kari, sent, eaccounting, clock):
    variant = eaccounting.variants.get(code="smart")
    shown = make_order(known.company, variant, months=12, day=clock().date()).fingerprint
    Terms.objects.create(service=eaccounting, version=2, text="Vilkår, versjon 2.")

    with pytest.raises(actions.PageIsStale):
        actions.order_subscription(
            variant=variant, months=12, by=known.administrator, shown=shown, accepts_terms=True, clock=clock
        )


# Query budgets


def test_the_pages_ask_a_fixed_number_of_times(approved, kari, known, sign_in, client, django_assert_num_queries):
    firm, company = sign_in(kari), sign_in(known.administrator)
    firm.get(firms_page(approved))
    company.get(companys_page(approved))

    # session, user, employments · client, service, receipt, people, the count of alerts
    with django_assert_num_queries(8):
        firm.get(firms_page(approved))
    # session, user, places · receipt, people · header: what waits
    with django_assert_num_queries(6):
        company.get(companys_page(approved))
    # the receipt · the limit: lock, count and unlock (12, with their savepoints)
    with django_assert_num_queries(13):
        client.get(check_page(approved.number, approved.code))
