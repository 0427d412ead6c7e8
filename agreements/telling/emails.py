"""The mails to a company about a collaboration that ends, and about who of its firms has access."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from agreements.access.news import AccessNews
from agreements.models import Collaboration
from agreements.telling.reach import reach_of
from notifications import outbox
from notifications.models import Email
from organisations.models import Company, CompanyUser, Employee, User
from organisations.places.links import company_url, firm_url


def collaboration_ended_by_firm(collaboration: Collaboration) -> list[Email | None]:
    """To the company's administrators: the firm has stopped it, and what goes on."""
    return to_the_administrators("collaboration_ended_by_firm", collaboration)


def collaboration_ended_as_planned(collaboration: Collaboration, *, last_day: date) -> list[Email | None]:
    """To the company's administrators: the day that they have chosen has come."""
    return to_the_administrators("collaboration_ended_as_planned", collaboration, last_day=last_day)


def to_the_administrators(kind: str, collaboration: Collaboration, **context: object) -> list[Email | None]:
    return [
        about_the_end(kind, collaboration, place.user, my_services_of(collaboration.company), **context)
        for place in administrators_of(collaboration.company)
    ]


def access_notice(company: Company, news: AccessNews, *, on: date) -> list[Email | None]:
    """To the company's administrators: who of its firms has got access, and who has it no more. Empty without any."""
    page_url = my_services_of(company)
    return [
        outbox.post_email(
            key=f"access_notice:{company.pk}:{on}:{place.user_id}",
            kind="access_notice",
            to=place.user.email,
            language=place.user.language,
            about=company,
            context={
                "person": place.user,
                "company": company,
                "news": news,
                "page_url": page_url,
                "my_services_url": my_services_address(),
            },
        )
        for place in administrators_of(company)
    ]


def administrators_of(company: Company) -> QuerySet[CompanyUser]:
    """The company's administrators who have accepted and may act today."""
    places = CompanyUser.objects.of(company).active().administrators()
    return places.select_related("user").order_by("pk")


def end_receipt(collaboration: Collaboration, by: Employee | CompanyUser) -> Email | None:
    """To the one who ended it: that it was done, and what goes on."""
    page_url = my_services_of(collaboration.company)
    if isinstance(by, Employee):
        path = reverse("collaboration:service-detail", args=[collaboration.client.number, collaboration.service.code])
        page_url = firm_url(path, collaboration.firm)
    return about_the_end("end_receipt", collaboration, by.user, page_url, by_firm=isinstance(by, Employee))


def about_the_end(
    kind: str, collaboration: Collaboration, user: User, page_url: str, *, by_firm: bool = True, **context: object
) -> Email | None:
    return outbox.post_email(
        key=f"{kind}:{collaboration.pk}:{user.pk}",
        kind=kind,
        to=user.email,
        language=user.language,
        about=collaboration.activation,
        firm=collaboration.firm,
        context={
            "collaboration": collaboration,
            "subscription": collaboration.subscription,
            "paid_to": collaboration.subscription.paid_to,
            "person": user,
            "by_firm": by_firm,
            "page_url": page_url,
            "reach": reach_of(collaboration.activation),
            **context,
        },
    )


def my_services_address() -> str:
    """The address of Mine tjenester, to be typed in: without the company."""
    return outbox.make_url(reverse("my_services:overview"))


def my_services_of(company: Company) -> str:
    return company_url(reverse("my_services:overview"), company)
