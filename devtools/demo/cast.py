"""The cast: firms, employees, clients and what has happened to each. Days count back from the first load.

Organisation numbers are synthetic: 31, the client's number, two digits and the check digit. Nobody answers on
telephone numbers that begin with 1.
"""

from dataclasses import dataclass

from ground.mail_addresses import address_form
from ground.org_number import is_org_number

PASSWORD = "demo-demo-demo"  # noqa: S105 (printed by bin/dev, and known to everybody)


def synthetic_org_number(number: int) -> str:
    """The organisation number of the client with this number: 31, the number, two digits, the check digit."""
    possible = (f"31{number:04d}{last_three:03d}" for last_three in range(1000))
    return next(found for found in possible if is_org_number(found))


def domain(name: str) -> str:
    """aerligbakeri.example for Ærlig Bakeri AS."""
    letters = name.lower().replace("æ", "ae").replace("ø", "o").replace("å", "aa")
    words = [word for word in letters.split() if word not in ("as", "ans", "da", "sa")]
    return "".join(character for character in "".join(words) if character.isalnum()) + ".example"


@dataclass(frozen=True)
class Worker:
    name: str
    email: str
    phone: str
    role: str
    client_access: str


@dataclass(frozen=True)
class Office:
    slug: str
    name: str
    org_number: str
    email: str
    phone: str
    first_client_number: int
    workers: tuple[Worker, ...]


@dataclass(frozen=True)
class Card:
    """A client of a firm, and what Mine tjenester knows about the company behind it."""

    number: int
    name: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    is_known: bool = True  # confirmed on Mine tjenester, its main contact an administrator there
    legal_form: str = "AS"
    contact_name: str = "Daglig leder"
    local_part: str = "daglig.leder"
    task: str = "Bokføring"
    company: int = 0  # whose organisation number it has, where that is another client's

    @property
    def org_number(self) -> str | None:
        return None if self.legal_form == "PERS" else synthetic_org_number(self.company or self.number)

    @property
    def email(self) -> str:
        return address_form(f"{self.local_part}@{domain(self.name)}")

    @property
    def phone(self) -> str:
        return f"10 00 {self.number // 100} {self.number % 100:02d}"


@dataclass(frozen=True)
class Agreement:
    """A subscription that a company got outside the portal, some days ago or so that its first period is soon over."""

    company: int
    variant: str
    months: int
    days_ago: int = 0
    service: str = "eaccounting"
    renews_in: int | None = None  # days from the load


@dataclass(frozen=True)
class Request:
    """A request that was sent some days ago, and what came of it: an answer after so many days, or none."""

    number: int
    days_ago: int
    answer: str  # approved, declined, withdrawn, expired, waiting, bounced
    variant: str = "standard"
    payer: str = "company"
    months: int = 12
    service: str = "eaccounting"
    after: int = 1
    reason: str = ""
    comment: str = ""
    firm: str = "fjord-regnskap"


@dataclass(frozen=True)
class Deed:
    """What somebody did with an agreement some days ago; a firm's deeds are its administrator's."""

    number: int
    days_ago: int
    what: str  # cancel, upgrade, ask_customer_to_pay, plan_end
    variant: str = ""
    ends_in: int = 0  # days from the load
    service: str = "eaccounting"
    firm: str = "fjord-regnskap"


OFFICES = (
    Office(
        slug="fjord-regnskap",
        name="Fjord Regnskap AS",
        org_number=synthetic_org_number(1),
        email="post@fjordregnskap.example",
        phone="10 00 00 10",
        first_client_number=1001,
        workers=(
            Worker("Kari Nordmann", "kari@fjordregnskap.example", "10 00 00 11", "administrator", "all"),
            Worker("Ola Hansen", "ola@fjordregnskap.example", "10 00 00 12", "employee", "own"),
        ),
    ),
    Office(
        slug="vidda-okonomi",
        name="Vidda Økonomi AS",
        org_number=synthetic_org_number(2),
        email="post@vidda.example",
        phone="10 00 00 20",
        first_client_number=2001,
        workers=(Worker("Nils Vidda", "nils@vidda.example", "10 00 00 21", "administrator", "all"),),
    ),
)
PLATFORM_ADMINISTRATOR = ("Plattformadministrator", "admin@byra.example")
OLAS_CLIENTS = (1001, 1002)
WITHOUT_TASK = (1004,)
WITHOUT_ADMINISTRATOR = (1012,)
WITH_TWO_RETURNS = (1017, 1038)

FJORDS_CARDS = (
    Card(1001, "Ærlig Bakeri AS", "Bryggegata 4", "5003", "Bergen", contact_name="Line Berg", local_part="line"),
    Card(1002, "Ørsta Rør AS", "Industrivegen 12", "6150", "Ørsta", contact_name="Per Rør", local_part="per"),
    Card(1003, "Ås Blomster", "Stasjonsveien 2", "1430", "Ås", False, "ENK", "Eva Ås", "eva"),
    Card(1004, "Uten Oppgave AS", "Storgata 18", "2815", "Gjøvik"),
    Card(1005, "Venter AS", "Kaigata 7", "6003", "Ålesund"),
    Card(1006, "Aktiv AS", "Torget 1", "7011", "Trondheim", task="Årsoppgjør"),
    Card(1007, "Nei Takk AS", "Øvre gate 22", "4307", "Sandnes"),
    Card(1008, "Feil Adresse AS", "Skolegata 9", "3015", "Drammen", False, local_part="avvist"),
    Card(1009, "Delt Kunde AS", "Strandgata 31", "9008", "Tromsø"),
    Card(1010, "Utløpt AS", "Elvegata 5", "2317", "Hamar", False),
    Card(1011, "Annen Betaler AS", "Nygata 14", "3717", "Skien"),
    Card(1012, "Uten Administrator AS", "Parkveien 3", "0350", "Oslo"),
    Card(1013, "Privat Person", "Lia 8", "6800", "Førde", False, "PERS", "Privat Person", "post", "Rådgivning"),
    Card(1014, "Sagt Opp AS", "Møllegata 6", "4008", "Stavanger"),
    # The forty
    Card(1015, "Alvheim Snekkeri AS", "Sagveien 3", "5212", "Søfteland"),
    Card(1016, "Austre Dal Maskin AS", "Dalsvegen 41", "6740", "Selje"),
    Card(1017, "Bekkevang Hagesenter AS", "Hageveien 10", "3170", "Sem", task="Mva-melding"),
    Card(1018, "Bjørkli Barnehage SA", "Bjørkeveien 5", "7350", "Buvika", True, "SA", task="Lønn"),
    Card(1019, "Bryggekanten Kafé AS", "Bryggen 2", "5003", "Bergen"),
    Card(1020, "Dalane Transport AS", "Terminalveien 8", "4370", "Egersund", task="Lønn"),
    Card(1021, "Dugurd Catering", "Kirkegata 11", "2609", "Lillehammer", False, "ENK"),
    Card(1022, "Eikeli Eiendom AS", "Eikestien 1", "1359", "Eiksmarka", task="Årsoppgjør"),
    Card(1023, "Elvebakken Elektro AS", "Elvebakken 16", "9513", "Alta"),
    Card(1024, "Fagerheim Frisør", "Storgata 44", "8006", "Bodø", False, "ENK"),
    Card(1025, "Fjellrype Friluft AS", "Fjellveien 2", "3580", "Geilo"),
    Card(1026, "Fossekallen Forlag AS", "Fossegata 20", "0551", "Oslo", task="Fakturering"),
    Card(1027, "Granlia Gård ANS", "Granlivegen 77", "2340", "Løten", True, "ANS"),
    Card(1028, "Gullhaugen Grafisk AS", "Haugveien 15", "1605", "Fredrikstad"),
    Card(1029, "Havgløtt Hotell AS", "Havneveien 1", "4550", "Farsund", task="Lønn"),
    Card(1030, "Heimdal Hud og Helse", "Heimdalsvegen 3", "7081", "Sjetnemarka", False, "ENK"),
    Card(1031, "Isbreen Kulde AS", "Bregata 9", "6866", "Gaupne"),
    Card(1032, "Juvet Rafting AS", "Juvvegen 30", "2670", "Otta", False),
    Card(1033, "Kildal Konsult AS", "Kildalen 6", "4616", "Kristiansand", task="Fakturering"),
    Card(1034, "Kløvervangen Dyreklinikk AS", "Kløverveien 4", "1712", "Grålum"),
    Card(1035, "Krambua Landhandel AS", "Kystveien 88", "8314", "Gimsøysand"),
    Card(1036, "Lauvåsen Legesenter DA", "Lauvåsvegen 2", "7560", "Vikhammer", True, "DA"),
    Card(1037, "Lysløypa Sport AS", "Skiveien 19", "2407", "Elverum"),
    Card(1038, "Måkeskjær Marina AS", "Skjærveien 1", "3960", "Stathelle", task="Mva-melding"),
    Card(1039, "Nordnes Notfiske AS", "Notvegen 12", "6082", "Gursken"),
    Card(1040, "Nøtteliten Leker", "", "", "", False, "ENK"),
    Card(1041, "Oddeheim Overnatting AS", "Oddevegen 5", "5750", "Odda"),
    Card(1042, "Perleporten Smykker AS", "Gullgata 3", "3256", "Larvik"),
    Card(1043, "Rognbær Regi AS", "Teatergata 7", "0180", "Oslo"),
    Card(1044, "Rødberg Renhold AS", "Rødbergvegen 9", "3630", "Rødberg", task="Lønn"),
    Card(1045, "Skarven Skilt AS", "Skarvveien 13", "4085", "Hundvåg", False),
    Card(1046, "Solgløtt Solskjerming AS", "Solveien 21", "1920", "Sørumsand"),
    Card(1047, "Steinrøysa Steinhoggeri AS", "", "", "", False),
    Card(1048, "Sæterlia Ysteri AS", "Sætervegen 50", "2940", "Heggenes"),
    Card(1049, "Tindtopp Taubane AS", "Tindvegen 1", "6300", "Åndalsnes"),
    Card(1050, "Trollskogen Trevare AS", "Skogvegen 64", "7870", "Grong"),
    Card(1051, "Urtehagen Apotekvarer AS", "Urtegata 8", "0187", "Oslo"),
    Card(1052, "Vesleøya Velforening", "Øyveien 2", "1684", "Vesterøy", False, "FLI"),
    Card(1053, "Øyfisk Foredling AS", "Kaivegen 17", "9170", "Longyearbyen"),
    Card(1054, "Åmot Asfalt AS", "Åmotvegen 100", "2450", "Rena"),
)
VIDDAS_CARDS = (
    Card(2001, "Delt Kunde AS", "Strandgata 31", "9008", "Tromsø", company=1009),
    Card(2002, "Annen Betaler AS", "Nygata 14", "3717", "Skien", company=1011),
    Card(1001, "Fjellbekk AS", "Bekkevegen 6", "9520", "Kautokeino", company=2101),
)
CARDS = {"fjord-regnskap": FJORDS_CARDS, "vidda-okonomi": VIDDAS_CARDS}

AGREEMENTS = (
    Agreement(1001, "smart", 12, 150),
    Agreement(1014, "start", 12, 230),
    Agreement(1015, "pro", 12, renews_in=10),
    Agreement(1019, "smart", 12, 80),
    Agreement(1023, "faktura", 3, 40),
    Agreement(1026, "start", 12, 310),
    Agreement(1033, "smart", 12, 190),
    Agreement(1035, "smart", 3, 70),
    Agreement(1041, "start", 12, 120),
    Agreement(1046, "faktura", 12, 260),
    Agreement(1051, "standard", 12, 60, service="okonomioversikt"),
)

# In the order: number, days ago, answer, variant, payer, months, service, after
REQUESTS = (
    # The cast
    Request(1005, 5, "waiting", "smart"),
    Request(1006, 210, "approved", "pro", "firm", after=2),
    Request(
        1007,
        45,
        "declined",
        "smart",
        after=3,
        reason="too_expensive",
        comment="Vi klarer oss med Start. Ring gjerne før dere spør på nytt.",
    ),
    Request(1008, 3, "bounced", "start"),
    Request(2001, 400, "approved", "pro", firm="vidda-okonomi", after=2),
    Request(1009, 120, "approved", "pro", after=4),
    Request(1010, 50, "expired", "start", after=31),
    Request(2002, 260, "approved", "smart", "firm", firm="vidda-okonomi"),
    # The forty, and what the cast did besides
    Request(1018, 728, "approved", "start", after=3),
    Request(1020, 715, "approved", "smart", "firm", after=2),
    Request(1022, 703, "approved", "pro", "firm"),
    Request(1027, 676, "approved", "faktura", months=3, after=6),
    Request(1029, 668, "approved", "smart", after=2),
    Request(1034, 655, "declined", "pro", after=4, reason="wrong_variant", comment="Vi trenger ikke lager."),
    Request(1034, 640, "approved", "smart", after=1),
    Request(1036, 622, "approved", "pro", "firm", after=9),
    Request(1038, 607, "approved", "smart", after=2),
    Request(1042, 590, "approved", "start", months=3, after=1),
    Request(1044, 560, "approved", "smart", "firm", after=2),
    Request(1043, 548, "declined", "smart", after=12, reason="not_needed"),
    Request(1048, 533, "approved", "faktura", after=3),
    Request(1022, 520, "approved", service="okonomioversikt", payer="firm"),
    Request(1049, 505, "approved", "pro", after=7),
    Request(1053, 491, "approved", "smart", after=2),
    Request(1054, 466, "approved", "pro", "firm", after=1),
    Request(1021, 452, "approved", "faktura", months=3, after=4),
    Request(1050, 425, "expired", "start", after=31),
    Request(1031, 411, "approved", "smart", after=3),
    Request(1024, 383, "approved", "start", after=14),
    Request(1050, 370, "approved", "start", after=2),
    Request(1016, 356, "approved", "smart", "firm", after=1),
    Request(1017, 341, "declined", "smart", after=2, reason="too_expensive", comment="Kom gjerne tilbake til høsten."),
    Request(1028, 327, "approved", "smart", after=6),
    Request(1039, 298, "withdrawn", "pro", after=5),
    Request(1032, 284, "approved", "start", after=8),
    Request(1037, 257, "approved", "smart", after=1),
    Request(1015, 243, "approved", "pro", after=2),
    Request(1030, 229, "expired", "faktura", after=31),
    Request(1017, 215, "approved", "smart", after=3),
    Request(1006, 200, "approved", service="scanner", after=1),
    Request(1052, 188, "declined", "faktura", after=5, reason="other", comment="Laget skal legges ned."),
    Request(1046, 160, "approved", "faktura", after=2),
    Request(1045, 133, "withdrawn", "start", after=3),
    Request(1051, 119, "approved", "pro", "firm", after=2),
    Request(1033, 105, "declined", "smart", after=1, reason="not_our_firm"),
    Request(1039, 79, "approved", "smart", after=3),
    Request(1019, 66, "approved", "smart", after=2),
    Request(1051, 54, "approved", service="okonomioversikt", after=1),
    Request(1035, 38, "approved", "smart", after=4),
    Request(1043, 27, "approved", "smart", after=9),
    Request(1052, 19, "waiting", "faktura"),
    Request(1037, 16, "declined", service="okonomioversikt", after=2, reason="not_needed"),
    Request(1018, 13, "approved", service="scanner", after=3),
    Request(1047, 11, "waiting", "start"),
    Request(1041, 9, "approved", "start", after=2),
    Request(1025, 8, "waiting", service="okonomioversikt"),
    Request(1034, 4, "waiting", service="okonomioversikt", months=3),
    Request(1026, 2, "waiting", "start"),
    Request(1045, 2, "draft", "smart"),
    Request(1038, 1, "waiting", service="scanner"),
)

DEEDS = (
    Deed(1014, 20, "cancel"),
    Deed(1042, 60, "cancel"),  # quarterly: over since, and its data can be read
    Deed(1044, 25, "upgrade", variant="pro"),
    Deed(1020, 5, "ask_customer_to_pay"),
    Deed(2001, 3, "plan_end", ends_in=20, firm="vidda-okonomi"),  # hands over to Fjord
)
