"""Amounts in kroner as the reader's language writes numbers."""

from decimal import Decimal

from django.utils.formats import number_format


def format_nok(amount: Decimal) -> str:
    """The amount with two decimals: 1 209,86 in Norwegian, 1,209.86 in English. The sentence around it names kroner."""
    return number_format(round(amount, 2), decimal_pos=2, force_grouping=True)
