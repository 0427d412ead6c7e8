"""Several people answer for one company, each by another firm's request: what is there to decide by."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Now

from collaboration.models import Activation
from collaboration.progress.states import with_state
from organisations.models import CompanyUser
from subscriptions.models import Subscription


@dataclass(frozen=True)
class Claim:
    """One who answers for the company, or is asked to; by which requests, and what has begun by them."""

    place: CompanyUser
    requests: list[Activation]
    subscriptions: list[Subscription]

    @property
    def has_accepted(self) -> bool:
        return self.place.user is not None


def describe_claims(places: Sequence[CompanyUser]) -> list[Claim]:
    """In two queries for any number of them."""
    companies = [place.company_id for place in places]
    asking = Activation.objects.filter(company__in=companies).select_related("firm", "service")
    requests = with_state(asking, Now()).order_by("pk")
    begun = Subscription.objects.filter(company__in=companies).with_service().order_by("pk")
    asked, services = list(requests), list(begun)
    return [
        Claim(
            place,
            [request for request in asked if request.company_id == place.company_id],
            [subscription for subscription in services if subscription.company_id == place.company_id],
        )
        for place in places
    ]


def fingerprint(places: Sequence[CompanyUser]) -> str:
    """Fingerprint of the claims: a decision counts only if they are as the page showed them."""
    told = sorted((place.company_id, place.pk, place.user_id or 0) for place in places)
    return hashlib.sha256(repr(told).encode()).hexdigest()
