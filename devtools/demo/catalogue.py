"""The services of the demo, as data. Prices are invented: NOK a month excluding VAT."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from subscriptions.models import Feature, Price, Service, Terms, Variant

PRICES_FROM = date(2020, 1, 1)


@dataclass(frozen=True)
class Edition:
    """A variant, with what it costs a month by the agreement's length in months."""

    code: str
    name: str
    summary: str
    prices: dict[int, int]
    is_firms_own: bool = False


@dataclass(frozen=True)
class Offer:
    code: str
    name: str
    summary: str
    editions: tuple[Edition, ...]
    purpose: str  # ends the first sentence of the terms
    has_payer: bool = True
    has_period: bool = True
    features: tuple[tuple[str, str], ...] = ()  # name, codes of the variants that have it


OFFERS = (
    Offer(
        code="eaccounting",
        name="Visma eAccounting",
        summary="Fakturering, regnskap og rapporter på nett, delt mellom bedriften og regnskapsføreren.",
        purpose="fakturering, bilagsføring og regnskap på nett",
        editions=(
            Edition("faktura", "Faktura", "For den som bare skal fakturere.", {3: 169, 12: 149}),
            Edition("start", "Start", "Faktura og enkel bilagsføring.", {3: 219, 12: 199}),
            Edition("smart", "Smart", "Regnskap med bank og mva-melding.", {3: 389, 12: 349}),
            Edition("pro", "Pro", "Alt, med prosjekt, lager og avdelinger.", {3: 599, 12: 549}, is_firms_own=True),
        ),
        features=(
            ("Fakturering og purring", "faktura start smart pro"),
            ("Kunde- og artikkelregister", "faktura start smart pro"),
            ("EHF-faktura", "faktura start smart pro"),
            ("Tilbud og ordre", "start smart pro"),
            ("Bilag fra mobilen", "start smart pro"),
            ("Leverandørfaktura og betaling", "smart pro"),
            ("Bankavstemming", "smart pro"),
            ("Mva-melding til Altinn", "smart pro"),
            ("Prosjekt og avdeling", "pro"),
            ("Lager", "pro"),
            ("Budsjett og egne rapporter", "pro"),
        ),
    ),
    Offer(
        code="okonomioversikt",
        name="Visma Økonomioversikt",
        summary="Nøkkeltall, likviditet og varsler hentet fra regnskapet, på ett sted.",
        purpose="nøkkeltall og likviditetsoversikt hentet fra regnskapet",
        editions=(Edition("standard", "Standard", "", {3: 99, 12: 79}),),
    ),
    Offer(
        code="scanner",
        name="Visma Scanner",
        summary="Ta bilde av kvitteringen, så havner den i regnskapet. Gratis.",
        purpose="fotografering av bilag med mobil og overføring av dem til regnskapet",
        editions=(Edition("standard", "Standard", "", {1: 0}),),
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


def make_catalogue() -> None:
    for position, offer in enumerate(OFFERS, 1):
        make_service(offer, position)


def make_service(offer: Offer, position: int) -> None:
    service = Service.objects.create(
        code=offer.code,
        name=offer.name,
        summary=offer.summary,
        position=position,
        has_variants=len(offer.editions) > 1,
        has_payer=offer.has_payer,
        has_period=offer.has_period,
        url=f"/demo/tjeneste/{offer.code}/",
    )
    variants = {edition.code: make_variant(service, edition, rank) for rank, edition in enumerate(offer.editions, 1)}
    for place, (name, codes) in enumerate(offer.features, 1):
        feature = Feature.objects.create(service=service, name=name, position=place)
        feature.variants.set(variants[code] for code in codes.split())
    Terms.objects.create(service=service, version=1, text=terms_text(offer))


def make_variant(service: Service, edition: Edition, rank: int) -> Variant:
    variant = Variant.objects.create(
        service=service,
        code=edition.code,
        name=edition.name,
        summary=edition.summary,
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
