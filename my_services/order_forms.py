"""What a company fills in to order a service."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaboration.commitment_words import choice_in_words, commitment_rows, common_rows
from collaboration.commitments import commitment_of_order
from collaboration.months import any_period
from collaboration.orders import Order
from collaboration.price_words import price
from organisations.models import Company


class OrderForm(forms.Form):
    """What a company orders of one variant: the period, where there is a choice, and the tick for the terms.

    The hidden fields carry what the page showed of each period's price, and of the terms.
    """

    variant = forms.CharField(widget=forms.HiddenInput, required=False)
    months = forms.TypedChoiceField(
        label=_("Avtaleperiode"),
        coerce=int,
        # __init__ prices them; organisations.forms.typed tells by these what was chosen in a form not taken
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
        self.orders = {order.months: order for order in orders}
        self.commitments = [commitment_of_order(order, first_day=today) for order in orders]
        self.initial["variant"] = orders[0].variant.code
        fields: dict[str, Any] = self.fields
        for order in orders:
            name = f"shown_{order.months}"
            fields[name] = forms.CharField(widget=forms.HiddenInput, required=False, initial=order.fingerprint)
        if len(orders) == 1:
            del fields["months"]
        else:
            fields["months"].choices = [(each.months, choice_in_words(each)) for each in self.commitments]

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
        """What holds whatever the period; of a single one all that the order binds to."""
        commitment = self.commitments[0]
        payer = [(gettext("Fakturamottaker"), company.name)] if commitment.amount else []
        if len(self.commitments) == 1:
            bound = commitment_rows(commitment, with_firm=False, is_today=True)
            return [(gettext("Pris"), price(self.any_order.price_per_month, commitment.months)), *payer, *bound]
        return [*payer, *common_rows(commitment)]
