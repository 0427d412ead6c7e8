"""What a company's administrator fills in about its users."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ground.clock import database_clock, oslo_date
from ground.lines import LineField
from organisations.forms.addresses import AddressField
from organisations.models import CompanyUser
from subscriptions.models import Subscription

ROLES = [
    (
        CompanyUser.Role.ADMINISTRATOR,
        _("Administrator: svarer på forespørsler, avslutter samarbeid og styrer brukerne"),
    ),
    (CompanyUser.Role.USER, _("Bruker: ser alt, og åpner tjenestene hun eller han får tilgang til")),
    (CompanyUser.Role.AUDITOR, _("Revisor: ser alt, men bestemmer ingenting og åpner ingen tjenester")),
]


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Rolle"),
        choices=ROLES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg en rolle.")},
    )


class InvitationForm(RoleForm):
    name = LineField(
        label=_("Navn"), max_length=150, error_messages={"required": _("Skriv navnet på den du inviterer.")}
    )
    email = AddressField(
        label=_("E-post"),
        help_text=_("Invitasjonen går hit. Ingenting skjer før den som har postkassen, tar imot."),
    )

    field_order = ("name", "email", "role")


class SubscriptionsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, subscription: Subscription) -> str:
        if subscription.last_readable_day is None:
            return subscription.variant.full_name
        return gettext("%(variant)s: bare for å lese, til og med %(day)s") % {
            "variant": subscription.variant.full_name,
            "day": date_format(subscription.last_readable_day),
        }


class ServicesForm(forms.Form):
    """Which of the company's services the person may open; no tick takes them all away."""

    subscriptions = SubscriptionsField(
        label=_("Tjenester"),
        queryset=Subscription.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Selskapet har ikke lenger tjenesten. Se over og velg på nytt.")},
    )
    says_optional = False

    def __init__(self, place: CompanyUser, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        there = Subscription.objects.of(place.company).openable(oslo_date(database_clock())).with_service()
        fields["subscriptions"].queryset = there
        self.has_nothing_to_choose = not there.exists()
        self.initial["subscriptions"] = list(place.service_accesses.values_list("subscription_id", flat=True))
