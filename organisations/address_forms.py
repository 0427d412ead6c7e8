"""allauth's forms, where an address that no mail can go to would be posted to."""

from allauth.account import forms
from allauth.account.fields import EmailField

from organisations.addresses import LONGEST


class ResetPasswordForm(forms.ResetPasswordForm):
    email = EmailField(max_length=LONGEST)


class RequestLoginCodeForm(forms.RequestLoginCodeForm):
    email = EmailField(max_length=LONGEST)
