"""What the customer's people fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration.actions import check_message
from collaboration.forms import ReceiverForm
from collaboration.models import Activation
from collaboration.models.link import LONGEST_MESSAGE
from collaboration.offers import Offer
from ground.lines import LinesField
from ground.refusals import NotAllowed
from organisations.forms.addresses import AddressField


class ApprovalForm(forms.Form):
    """The answer yes to one offer. `shown` carries what the page showed; the tick is for the terms of a new service."""

    shown = forms.CharField(widget=forms.HiddenInput)
    accepts_terms = forms.BooleanField(
        label=_("Jeg godkjenner vilkårene for tjenesten"),
        error_messages={"required": _("Du må godkjenne vilkårene for tjenesten.")},
    )

    def __init__(self, offer: Offer, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown"] = offer.fingerprint
        if not offer.needs_terms:
            del self.fields["accepts_terms"]


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Hvorfor avslår du?"),
        choices=Activation.DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg grunnen.")},
    )
    comment = LinesField(
        label=_("Kommentar til byrået"),
        required=False,
        max_length=Activation._meta.get_field("decline_comment").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class NewLinkForm(forms.Form):
    address = AddressField(
        label=_("E-postadressen forespørselen ble sendt til"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Skriv e-postadressen.")},
    )


class ForwardForm(ReceiverForm):
    """Who should have had the request, and a word to that person."""

    message = LinesField(
        label=_("Melding til mottakeren"),
        required=False,
        max_length=LONGEST_MESSAGE,
        help_text=_("Står i e-posten, med navnet ditt. Lenker virker ikke der."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_message(self) -> str:
        message = self.cleaned_data["message"]
        try:
            check_message(message)
        except NotAllowed as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        return message


class ForwardByCodeForm(ForwardForm):
    """The same, by somebody who is not signed in and has been mailed a code."""

    code = forms.CharField(
        label=_("Kode"),
        max_length=20,
        help_text=_("Seks sifre, i e-posten vi nettopp sendte. Koden gjelder i 10 minutter."),
        widget=forms.TextInput(attrs={"class": "narrow", "inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Skriv koden fra e-posten.")},
    )

    field_order = ("link_version", "code", "name", "email", "phone", "message")

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class ReceiptCheckForm(forms.Form):
    """Number and code as they stand on a receipt; pasted ones may bring spaces."""

    says_optional = False

    number = forms.CharField(
        label=_("Nummer"),
        max_length=30,
        widget=forms.TextInput(attrs={"class": "narrow", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Skriv nummeret som står på beviset.")},
    )
    code = forms.CharField(
        label=_("Kode"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_("De 64 tegnene til slutt i adressen på beviset."),
        error_messages={"required": _("Skriv koden som står på beviset.")},
    )

    def clean_number(self) -> str:
        return self.without_spaces("number")

    def clean_code(self) -> str:
        return self.without_spaces("code")

    def without_spaces(self, name: str) -> str:
        typed = "".join(self.cleaned_data[name].split())
        if not (typed.isascii() and typed.isalnum()):
            raise forms.ValidationError(_("Bare tall og bokstavene a–f, uten andre tegn."))
        return typed
