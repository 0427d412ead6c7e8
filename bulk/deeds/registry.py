"""Which deed a run is."""

from bulk.deeds.activate import Activate
from bulk.deeds.deed import Deed
from bulk.models import BulkRun

DEEDS: dict[str, Deed] = {BulkRun.Deed.ACTIVATE: Activate()}


def deed_of(run: BulkRun) -> Deed:
    return DEEDS[run.deed]
