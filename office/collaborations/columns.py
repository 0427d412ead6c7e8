"""The columns of the exported files."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from collaboration.states import badge_of
from ground.spreadsheets import Cell
from office.collaborations.lines import Line

COLLABORATION_COLUMNS: dict[Any, Callable[[Line], Cell]] = {
    _("Kundenummer"): lambda line: line.client_number,
    _("Kunde"): lambda line: line.client,
    _("Organisasjonsnummer"): lambda line: line.org_number,
    _("Tjeneste"): lambda line: line.service,
    _("Variant"): lambda line: line.variant,
    _("Status"): lambda line: badge_of(line.state).text,
    _("Trenger handling"): lambda line: line.reason,
    _("Oppgave"): lambda line: line.task,
    _("Oppgaveansvarlig"): lambda line: line.owner,
    _("Kundeansvarlig"): lambda line: line.manager,
    _("Sendt"): lambda line: line.sent_on,
    _("Levering"): lambda line: line.delivery,
    _("Siste dag å svare"): lambda line: line.last_day,
    _("Dager ventet"): lambda line: line.days_waited,
    _("Neste påminnelse"): lambda line: line.remind_on,
}
