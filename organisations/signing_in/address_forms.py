"""allauth's forms that take an address, with the field that reads it as all others do."""

from allauth.account import forms
from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from ground.clock import database_clock
from organisations.forms.addresses import SignInAddressField
from organisations.models import CompanyUser, Invitation


class LoginForm(forms.LoginForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = SignInAddressField()


class ResetPasswordForm(forms.ResetPasswordForm):
    email = SignInAddressField()

    def save(self, request: HttpRequest, **kwargs) -> str:
        """allauth's, but who has no user is told what was asked for, and to look for what waits there already."""
        if self.users:
            return super().save(request, **kwargs)
        email = self.cleaned_data["email"]
        context = {"has_invitation": is_invited(email)}
        get_adapter(request).send_mail("account/email/password_reset_unknown", email, context)
        return email


def is_invited(email: str) -> bool:
    """Whether a mail with an invitation that can be accepted has gone to the address."""
    invited = Invitation.objects.open(database_clock()).filter(email=email)
    return invited.exists() or CompanyUser.objects.offered().filter(email=email).exists()


class RequestLoginCodeForm(forms.RequestLoginCodeForm):
    email = SignInAddressField()
