"""Money in words of the screen: NOK, as the reader's language writes numbers."""

from decimal import Decimal

from django.utils.formats import number_format


def format_nok(amount: Decimal) -> str:
    """1 209,86 in Norwegian, 1,209.86 in English; the unit is the sentence's."""
    return number_format(round(amount, 2), decimal_pos=2, force_grouping=True)
