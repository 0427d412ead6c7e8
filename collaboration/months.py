"""How long an agreement period is, in words."""

from django.utils.translation import ngettext

from subscriptions.models import Service


def months_in_words(months: int) -> str:
    return ngettext("%(count)s måned", "%(count)s måneder", months) % {"count": months}


def any_period() -> list[tuple[int, str]]:
    """The agreement periods that there are, for a form's field before it knows which of them a service has.

    A form sets its own; these are for organisations.forms.typed, which reads the class of the form.
    """
    return [(months, months_in_words(months)) for months in Service.PERIODS]
