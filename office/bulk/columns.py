"""The columns of the exported result."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from ground.spreadsheets import Cell
from office.bulk.lines import Line

COLUMNS: dict[Any, Callable[[Line], Cell]] = {
    _("Kundenummer"): lambda line: line.client_number,
    _("Kunde"): lambda line: line.client,
    _("Organisasjonsnummer"): lambda line: line.org_number,
    _("Tjeneste"): lambda line: line.service,
    _("Status"): lambda line: line.state,
    _("Hvorfor"): lambda line: line.reason,
    _("Se over"): lambda line: "; ".join(line.yellow),
    _("Kundens forhold"): lambda line: line.scenario,
    _("Avtale"): lambda line: line.agreement,
    _("Fakturamottaker"): lambda line: line.payer,
    _("Pris"): lambda line: line.cost,
    _("Mottaker"): lambda line: line.receiver,
    _("Kundeansvarlig"): lambda line: line.change,
}
