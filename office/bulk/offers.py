"""What the lists offer to do with ticked rows."""

from django.db.models import QuerySet
from django.utils.translation import ngettext

from bulk.actions.begin_run import MOST_CHOSEN
from bulk.models import BulkRun
from ground.paging import KeysetPage

OF_CLIENTS = (BulkRun.Deed.ACTIVATE, BulkRun.Deed.MANAGER, BulkRun.Deed.DEACTIVATE)
OF_REQUESTS = (BulkRun.Deed.RESEND, BulkRun.Deed.WITHDRAW)


def client_deeds() -> list[tuple[str, str]]:
    """The deeds of the list of clients: the value, and what its button says."""
    return [(deed.value, str(deed.label)) for deed in OF_CLIENTS]


def request_deeds() -> list[tuple[str, str]]:
    """The deeds of the list of requests, in the same way."""
    return [(deed.value, str(deed.label)) for deed in OF_REQUESTS]


def all_found(rows: QuerySet, page: KeysetPage) -> str:
    """The words for ticking all that the filter finds; empty where that is too many. Counts only where it must."""
    count = len(page.rows) if not (page.after or page.before) else rows.order_by()[: MOST_CHOSEN + 1].count()
    return words_for_all(count)


def words_for_all(count: int) -> str:
    """The words for ticking so many; empty where that is too many."""
    if count > MOST_CHOSEN:
        return ""
    return ngettext("Den ene som passer", "Alle %(count)s som passer", count) % {"count": count}
