"""Who may act for a firm at all."""

from django.utils.translation import gettext as _

from ground.refusals import NotAllowed
from organisations.models import Employee


def check_works_here(by: Employee) -> None:
    """Raise NotAllowed for an employee who has left the firm, or is shut out."""
    if not Employee.objects.active().filter(pk=by.pk).exists():
        raise NotAllowed(_("Du arbeider ikke lenger i byrået."))
