"""How the parties of an agreement are told: the company by e-mail, a firm by alerts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse

from collaboration import alerts, emails
from collaboration.actions.locks import Agreement
from collaboration.models import Collaboration
from collaboration.rights import Person
from history.models import Event
from notifications import outbox
from organisations.models import User
from organisations.places.links import company_url
from subscriptions.models import Subscription


def find_collaborations(agreement: Agreement, firms: Iterable[int | None]) -> list[Collaboration]:
    """Through which each firm is told: its active one, else the last that it had in the agreement."""
    own = {collaboration.firm_id: collaboration for collaboration in agreement.collaborations}
    gone = Collaboration.objects.on(agreement.subscription).filter(firm__in=set(firms) - set(own)).with_everything()
    own |= {collaboration.firm_id: collaboration for collaboration in gone.order_by("pk")}
    return [own[firm] for firm in sorted(firm for firm in firms if firm in own)]


def tell_all(
    kind: str,
    agreement: Agreement,
    collaborations: list[Collaboration],
    *,
    by: Person | None,
    words: dict[str, Any],
    context: dict[str, Any],
) -> None:
    """The company's administrators, the one who did it among them, and of the firms all but him."""
    version = agreement.subscription.version
    tell_company(kind, agreement, key_end=version, context=context)
    for collaboration in collaborations:
        tell_firm(
            kind,
            agreement,
            collaboration,
            key_end=version,
            at=hour_of_the_deed(agreement.subscription),
            words=words,
            context=context,
            but=by.user if by else None,
        )


def tell_company(
    kind: str,
    agreement: Agreement,
    *,
    key_end: str | int,
    context: dict[str, Any],
    path: str = "",
    but: User | None = None,
) -> None:
    subscription = agreement.subscription
    path = path or reverse("my_services:service-detail", args=[subscription.service.code])
    for place in emails.administrators_of(agreement.company):
        if but is not None and place.user_id == but.pk:
            continue
        outbox.post_email(
            key=f"{kind}:company:{subscription.pk}:{key_end}:{place.user_id}",
            kind=kind,
            to=place.user.email,
            language=place.user.language,
            about=subscription,
            context={
                "person": place.user,
                "for_firm": False,
                "customer": agreement.company.name,
                "subscription": subscription,
                "page_url": company_url(path, agreement.company),
                "my_services_url": emails.my_services_address(),
                **context,
            },
        )


def tell_firm(
    kind: str,
    agreement: Agreement,
    collaboration: Collaboration,
    *,
    key_end: str | int,
    at: datetime,
    words: dict[str, Any],
    context: dict[str, Any],
    path: str = "",
    to_leads: bool = False,
    but: User | None = None,
) -> None:
    alerts.tell(
        kind,
        collaboration.activation,
        about=agreement.subscription,
        at=at,
        key_end=f":{key_end}",
        words=words,
        email_context={
            "for_firm": True,
            "customer": collaboration.client.name,
            "subscription": agreement.subscription,
            **context,
        },
        path=path,
        to_leads=to_leads,
        but=but,
    )


def latest_deed(subject: models.Model) -> Event:
    """The event that the deed which tells has just written; the locks see to it that there is no later one."""
    return Event.objects.about(subject).latest("pk")


def hour_of_the_deed(subscription: Subscription) -> datetime:
    return latest_deed(subscription).at
