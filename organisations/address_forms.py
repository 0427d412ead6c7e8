"""allauth's forms, where an address that no mail can go to would be posted to."""

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from django.http import HttpRequest

from history.clock import database_clock
from organisations.addresses import LONGEST
from organisations.models import CompanyUser, Invitation


class ResetPasswordForm(forms.ResetPasswordForm):
    email = EmailField(max_length=LONGEST)

    def save(self, request: HttpRequest, **kwargs) -> str:
        """allauth's, but who has no user is told what was asked for, and to look for what waits there already."""
        if self.users:
            return super().save(request, **kwargs)
        email = self.cleaned_data["email"]
        context = {"has_invitation": is_invited(email.lower())}
        get_adapter(request).send_mail("account/email/password_reset_unknown", email, context)
        return email


def is_invited(email: str) -> bool:
    """Whether a mail with an invitation that can be accepted has gone to the address."""
    invited = Invitation.objects.open(database_clock()).filter(email=email)
    return invited.exists() or CompanyUser.objects.offered().filter(email=email).exists()


class RequestLoginCodeForm(forms.RequestLoginCodeForm):
    email = EmailField(max_length=LONGEST)
