"""What a yes to a request binds to."""

from agreements.hand_over import HandOver, foretell_hand_over
from agreements.rows.load import load
from agreements.rules.facts import Outcome
from collaboration.offer.offers import Offer
from commitments.commitment import Commitment, Payer, commitment_of_new, commitment_of_running


def commitment_of_offer(offer: Offer, hand_over: HandOver | None = None) -> Commitment | None:
    """What a yes to the request binds to, if it is given on the offer's day; None where there is nothing to approve.

    `hand_over` is the choice that is made along with the yes.
    """
    if offer.is_impossible:
        return None
    activation = offer.activation
    if offer.subscription is None:
        return commitment_of_new(
            activation.variant, months=activation.period_months, per_month=activation.price_per_month,
            payer=Payer.FIRM if offer.firm_pays else Payer.COMPANY, first_day=offer.today,
        )  # fmt: skip
    value = load(offer.subscription, day=offer.today).value
    outcome = foretell_hand_over(value, hand_over, day=offer.today) if hand_over else Outcome(value, ())
    return commitment_of_running(activation.service, outcome, asker=activation.firm_id, day=offer.today)
