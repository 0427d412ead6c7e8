"""What a change is to: one class per kind."""

from dataclasses import dataclass, replace
from typing import ClassVar

from agreements.rules.money import costs_more
from agreements.rules.refusals import Reason, Refused
from agreements.rules.values import Agreement, Party, Variant


@dataclass(frozen=True)
class NewVariant:
    """Another size: a greater one at once, a smaller one from the next period."""

    variant: Variant
    kind: ClassVar[str] = "variant"
    always_asks_payers: ClassVar[bool] = False  # only where it costs more

    @classmethod
    def now(cls, agreement: Agreement) -> "NewVariant":
        return cls(agreement.variant)

    def check(self, agreement: Agreement) -> None:
        """Raises Refused where it cannot be chosen."""
        if not self.variant.is_for_sale:
            raise Refused(Reason.NOT_FOR_SALE)
        if self.variant == agreement.variant:
            raise Refused(Reason.SAME_VARIANT)

    def is_at_once(self, agreement: Agreement) -> bool:
        return self.variant.rank > agreement.variant.rank or agreement.renews_on is None

    def put_in(self, agreement: Agreement) -> Agreement:
        return replace(agreement, variant=self.variant)

    def needs_a_yes_of_who_pays_next(self, agreement: Agreement) -> bool:
        """Asked of an agreed change when another becomes payer who has not seen it."""
        return costs_more(agreement, self.variant, than=agreement.variant)


@dataclass(frozen=True)
class NewPayer:
    """Another payer from the next period on, who always says yes first."""

    party: Party
    kind: ClassVar[str] = "payer"
    always_asks_payers: ClassVar[bool] = False

    @classmethod
    def now(cls, agreement: Agreement) -> "NewPayer":
        return cls(agreement.payer)

    def check(self, agreement: Agreement) -> None:
        """Raises Refused; also where the firm will have left before it would pay."""
        if not agreement.service.has_payer:
            raise Refused(Reason.ALWAYS_THE_COMPANY)
        if self.party == agreement.payer:
            raise Refused(Reason.SAME_PAYER)
        leaves_before = [
            seat for seat in agreement.seats_of(self.party)
            if seat.ends_on and agreement.renews_on and seat.ends_on <= agreement.renews_on
        ]  # fmt: skip
        if leaves_before:
            raise Refused(Reason.NOT_INSIDE)

    def is_at_once(self, agreement: Agreement) -> bool:
        return agreement.renews_on is None

    def put_in(self, agreement: Agreement) -> Agreement:
        return replace(agreement, payer=self.party, payer_has_left=False)

    def needs_a_yes_of_who_pays_next(self, agreement: Agreement) -> bool:
        return False


@dataclass(frozen=True)
class NewLength:
    """Another agreement period from the next one on: less often or less a month, so whoever pays it says yes."""

    months: int
    kind: ClassVar[str] = "period"
    always_asks_payers: ClassVar[bool] = True

    @classmethod
    def now(cls, agreement: Agreement) -> "NewLength":
        return cls(agreement.months)

    def check(self, agreement: Agreement) -> None:
        if self.months not in agreement.service.lengths or agreement.renews_on is None:
            raise Refused(Reason.LENGTH_NOT_OFFERED, months=self.months)
        if self.months == agreement.months:
            raise Refused(Reason.SAME_LENGTH)

    def is_at_once(self, agreement: Agreement) -> bool:
        return False

    def put_in(self, agreement: Agreement) -> Agreement:
        return replace(agreement, months=self.months)

    def needs_a_yes_of_who_pays_next(self, agreement: Agreement) -> bool:
        return True


Aim = NewVariant | NewPayer | NewLength
