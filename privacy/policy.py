"""What is kept of people and for how long, in words, from the settings that the nightly jobs delete by."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.forms.addresses import REST
from organisations.models.kept_form import KEPT_FOR
from organisations.signing_in.known_browsers import COOKIE_AGE

Row = tuple[str, str]
DAYS_OF_A_YEAR = 365
SECONDS_OF_AN_HOUR = 3600
SECONDS_OF_A_DAY = 24 * SECONDS_OF_AN_HOUR


def policy_rows() -> list[Row]:
    """Pairs of what is kept of a person, and for how long, in the reader's language."""
    return [
        (
            _("Navn, e-postadresse, telefon og språk"),
            until(
                settings.LEFT_PERSON_RETENTION_DAYS, _("%(time)s etter at du forlot det siste byrået eller selskapet.")
            ),
        ),
        (
            _("Forespørsler uten et ja: hvem som ble spurt, og kommentarer"),
            until(settings.CLOSED_REQUEST_RETENTION_DAYS, _("%(time)s etter at forespørselen ble lukket.")),
        ),
        (
            _("Navnet på godkjenningsbevis"),
            until(
                settings.RECEIPT_NAME_RETENTION_YEARS * DAYS_OF_A_YEAR,
                _("%(time)s etter utgangen av året. Selve beviset beholdes, uten navn."),
            ),
        ),
        (
            _("Invitasjoner: hvem som ble invitert"),
            until(settings.CLOSED_INVITATION_RETENTION_DAYS, _("%(time)s etter at invitasjonen ble lukket.")),
        ),
        (
            _("Filer med kunder som byråer importerer: radene"),
            until(settings.IMPORT_RETENTION_DAYS, _("%(time)s etter at filen ble lastet opp.")),
        ),
        (_("E-poster vi har sendt"), until(settings.EMAIL_RETENTION_DAYS, _("%(time)s etter at de ble sendt."))),
        (
            _("Varsler til byråers medarbeidere"),
            until(settings.ALERT_RETENTION_DAYS, _("%(time)s etter at de ble skrevet.")),
        ),
        (
            _("Enheter du er logget inn på: IP-adresse og nettleser"),
            _("%(time)s etter siste bruk.") % {"time": hours(settings.SESSION_COOKIE_AGE // SECONDS_OF_AN_HOUR)},
        ),
        (
            _("Nettlesere du har logget inn fra: en informasjonskapsel hos deg"),
            until(COOKIE_AGE // SECONDS_OF_A_DAY, _("%(time)s etter siste innlogging.")),
        ),
        (
            _("Det du skrev i et skjema som ikke ble sendt, så du får det tilbake"),
            _("%(time)s etter at du skrev det.") % {"time": hours(KEPT_FOR // timedelta(hours=1))},
        ),
        (
            _("Navn på dem som har roller i selskaper, slik Enhetsregisteret viser dem for alle"),
            _("Et døgn etter at noen sist slo opp selskapet."),
        ),
        (
            _("IP-adresser vi teller forsøk fra, for å stoppe misbruk"),
            _("Til tellingen er over, høyst et døgn."),
        ),
        (
            _("Meldinger som ble sendt med da en forespørsel ble sendt videre"),
            _("Like lenge som forespørselen."),
        ),
        (_("Adresser der mottakeren var feil person"), until(REST.days, _("%(time)s etter at det ble sagt fra."))),
        (
            _("Hva som er gjort, når og av hvem"),
            _("Uten grense, som numre. Navnet forsvinner når opplysningene om deg slettes."),
        ),
    ]


def until(days: int, sentence: str) -> str:
    """The sentence with the days, or the years they make, as its `time`; of 0 days that there is no end."""
    if days == 0:
        return _("Uten grense.")
    length = years(days // DAYS_OF_A_YEAR) if days % DAYS_OF_A_YEAR == 0 else number_of_days(days)
    return sentence % {"time": length}


def years(count: int) -> str:
    return ngettext("%(count)s år", "%(count)s år", count) % {"count": count}


def number_of_days(count: int) -> str:
    return ngettext("%(count)s dag", "%(count)s dager", count) % {"count": count}


def hours(count: int) -> str:
    return ngettext("%(count)s time", "%(count)s timer", count) % {"count": count}
