"""Who is told that it is settled who administers a company. Called last in the deed, inside its transaction."""

from collections.abc import Sequence

from agreements.telling.emails import my_services_address
from collaboration.settling.disputes import Claim
from notifications import outbox
from notifications.models import Email
from organisations.models import Company


def company_settled(company: Company, claims: Sequence[Claim], *, others_stay: bool) -> list[Email | None]:
    """To all who answered for it, each under the name that the company had for them: who administers, and what becomes
    of what they have begun. `claims` are as they were before.
    """
    begun = [
        subscription.variant.full_name
        for claim in claims
        if claim.place.company_id != company.pk
        for subscription in claim.subscriptions
    ]
    return [
        outbox.post_email(
            key=f"company_settled:{company.pk}:{claim.place.user.pk}",
            kind="company_settled",
            to=claim.place.user.email,
            language=claim.place.user.language,
            about=company,
            context={
                "person": claim.place.user,
                "company": claim.place.company,
                "administers": claim.place.company_id == company.pk,
                "stays": others_stay,
                "begun": begun,
                "page_url": my_services_address(),
            },
        )
        for claim in claims
        if claim.place.user is not None
    ]
