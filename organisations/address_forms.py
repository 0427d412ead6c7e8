"""allauth's forms, where an address that no mail can go to would be posted to."""

from allauth.account import forms
from allauth.account.fields import EmailField

LONGEST = 254  # characters of an address; RFC 5321, 4.5.3.1.3


class ResetPasswordForm(forms.ResetPasswordForm):
    email = EmailField(max_length=LONGEST)


class RequestLoginCodeForm(forms.RequestLoginCodeForm):
    email = EmailField(max_length=LONGEST)
