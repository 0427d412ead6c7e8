"""A period of an agreement with its price, and the rows that it names."""

from dataclasses import dataclass
from decimal import Decimal

from organisations.models import Firm
from subscriptions.models import Variant


@dataclass(frozen=True)
class Period:
    """What holds in a period: its variant, its payer (None: the company), its length, and the price a month."""

    variant: Variant
    paying_firm: Firm | None
    months: int
    per_month: Decimal

    @property
    def payer(self) -> int | None:
        return self.paying_firm.pk if self.paying_firm else None

    @property
    def amount(self) -> Decimal:
        return self.per_month * self.months

    def costs(self, party: int | None) -> Decimal:
        """What the party pays a month."""
        return self.per_month if self.payer == party else Decimal(0)
