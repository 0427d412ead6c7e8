"""What Enhetsregisteret says of a client, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _


class ClientChange:
    """The words of an alert, told in the language of whoever reads them then."""

    def __init__(self, words: dict[str, Any]) -> None:
        self.words = words

    def __str__(self) -> str:
        return change_in_words(self.words)


def change_in_words(words: dict[str, Any]) -> str:
    now = {"now": words["now"]}
    match words["what"]:
        case "dissolved":
            return _("Slettet.")
        case "bankrupt":
            return _("Konkurs.")
        case "winding_up":
            return _("Under avvikling.")
        case "forced_to_wind_up":
            return _("Under tvangsavvikling eller tvangsoppløsning.")
        case "renamed":
            return _("Nytt navn: %(now)s.") % now
        case "moved":
            return _("Ny adresse: %(now)s.") % now
        case "new_manager":
            return _("Ny daglig leder.")
    return ""
