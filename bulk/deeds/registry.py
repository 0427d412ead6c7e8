"""Which deed a run is."""

from bulk.deeds.activate import Activate
from bulk.deeds.clients import ChangeManager, Deactivate
from bulk.deeds.deed import Deed
from bulk.deeds.requests import Resend, Withdraw
from bulk.models import BulkRun

DEEDS: dict[str, Deed] = {
    BulkRun.Deed.ACTIVATE: Activate(),
    BulkRun.Deed.RESEND: Resend(),
    BulkRun.Deed.WITHDRAW: Withdraw(),
    BulkRun.Deed.MANAGER: ChangeManager(),
    BulkRun.Deed.DEACTIVATE: Deactivate(),
}


def deed_of(run: BulkRun) -> Deed:
    return DEEDS[run.deed]
