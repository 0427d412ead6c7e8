"""Forms of one's own page and of signing in: ours, and allauth's in our words."""

import json
import re
import struct

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from ground.lines import LineField
from organisations.models import User

NAME_LENGTH = 100
# Of what a browser sends about a new passkey, and about one that is used.
IN_RESPONSE = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
CODE_WIDGET = {"class": "narrow", "inputmode": "numeric", "autocomplete": "one-time-code"}


class OwnDetailsForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name", "phone", "language")
        field_classes = dict.fromkeys(("name", "phone"), LineField)
        error_messages = {"name": {"required": _("Skriv navnet ditt.")}}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": "narrow"}),
        }


class CodeForm(forms.Form):
    """The code that was mailed to a person who has to prove himself again."""

    code = forms.CharField(
        label=_("Kode"),
        max_length=20,
        help_text=_("Seks sifre, i e-posten vi nettopp sendte. Koden gjelder i 10 minutter."),
        widget=forms.TextInput(attrs=CODE_WIDGET),
        error_messages={"required": _("Skriv koden fra e-posten.")},
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class PasskeyField(forms.CharField):
    """The browser's answer of a passkey. The libraries behind break on nonsense, each in its own way; here it is
    refused.
    """

    NONSENSE = (TypeError, ValueError, LookupError, AttributeError, RecursionError, struct.error)

    def __init__(self, response: type[RegistrationResponse] | type[AuthenticationResponse]) -> None:
        self.response = response
        sentence = _("Det ble ikke noe av passnøkkelen. Prøv igjen, eller velg en annen måte.")
        errors = dict.fromkeys(("required", "invalid", "max_length"), sentence)
        super().__init__(max_length=50_000, widget=forms.HiddenInput, error_messages=errors)

    def clean(self, value):
        text = super().clean(value)
        try:
            told = what_we_keep(json.loads(text))
            answer = self.response.from_dict(told)
            if answer is None or (isinstance(answer, RegistrationResponse) and not has_public_key(answer)):
                raise ValueError
        except self.NONSENSE:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        return told


def what_we_keep(told: dict) -> dict:
    """The parts of the answer that the libraries read: base64url, a type, and whether the passkey signs in alone.

    Raises one of NONSENSE for anything else.
    """
    if told["type"] != "public-key":
        raise ValueError
    response = {name: base64url(told["response"][name]) for name in IN_RESPONSE if told["response"].get(name)}
    kept = {name: base64url(told[name]) for name in ("id", "rawId")} | {"type": "public-key", "response": response}
    properties = (told.get("clientExtensionResults") or {}).get("credProps") or {}
    if isinstance(properties.get("rk"), bool):
        kept["clientExtensionResults"] = {"credProps": {"rk": properties["rk"]}}
    return kept


def base64url(text: str) -> str:
    """The text itself. Raises ValueError for other text: Python's decoder would pass over what the database cannot
    hold.
    """
    if not re.fullmatch(r"[A-Za-z0-9_=-]*", text):
        raise ValueError
    return text


def has_public_key(answer: RegistrationResponse) -> bool:
    """Whether the answer of a new passkey carries its public key."""
    return answer.response.attestation_object.auth_data.credential_data is not None


class AddPasskeyForm(AddWebAuthnForm):
    credential = PasskeyField(RegistrationResponse)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = LineField(
            label=_("Navn på passnøkkelen"),
            max_length=NAME_LENGTH,
            required=False,
            help_text=_("Så du kjenner den igjen, for eksempel «Telefonen min»."),
        )
        self.fields["passwordless"].label = _("Logg inn med denne alene")
        self.fields["passwordless"].help_text = _(
            "Da slipper du passord og kode. Enheten spør etter fingeravtrykk, ansikt eller PIN-kode i stedet."
        )
        self.initial["passwordless"] = True
        self.order_fields(["name", "passwordless", "credential"])


class RenamePasskeyForm(EditWebAuthnForm):
    name = LineField(
        label=_("Navn på passnøkkelen"), max_length=NAME_LENGTH, error_messages={"required": _("Skriv et navn.")}
    )


class PasskeyForm(AuthenticateWebAuthnForm):
    """The second step of signing in, by a passkey."""

    credential = PasskeyField(AuthenticationResponse)


class PasskeyAloneForm(LoginWebAuthnForm):
    credential = PasskeyField(AuthenticationResponse)


class PasskeyAgainForm(ReauthenticateWebAuthnForm):
    credential = PasskeyField(AuthenticationResponse)


class ActivateAppForm(ActivateTOTPForm):
    code = forms.CharField(
        label=_("Koden appen viser nå"),
        max_length=20,
        widget=forms.TextInput(attrs=CODE_WIDGET),
        error_messages={"required": _("Skriv koden appen viser.")},
    )


def code_in_words(user: User) -> str:
    """Where the person finds the code: in the app, among the recovery codes, or both."""
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if Authenticator.Type.RECOVERY_CODES not in types:
        return gettext("Seks sifre fra autentiseringsappen.")
    if Authenticator.Type.TOTP not in types:
        return gettext("En av gjenopprettingskodene dine.")
    return gettext("Seks sifre fra autentiseringsappen, eller en av gjenopprettingskodene dine.")


class SecondFactorForm(AuthenticateForm):
    code = forms.CharField(
        label=_("Kode"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "narrow", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Skriv koden.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = code_in_words(self.user)


class SecondFactorAgainForm(ReauthenticateForm):
    code = SecondFactorForm.declared_fields["code"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = code_in_words(self.user)
