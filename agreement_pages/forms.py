"""The choice of what an agreement is to change to. What there is to choose is the agreement's to say."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Collaboration
from agreements.plans import Kind
from organisations.models import Firm
from subscriptions.models import Subscription, Variant
from subscriptions.months import months_in_words

COMPANY = "selskapet"  # in the address; a firm stands there with its number


class Option(NamedTuple):
    """What stands in the address, what is read, and what it means: a variant, a firm or None (the company), months."""

    value: str
    label: str
    to: Variant | Firm | int | None


class ChangeForm(forms.Form):
    """One choice, by GET: the page then shows what it would do. Cleaned it is what the option means."""

    says_optional = False

    valg = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Velg ett av dem."),
            "invalid_choice": gettext_lazy("Det kan ikke velges lenger. Velg ett av dem."),
        },
    )

    def __init__(self, *args: Any, kind: str, options: Sequence[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = {option.value: option for option in options}
        field: Any = self.fields["valg"]
        field.label = LABELS[kind]
        field.choices = [(option.value, option.label) for option in options]

    def clean_valg(self) -> Variant | Firm | int | None:
        return self.options[self.cleaned_data["valg"]].to


LABELS: dict[str, Any] = {
    Kind.VARIANT: gettext_lazy("Variant"),
    Kind.PAYER: gettext_lazy("Hvem skal betale?"),
    Kind.PERIOD: gettext_lazy("Avtaleperiode"),
}


def make_options(
    kind: str, subscription: Subscription, collaborations: Sequence[Collaboration], reader: int | None
) -> list[Option]:
    """Everything but what holds now; empty where the service leaves nothing to choose."""
    match kind:
        case Kind.VARIANT:
            return variant_options(subscription)
        case Kind.PAYER:
            return payer_options(subscription, collaborations, reader)
    return [
        Option(str(months), months_in_words(months), months)
        for months in subscription.service.period_choices
        if months != subscription.period_months
    ]


def variant_options(subscription: Subscription) -> list[Option]:
    if not subscription.service.has_variants:
        return []
    variants = subscription.service.variants.filter(is_for_sale=True).exclude(pk=subscription.variant_id)
    return [Option(variant.code, variant.name, variant) for variant in variants.order_by("rank")]


def payer_options(
    subscription: Subscription, collaborations: Sequence[Collaboration], reader: int | None
) -> list[Option]:
    """The company, and of the firms that collaborate those that the reader may name: a firm itself alone."""
    if not subscription.service.has_payer:
        return []
    name = subscription.company.name
    options = [Option(COMPANY, name if reader is None else _("Kunden (%(name)s)") % {"name": name}, None)]
    firms = {one.firm_id: one.firm for one in collaborations if reader in (None, one.firm_id)}
    options += [
        Option(str(firm.pk), firm.name if reader is None else _("Byrået (%(name)s)") % {"name": firm.name}, firm)
        for firm in sorted(firms.values(), key=lambda firm: firm.name)
    ]
    return [option for option in options if (option.to.pk if option.to else None) != subscription.paying_firm_id]
