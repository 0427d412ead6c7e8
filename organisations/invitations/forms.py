"""What the invited person fills in."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from organisations.models import CompanyUser, Invitation, User


class PasswordForm(forms.Form):
    """The new user's password, asked once: who mistypes it gets a new one by e-mail."""

    password = forms.CharField(
        label=_("Velg passord"),
        strip=False,
        help_text=_("Minst 12 tegn, ikke et vanlig passord, og ikke noe som ligner på navnet eller adressen din."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Velg et passord.")},
    )

    def __init__(self, offer: CompanyUser | Invitation, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        person = User(email=self.offer.email, name=self.offer.name)
        person.place_names = (str(self.offer.place if isinstance(self.offer, Invitation) else self.offer.company),)
        validate_password(password, user=person)
        return password
