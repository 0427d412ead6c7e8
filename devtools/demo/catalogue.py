"""The services of the demo, as data. Prices are invented: NOK a month excluding VAT."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from subscriptions.models import Feature, Price, Service, Terms, Variant

SUPPLIER = "Visma"  # of all of them: it sends the invoices
PRICES_FROM = date(2020, 1, 1)


@dataclass(frozen=True)
class Edition:
    """A variant, with what it costs a month by the agreement's length in months."""

    code: str
    name: str
    summary: str
    summary_en: str
    prices: dict[int, int]
    is_firms_own: bool = False


@dataclass(frozen=True)
class Offer:
    code: str
    name: str
    summary: str
    summary_en: str
    editions: tuple[Edition, ...]
    purpose: str  # ends the second sentence of the terms
    purpose_en: str
    has_payer: bool = True
    has_period: bool = True
    features: tuple[tuple[str, str, str], ...] = ()  # name, in English, codes of the variants that have it


OFFERS = (
    Offer(
        code="eaccounting",
        name="Visma eAccounting",
        summary="Fakturering, regnskap og rapporter på nett.",
        summary_en="Invoicing, accounting and reports online.",
        purpose="fakturering, bilagsføring og regnskap på nett",
        purpose_en="invoicing, bookkeeping and accounting online",
        editions=(
            Edition(
                "faktura",
                "Faktura",
                "For den som bare skal fakturere.",
                "For those who only send invoices.",
                {3: 169, 12: 149},
            ),
            Edition(
                "start",
                "Start",
                "Faktura og enkel bilagsføring.",
                "Invoicing and simple bookkeeping.",
                {3: 219, 12: 199},
            ),
            Edition(
                "smart",
                "Smart",
                "Regnskap med bank og mva-melding.",
                "Accounting with bank and VAT return.",
                {3: 389, 12: 349},
            ),
            Edition(
                "pro",
                "Pro",
                "Alt, med prosjekt, lager og avdelinger.",
                "Everything, with projects, stock and departments.",
                {3: 599, 12: 549},
                is_firms_own=True,
            ),
        ),
        features=(
            ("Fakturering og purring", "Invoices and payment reminders", "faktura start smart pro"),
            ("Kunde- og artikkelregister", "Customer and product registers", "faktura start smart pro"),
            ("EHF-faktura", "E-invoices (EHF)", "faktura start smart pro"),
            ("Tilbud og ordre", "Quotes and orders", "start smart pro"),
            ("Bilag fra mobilen", "Receipts by phone", "start smart pro"),
            ("Leverandørfaktura og betaling", "Supplier invoices and payments", "smart pro"),
            ("Bankavstemming", "Bank reconciliation", "smart pro"),
            ("Mva-melding til Altinn", "VAT return to Altinn", "smart pro"),
            ("Prosjekt og avdeling", "Projects and departments", "pro"),
            ("Lager", "Stock", "pro"),
            ("Budsjett og egne rapporter", "Budgets and custom reports", "pro"),
        ),
    ),
    Offer(
        code="okonomioversikt",
        name="Visma Økonomioversikt",
        summary="Nøkkeltall, likviditet og varsler fra regnskapet.",
        summary_en="Key figures, cash flow and alerts from the accounts.",
        purpose="nøkkeltall og likviditetsoversikt hentet fra regnskapet",
        purpose_en="key figures and a cash flow overview from the accounts",
        editions=(Edition("standard", "Standard", "", "", {3: 99, 12: 79}),),
    ),
    Offer(
        code="scanner",
        name="Visma Scanner",
        summary="Ta bilde av kvitteringen, så havner den i regnskapet.",
        summary_en="Take a photo of a receipt and it is in the accounts.",
        purpose="fotografering av bilag med mobil og overføring av dem til regnskapet",
        purpose_en="photographing receipts by phone and sending them to the accounts",
        editions=(Edition("standard", "Standard", "", "", {1: 0}),),
        has_payer=False,
        has_period=False,
    ),
)

TERMS = """Vilkår for {name}

1. Avtalen
Disse vilkårene gjelder mellom selskapet som tar tjenesten i bruk, og leverandøren av {name}. Tjenesten gir \
selskapet tilgang til {purpose}. Avtalen er inngått når en administrator i selskapet har godkjent vilkårene.

2. Brukere og tilgang
Selskapets administrator bestemmer hvem i selskapet som får tilgang. Har selskapet godkjent et samarbeid med et \
regnskapsbyrå, får de navngitte medarbeiderne på oppgaven tilgang til det samme innholdet. Tilgangen opphører \
straks samarbeidet avsluttes.

3. Pris og betaling
{payment}

4. Varighet og oppsigelse
{duration}

5. Data
Selskapet eier alt innhold som legges inn i tjenesten. Leverandøren behandler det bare for å levere tjenesten. \
Når avtalen er slutt, kan selskapet lese innholdet i fem år, slik bokføringsloven krever, og hente det ut når \
som helst i den tiden.

6. Personopplysninger
Leverandøren er databehandler for personopplysninger i tjenesten og følger selskapets instruks. Opplysningene \
lagres i EØS og utleveres ikke til andre uten hjemmel i lov eller selskapets samtykke.

7. Drift og ansvar
Tjenesten er normalt tilgjengelig hele døgnet. Planlagt vedlikehold varsles minst tre dager før. Leverandøren er \
ansvarlig for direkte tap som skyldes uaktsomhet, begrenset til det selskapet har betalt de siste tolv månedene.

8. Endringer og tvister
Nye vilkår varsles minst 30 dager før de gjelder, og en ny versjon godkjennes for seg. Avtalen følger norsk rett, \
med selskapets hjemting som verneting.
"""
PAID = (
    "Prisen står i avtalen og betales på forskudd for hele perioden. Alle priser er uten merverdiavgift. Den som "
    "er oppgitt som fakturamottaker, betaler. Dager som ikke er brukt, refunderes ikke."
)
FREE = "Tjenesten er gratis. Innføres det en pris, varsles selskapet først og kan si opp uten kostnad."
RENEWED = (
    "Avtalen gjelder for den perioden som er valgt, og fornyes for en like lang periode om gangen. Den kan sies opp "
    "fram til klokken 23.59 dagen før en ny periode begynner, og løper da ut perioden."
)
OPEN_ENDED = "Avtalen løper til den sies opp, og slutter den dagen den sies opp."

TERMS_EN = """Terms for {name}

1. The agreement
These terms apply between the company that takes the service into use and the supplier of {name}. The service gives \
the company access to {purpose}. The agreement is made when an administrator of the company has accepted the terms.

2. Users and access
The company's administrator decides who in the company has access. If the company has approved a collaboration with \
an accounting firm, the named employees on the task have access to the same content. Their access ends as soon as \
the collaboration ends.

3. Price and payment
{payment}

4. Term and cancellation
{duration}

5. Data
The company owns all content entered in the service. The supplier processes it only to provide the service. When \
the agreement has ended, the company can read the content for five years, as the Bookkeeping Act requires, and can \
export it at any time during those years.

6. Personal data
The supplier is the data processor for personal data in the service and follows the company's instructions. The data \
are stored in the EEA and are not disclosed to others without a legal basis or the company's consent.

7. Operation and liability
The service is normally available around the clock. Planned maintenance is announced at least three days ahead. The \
supplier is liable for direct loss caused by negligence, limited to what the company has paid in the last twelve \
months.

8. Changes and disputes
New terms are announced at least 30 days before they apply, and a new version is accepted separately. The agreement \
is governed by Norwegian law, with the company's home court as venue.
"""
PAID_EN = (
    "The price is stated in the agreement and is paid in advance for the whole period. All prices exclude VAT. The "
    "party named as invoice recipient pays. Days that are not used are not refunded."
)
FREE_EN = "The service is free. If a price is introduced, the company is told first and can cancel without charge."
RENEWED_EN = (
    "The agreement runs for the period chosen and renews for a period of the same length at a time. It can be "
    "cancelled until 23:59 on the day before a new period begins, and then runs to the end of the current one."
)
OPEN_ENDED_EN = "The agreement runs until it is cancelled, and ends on the day it is cancelled."


def make_catalogue() -> None:
    for position, offer in enumerate(OFFERS, 1):
        make_service(offer, position)


def make_service(offer: Offer, position: int) -> None:
    service = Service.objects.create(
        code=offer.code,
        name=offer.name,
        summary=offer.summary,
        summary_en=offer.summary_en,
        supplier=SUPPLIER,
        position=position,
        has_variants=len(offer.editions) > 1,
        has_payer=offer.has_payer,
        has_period=offer.has_period,
        url=f"/demo/tjeneste/{offer.code}/",
    )
    variants = {edition.code: make_variant(service, edition, rank) for rank, edition in enumerate(offer.editions, 1)}
    for place, (name, name_en, codes) in enumerate(offer.features, 1):
        feature = Feature.objects.create(service=service, name=name, name_en=name_en, position=place)
        feature.variants.set(variants[code] for code in codes.split())
    Terms.objects.create(service=service, version=1, text=terms_text(offer), text_en=terms_text_en(offer))


def make_variant(service: Service, edition: Edition, rank: int) -> Variant:
    variant = Variant.objects.create(
        service=service,
        code=edition.code,
        name=edition.name,
        summary=edition.summary,
        summary_en=edition.summary_en,
        rank=rank,
        is_firms_own=edition.is_firms_own,
    )
    Price.objects.bulk_create(
        Price(variant=variant, months=months, per_month=Decimal(price), valid_from=PRICES_FROM)
        for months, price in edition.prices.items()
    )
    return variant


def terms_text(offer: Offer) -> str:
    return TERMS.format(
        name=offer.name,
        purpose=offer.purpose,
        payment=PAID if offer.has_payer else FREE,
        duration=RENEWED if offer.has_period else OPEN_ENDED,
    )


def terms_text_en(offer: Offer) -> str:
    return TERMS_EN.format(
        name=offer.name,
        purpose=offer.purpose_en,
        payment=PAID_EN if offer.has_payer else FREE_EN,
        duration=RENEWED_EN if offer.has_period else OPEN_ENDED_EN,
    )
