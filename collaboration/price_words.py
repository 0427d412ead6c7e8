"""What an agreement costs, in words: every page, mail and receipt says it alike."""

from decimal import Decimal

from django.utils.translation import gettext as _

from collaboration.months import months_in_words
from ground.money import format_nok


def price(per_month: Decimal, months: int) -> str:
    """What it costs a month, and in all where a period is longer."""
    if per_month == 0:
        return _("Gratis")
    if months == 1:
        return monthly_price(per_month)
    return _("%(month)s kr per måned, %(amount)s kr for %(length)s, eks. mva.") % {
        "month": format_nok(per_month),
        "amount": format_nok(per_month * months),
        "length": months_in_words(months),
    }


def monthly_price(per_month: Decimal) -> str:
    return _("%(month)s kr per måned eks. mva.") % {"month": format_nok(per_month)}
