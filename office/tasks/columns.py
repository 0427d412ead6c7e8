"""The columns of the exported files of tasks."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ground.clock import oslo_date
from ground.spreadsheets import Cell

TASK_COLUMNS: dict[Any, Callable[[Any], Cell]] = {
    _("Oppgave"): lambda task: task.type.local_name,
    _("Periode eller stikkord"): lambda task: task.period,
    _("Kundenummer"): lambda task: task.client.number,
    _("Kunde"): lambda task: task.client.name,
    _("Oppgaveansvarlig"): lambda task: task.owner.user.name,
    _("Deltakere"): lambda task: ", ".join(task.others),
    _("Frist"): lambda task: task.due_on,
    _("Over fristen"): lambda task: gettext("Ja") if task.is_overdue else "",
    _("Åpnet"): lambda task: oslo_date(task.opened_at),
}
