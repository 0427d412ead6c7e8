"""What a password must be, in words that Django's Norwegian lacks."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LengthValidator(MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("Passordet er for kort. Det må ha minst %(count)d tegn.") % {"count": self.min_length}
