"""Why the rules refuse: a reason, without words. Whoever speaks with people has a sentence for each."""

from enum import StrEnum


class Reason(StrEnum):
    OVER = "the agreement has ended"
    CANCELLED = "the agreement is cancelled"
    ALREADY_CANCELLED = "the agreement is cancelled already"
    NOT_CANCELLED = "the agreement is not cancelled"
    NO_END_PLANNED = "no end of the collaboration is planned"
    COLLABORATION_ENDED = "the collaboration has ended already"
    UNDERWAY = "another change of the same kind is open"
    NOT_FOR_SALE = "the variant is not for sale"
    SAME_VARIANT = "the agreement has this variant"
    ALWAYS_THE_COMPANY = "the company always pays for this service itself"
    SAME_PAYER = "this party pays today"
    NOT_INSIDE = "who is to pay does not collaborate, or no more by then"
    LENGTH_NOT_OFFERED = "the service has no period of this length"
    SAME_LENGTH = "the agreement has this length"
    NO_PRICE = "the list has no price for it"
    PAYER_IS_CHANGING = "two parties would have to say yes, or another one than was asked"
    PAYER_IS_GONE = "who is to say yes does not collaborate any more"
    SETTLED = "the change is not open any more"
    NEXT_PAYER_COUNTS_ON_IT = "the next payer has said yes to a price with this change in it"
    PAYER_HAS_AGREED_SINCE = "the payer has since said yes to another change with this one in it"


class Refused(Exception):
    """A verb that the agreement does not allow now."""

    def __init__(self, reason: Reason, **about: object) -> None:
        super().__init__(str(reason))
        self.reason, self.about = reason, about
