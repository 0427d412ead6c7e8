"""What becomes of a row that runs into a mistake of ours: it says so, and those behind it go on."""

import logging

from celery.exceptions import SoftTimeLimitExceeded
from django.utils.translation import gettext as _

from client_imports.models import ImportRow
from ground.database_faults import passes

logger = logging.getLogger(__name__)


def explain_fault(error: Exception, row: ImportRow) -> str:
    """Log the error, and return the row's sentence. Raises the error where it passes by itself, or ends the job."""
    if isinstance(error, SoftTimeLimitExceeded) or passes(error):
        raise error
    logger.error("row %s of import %s has failed", row.number, row.client_import_id, exc_info=error)
    return _("Noe gikk galt med raden. Feilen ligger hos oss, og ingenting er endret for denne kunden.")
