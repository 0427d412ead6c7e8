"""What the lists offer to do with ticked rows."""

from django.utils.translation import ngettext

from bulk.actions.begin_run import MOST_CHOSEN
from bulk.models import BulkRun
from clients.models.client import ClientQuerySet
from ground.paging import KeysetPage

OF_CLIENTS = (BulkRun.Deed.ACTIVATE,)


def client_deeds() -> list[tuple[str, str]]:
    """The deeds of the list of clients: the value, and what its button says."""
    return [(deed.value, str(deed.label)) for deed in OF_CLIENTS]


def all_found(clients: ClientQuerySet, page: KeysetPage) -> str:
    """The words for ticking all that the filter finds; empty where that is too many. Counts only where it must."""
    count = len(page.rows) if not (page.after or page.before) else clients.order_by()[: MOST_CHOSEN + 1].count()
    if count > MOST_CHOSEN:
        return ""
    return ngettext("Den ene som passer", "Alle %(count)s som passer", count) % {"count": count}
