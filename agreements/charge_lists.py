"""What a month costs: a firm's and a company's charges, by who pays them; on the page and as a file."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Collaboration
from ground.names import NorwegianOrder
from ground.periods import add_months
from ground.spreadsheets import Columns
from organisations.models import Company, Employee
from subscriptions.models import Charge

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
MOST_SHOWN = 500  # of a part, on the page; its total and the file are of all


@dataclass(frozen=True)
class ChargeLine:
    """A charge as it is told: the same on the page and in the file. `client_number` None: no card of one's own."""

    payer: str
    customer: str
    client_number: int | None
    org_number: str
    service: str
    service_code: str
    variant: str
    kind: str
    first_day: date
    last_day: date
    monthly_price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Part:
    """The charges of one kind of payer. The total is the rows' own."""

    code: str
    title: str
    lines: list[ChargeLine]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def shown(self) -> list[ChargeLine]:
        return self.lines[:MOST_SHOWN]


@dataclass(frozen=True)
class Month:
    """The month of a list, named by its first day, and the way to its neighbours; none beyond the current one."""

    first_day: date
    today: date

    @property
    def name(self) -> str:
        return date_format(self.first_day, "F Y")

    @property
    def is_closed(self) -> bool:
        """Whether it is over in Oslo: from then on no line comes into it (`Charge.late_in`)."""
        return add_months(self.first_day, 1) <= self.today

    @property
    def file_name(self) -> str:
        """How the month stands in the name of a file; one that is not closed says so."""
        return (
            f"{self.first_day:%Y-%m}"
            if self.is_closed
            else _("%(month)s-foreløpig") % {"month": f"{self.first_day:%Y-%m}"}
        )

    @property
    def query(self) -> str:
        return f"?maned={self.first_day:%Y-%m}"

    @property
    def previous(self) -> "Month | None":
        first_day = add_months(self.first_day, -1)
        return Month(first_day, self.today) if first_day.year >= 2000 else None

    @property
    def next(self) -> "Month | None":
        first_day = add_months(self.first_day, 1)
        return Month(first_day, self.today) if first_day <= self.today else None


def read_month(typed: str, *, today: date) -> Month:
    """Read a month written as 2026-11; the current month for any other text, and for one that is to come."""
    first_day = date.fromisoformat(f"{typed}-01") if MONTH.fullmatch(typed) else today
    return Month(min(first_day, today).replace(day=1), today)


def list_for_firm(employee: Employee, month: Month) -> list[Part]:
    """What the firm pays, and what the clients pay themselves for agreements that it took part in on their first day.

    The client is the firm's own card, of those that the employee sees; never what another firm pays.
    """
    of_month = Charge.objects.in_month(month.first_day)
    collaborations = Collaboration.objects.visible_to(employee).filter(subscription=OuterRef("subscription"))
    on_the_day = collaborations.of_day(OuterRef("period__startswith"))
    own = with_client(of_month.paid_by_firm(employee.firm), collaborations)
    clients = with_client(of_month.paid_by_company().filter(Exists(on_the_day)), on_the_day)
    name = employee.firm.name
    return [
        Part("firm", _("Byrået betaler"), [make_line(charge, payer=name) for charge in own]),
        Part("clients", _("Kundene betaler selv"), [make_line(charge, payer=_("Kunden")) for charge in clients]),
    ]


def list_for_company(company: Company, month: Month) -> list[Part]:
    """What the company pays, and what firms pay for it."""
    charges = in_order(Charge.objects.of(company).in_month(month.first_day))
    lines = [(charge, make_line(charge, payer=payer_for_company(charge))) for charge in charges]
    return [
        Part("company", _("Dere betaler"), [line for charge, line in lines if charge.paying_firm is None]),
        Part("firms", _("Byrå betaler for dere"), [line for charge, line in lines if charge.paying_firm]),
    ]


def payer_for_company(charge: Charge) -> str:
    return charge.paying_firm.name if charge.paying_firm else charge.subscription.company.name


def with_client(charges: QuerySet[Charge], collaborations: QuerySet[Collaboration]) -> QuerySet[Any]:
    """The charges with the number and name of the firm's card on the customer, by its newest collaboration."""
    newest = collaborations.order_by("-started_on", "-pk")
    return in_order(
        charges.annotate(
            client_number=Subquery(newest.values("client__number")[:1]),
            client_name=Subquery(newest.values("client__name")[:1]),
            client_sort_name=Subquery(newest.values("client__sort_name")[:1]),
        ),
        F("client_sort_name").asc(nulls_last=True),
    )


def in_order(charges: QuerySet[Charge], *first: Any) -> QuerySet[Charge]:
    named = charges.select_related("subscription__company", "subscription__service", "variant", "paying_firm")
    order = (
        NorwegianOrder("subscription__company__name"),
        "subscription__service__position",
        "subscription__service__name",
    )
    return named.order_by(*first, *order, "period", "pk")


def make_line(charge: Any, *, payer: str) -> ChargeLine:
    service, company = charge.subscription.service, charge.subscription.company
    return ChargeLine(
        payer=payer,
        customer=getattr(charge, "client_name", None) or company.name,
        client_number=getattr(charge, "client_number", None),
        org_number=company.org_number,
        service=service.name,
        service_code=service.code,
        variant=charge.variant.name if service.has_variants else "",
        kind=capfirst(charge.get_kind_display()),
        first_day=charge.period.lower,
        last_day=charge.period.upper - timedelta(days=1),
        monthly_price=charge.monthly_price,
        amount=charge.amount,
    )


ABOUT_THE_CHARGE: Columns = {
    gettext_lazy("Tjeneste"): lambda line: line.service,
    gettext_lazy("Variant"): lambda line: line.variant,
    gettext_lazy("Gjelder"): lambda line: line.kind,
    gettext_lazy("Første dag"): lambda line: line.first_day,
    gettext_lazy("Siste dag"): lambda line: line.last_day,
    gettext_lazy("Pris per måned"): lambda line: line.monthly_price,
    gettext_lazy("Beløp"): lambda line: line.amount,
}
COMPANY_COLUMNS: Columns = {gettext_lazy("Betales av"): lambda line: line.payer, **ABOUT_THE_CHARGE}
FIRM_COLUMNS: Columns = {
    gettext_lazy("Betales av"): lambda line: line.payer,
    gettext_lazy("Kundenummer"): lambda line: line.client_number,
    gettext_lazy("Kunde"): lambda line: line.customer,
    gettext_lazy("Organisasjonsnummer"): lambda line: line.org_number,
    **ABOUT_THE_CHARGE,
}
