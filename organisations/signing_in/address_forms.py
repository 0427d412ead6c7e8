"""allauth's forms that take an address, with the field that all our forms have for one."""

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
        """Mail the link for a new password; to an address without a user, that none was found and what waits there
        instead.
        """
        if self.users:
            return super().save(request, **kwargs)
        email = self.cleaned_data["email"]
        context = {"has_invitation": is_invited(email)}
        get_adapter(request).send_mail("account/email/password_reset_unknown", email, context)
        return email


def is_invited(email: str) -> bool:
    """Whether an invitation or an offered place that can be accepted waits for the address."""
    invited = Invitation.objects.open(database_clock()).filter(email=email)
    return invited.exists() or CompanyUser.objects.offered().filter(email=email).exists()


class RequestLoginCodeForm(forms.RequestLoginCodeForm):
    email = SignInAddressField()
