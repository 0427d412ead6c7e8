"""What is typed on the wizard's pages. Which fields there are is the scenario's and the service's to say."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clients.models import Contact, Task
from collaboration.forms import ReceiverForm, check_address
from collaboration.models import Activation
from collaboration.preflight import OWN_DOMAIN_IS_THE_CUSTOMERS, own_domain_warning
from ground.lines import LineField
from ground.mail_addresses import shown_address
from ground.money import format_nok
from organisations.forms.addresses import AddressField
from subscriptions.models import Price
from subscriptions.months import any_period, months_in_words


class TaskChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, task: Task) -> str:
        label = f"{task.label} – {task.owner.user.name}"
        if task.due_on:
            label += _(" (frist %(day)s)") % {"day": date_format(task.due_on, "SHORT_DATE_FORMAT")}
        return label


class ContactChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, contact: Contact) -> str:
        email = shown_address(contact.email) or _("mangler e-post")
        return f"{contact.name}, {email}"


class AgreementForm(forms.Form):
    """The seed's window «Aktiver samarbeidstjeneste». Every field that stays is required, a draft's or not."""

    task = TaskChoiceField(
        label=_("Oppgaver"),
        queryset=Task.objects.none(),
        empty_label=_("Velg en oppgave"),
        help_text=_("De som står på oppgaven, får tilgang til tjenesten."),
        error_messages={"required": _("Velg en oppgave.")},
    )
    payer = forms.ChoiceField(
        label=_("Fakturamottaker"),
        # __init__ names them; organisations.forms.typed tells by these what was chosen in a form not taken
        choices=[("company", _("Kunden")), ("firm", _("Byrået"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg hvem som skal betale for tjenesten.")},
    )
    period_months = forms.TypedChoiceField(
        label=_("Avtaleperiode"),
        coerce=int,
        choices=any_period,  # for organisations.forms.typed, as above
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg om avtaleperioden skal gjelde for 3 eller 12 måneder.")},
    )
    contact = ContactChoiceField(
        label=_("Mottaker"),
        queryset=Contact.objects.none(),
        empty_label=_("Velg hvem som skal få e-posten"),
        error_messages={"required": _("Velg hvem som skal få e-posten.")},
    )
    contact_name = LineField(
        label=_("Navn"),
        max_length=150,
        error_messages={"required": _("Skriv navnet på kontaktpersonen.")},
    )
    contact_email = AddressField(
        label=_("E-post"),
        help_text=_("E-posten med forespørselen går hit."),
    )
    contact_phone = LineField(
        label=_("Telefon"), max_length=30, error_messages={"required": _("Skriv et telefonnummer.")}
    )

    CONTACT_FIELDS = ("contact_name", "contact_email", "contact_phone")

    def __init__(self, *args: Any, activation: Activation, today: date, **kwargs: Any) -> None:
        self.activation = activation
        asked = fields_of(activation)
        kwargs["initial"] = {name: getattr(activation, name) for name in asked}
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(asked):
            del self.fields[name]
        fields: dict[str, Any] = self.fields
        fields["task"].queryset = activation.client.tasks.open().with_people().order_by("opened_at")
        if "contact" in fields:
            fields["contact"].queryset = activation.client.contacts.all()
        if "payer" in fields:
            fields["payer"].choices = [
                ("company", _("Kunden (%(name)s)") % {"name": activation.client.name}),
                ("firm", _("Byrået (%(name)s)") % {"name": activation.firm.name}),
            ]
        if "period_months" in fields:
            fields["period_months"].choices = period_choices(activation, today)

    @property
    def asks_for_contact(self) -> bool:
        return "contact_email" in self.fields

    def clean_contact_email(self) -> str:
        return check_address(self.activation, self.cleaned_data["contact_email"])


class CorrectAddressForm(ReceiverForm):
    """Another receiver, by the firm: the fields begin with the one who has it now."""

    corrects_card = forms.BooleanField(
        label=_("Rett det samme på kundekortet"),
        help_text=_("Ellers står den gamle adressen der, og kommer opp neste gang dere spør."),
        required=False,
        initial=True,
    )

    accepts_own_domain = forms.BooleanField(
        label=OWN_DOMAIN_IS_THE_CUSTOMERS,
        error_messages={"required": _("Kryss av hvis adressen er kundens, eller skriv en annen.")},
    )
    field_order = ("link_version", "name", "email", "accepts_own_domain", "phone", "corrects_card")

    def __init__(self, *args: Any, activation: Activation, **kwargs: Any) -> None:
        initial = {
            "name": activation.contact_name,
            "email": activation.contact_email,
            "phone": activation.contact_phone,
        }
        super().__init__(*args, activation=activation, initial=initial, **kwargs)
        warning = own_domain_warning(activation.firm, self.data.get("email", "").strip())
        if warning:
            self.fields["accepts_own_domain"].help_text = warning
        else:
            del self.fields["accepts_own_domain"]


def fields_of(activation: Activation) -> list[str]:
    """The questions of the draft's scenario, as far as the service asks them."""
    fields = ["task"]
    if not activation.keeps_agreement:
        fields += ["payer"] if activation.service.has_payer else []
        fields += ["period_months"] if activation.service.has_period else []
    if activation.scenario == Activation.Scenario.NEW:
        return fields + list(AgreementForm.CONTACT_FIELDS)
    return [*fields, "contact"]


def period_choices(activation: Activation, today: date) -> list[tuple[int, str]]:
    """Each period that the service is sold for, with what it costs a month."""
    prices = Price.objects.on(today).filter(variant=activation.variant)
    per_month = {price.months: price.per_month for price in prices}
    return [
        (
            months,
            _("%(length)s – %(price)s kr per måned eks. mva.")
            % {"length": months_in_words(months), "price": format_nok(per_month[months])},
        )
        for months in activation.service.period_choices
        if months in per_month
    ]
