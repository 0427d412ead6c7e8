"""Money in words of the screen: NOK, comma, groups of three."""

from decimal import Decimal

NO_BREAK_SPACE = "\u00a0"


def format_nok(amount: Decimal) -> str:
    """1 209,86; the unit is the sentence's."""
    return f"{amount:,.2f}".replace(",", NO_BREAK_SPACE).replace(".", ",")
