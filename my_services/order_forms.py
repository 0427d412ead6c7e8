"""What a company fills in to order a service."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.rules.periods import next_period
from collaboration.answers import any_period, months_in_words
from collaboration.orders import Order
from organisations.models import Company
from subscriptions.money import format_nok


class OrderForm(forms.Form):
    """What a company orders of one variant: the period, where there is a choice, and the tick for the terms.

    The hidden fields carry what the page showed of each period's price, and of the terms.
    """

    variant = forms.CharField(widget=forms.HiddenInput, required=False)
    months = forms.TypedChoiceField(
        label=_("Avtaleperiode"),
        coerce=int,
        # __init__ prices them; organisations.typed tells by these what was chosen in a form that could not be taken
        choices=any_period,
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg avtaleperiode.")},
    )
    accepts_terms = forms.BooleanField(
        label=_("Jeg godkjenner vilkårene for tjenesten"),
        error_messages={"required": _("Du må godkjenne vilkårene for tjenesten.")},
    )

    def __init__(self, orders: list[Order], today: date, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.orders, self.today = {order.months: order for order in orders}, today
        self.initial["variant"] = orders[0].variant.code
        fields: dict[str, Any] = self.fields
        for order in orders:
            name = f"shown_{order.months}"
            fields[name] = forms.CharField(widget=forms.HiddenInput, required=False, initial=order.fingerprint)
        if len(orders) == 1:
            del fields["months"]
        else:
            fields["months"].choices = [(order.months, price_of_period(order, today)) for order in orders]

    @property
    def any_order(self) -> Order:
        return next(iter(self.orders.values()))

    def clean(self) -> dict:
        answers = super().clean() or self.cleaned_data
        order = self.any_order if len(self.orders) == 1 else self.orders.get(answers.get("months", 0))
        return answers | {"order": order}

    def shown(self, order: Order) -> str:
        """What the page showed of it."""
        return self.cleaned_data[f"shown_{order.months}"]

    def rows(self, company: Company) -> list[tuple[str, str]]:
        """What holds whatever the period; of a single one its price besides."""
        first_day = gettext("I dag, %(day)s") % {"day": date_format(self.today)}
        payer = gettext("Fakturamottaker"), company.name
        if len(self.orders) > 1:
            return [payer, (gettext("Første dag"), first_day)]
        order = self.any_order
        renews_on = order.renews_on(self.today)
        renewal = date_format(renews_on) if renews_on else gettext("Løper uten fornyelse")
        rows = [(gettext("Pris"), price_a_month(order)), *([payer] if order.price_per_month else [])]
        return [*rows, (gettext("Første dag"), first_day), (gettext("Neste fornyelse"), renewal)]


def price_a_month(order: Order) -> str:
    if order.price_per_month == 0:
        return gettext("Gratis")
    return gettext("%(price)s kr per måned eks. mva., betalt på forskudd") % {
        "price": format_nok(order.price_per_month)
    }


def price_of_period(order: Order, today: date) -> str:
    """The choice of a period: what it costs a month and in all, and when it is renewed."""
    values = {
        "length": months_in_words(order.months),
        "month": format_nok(order.price_per_month),
        "amount": format_nok(order.price_per_period),
        "day": date_format(next_period(today, today, order.months)),
    }
    if order.price_per_month == 0:
        return gettext("%(length)s – gratis. Fornyes %(day)s.") % values
    return (
        gettext("%(length)s – %(month)s kr per måned, %(amount)s kr for perioden, eks. mva. Fornyes %(day)s.") % values
    )
