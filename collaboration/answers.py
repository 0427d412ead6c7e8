"""The five questions everybody asks before saying yes, answered in words: the same in the mail and on the page."""

from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaboration.offers import Offer
from notifications.addresses import shown_address
from organisations.models import Firm, User
from subscriptions.models import Service
from subscriptions.money import format_nok


class Answer(NamedTuple):
    question: str
    answer: str
    detail: str = ""


def answer_questions(offer: Offer) -> list[Answer]:
    """Who asks, for what, what it costs me, who gets access, how I undo it; of what cannot be, only the first three."""
    if offer.is_impossible:
        return [who_asks(offer), for_what(offer), what_it_costs(offer)]
    return [who_asks(offer), for_what(offer), what_it_costs(offer), who_gets_access(offer), how_to_undo(offer)]


def who_asks(offer: Offer) -> Answer:
    return introduce(offer.activation.requested_by.user, offer.activation.firm)


def introduce(asker: User, firm: Firm) -> Answer:
    """A person of a firm as customers see them; the firm's telephone for who has none."""
    reach = ", ".join(part for part in (asker.phone or firm.phone, shown_address(asker.email)) if part)
    return Answer(_("Hvem spør?"), _("%(name)s i %(firm)s") % {"name": asker.name, "firm": firm.name}, reach)


def for_what(offer: Offer) -> Answer:
    values = {"variant": offer.variant_name, "firm": offer.activation.firm.name}
    if offer.is_impossible:
        return Answer(
            _("Hva gjelder det?"),
            _("Samarbeid i %(variant)s, som dere ikke har lenger") % values,
            _("Abonnementet er avsluttet. Be %(firm)s spørre på nytt.") % values,
        )
    if offer.keeps_agreement:
        return Answer(
            _("Hva gjelder det?"),
            _("Samarbeid i %(variant)s, som dere har fra før") % values,
            _("Dere og %(firm)s arbeider i den samme tjenesten.") % values,
        )
    return Answer(
        _("Hva gjelder det?"),
        _("Ny tjeneste: %(variant)s, med samarbeid") % values,
        _("Dere og %(firm)s arbeider i den samme tjenesten.") % values,
    )


def what_it_costs(offer: Offer) -> Answer:
    question = _("Hva koster det meg?")
    if offer.is_impossible:
        return Answer(question, _("Ingenting"))
    if offer.keeps_agreement:
        return Answer(question, _("Ingenting nytt"), keeps_agreement_detail(offer))
    if offer.is_free:
        return Answer(question, _("Ingenting, tjenesten er gratis"))
    values = {
        "firm": offer.activation.firm.name,
        "month": format_nok(offer.price_per_month),
        "period": format_nok(offer.price_per_period),
        "length": months_in_words(offer.activation.period_months),
        "day": date_format(offer.today),
    }
    if offer.firm_pays:
        return Answer(
            question,
            _("Ingenting, %(firm)s betaler") % values,
            _(
                "Byrået betaler %(month)s kr per måned, %(period)s kr for %(length)s, eks. mva. "
                "Første dag er dagen du godkjenner (%(day)s hvis det er i dag)."
            )
            % values,
        )
    return Answer(
        question,
        _("%(month)s kr per måned eks. mva.") % values,
        _(
            "%(period)s kr for %(length)s eks. mva., betalt på forskudd. "
            "Første dag er dagen du godkjenner (%(day)s hvis det er i dag)."
        )
        % values,
    )


def keeps_agreement_detail(offer: Offer) -> str:
    subscription = offer.subscription
    if subscription.renews_on is None:
        return _("Abonnementet dere har, fortsetter uendret.")
    values = {"day": date_format(subscription.renews_on)}
    if subscription.is_cancelled:
        return _("Abonnementet dere har, er sagt opp og slutter %(day)s. Det endrer samarbeidet ikke på.") % values
    return _("Abonnementet dere har, fortsetter uendret og fornyes %(day)s.") % values


def who_gets_access(offer: Offer) -> Answer:
    names = ", ".join(person.user.name for person in offer.people)
    detail = _("De som står på oppgaven «%(task)s» i %(firm)s, får se og arbeide i tjenesten.") % {
        "task": offer.activation.task.type.local_name,
        "firm": offer.activation.firm.name,
    }
    return Answer(_("Hvem får tilgang?"), names or _("Ingen ennå"), detail)


def how_to_undo(offer: Offer) -> Answer:
    """The promise of the product: either party may end its collaboration at any time, and access stops at once."""
    return Answer(
        _("Hvordan angrer jeg?"),
        _("Du avslutter samarbeidet når du vil, på Mine tjenester"),
        _("Byråets tilgang stopper straks.") + " " + undo_detail(offer),
    )


def undo_detail(offer: Offer) -> str:
    if offer.keeps_agreement:
        return _("Abonnementet deres påvirkes ikke.")
    if offer.is_free:
        return _("Vil du ikke, avslår du bare: da skjer ingenting.")
    return _("En betalt periode løper ut. Vil du ikke, avslår du bare: da skjer ingenting.")


def any_period() -> list[tuple[int, str]]:
    """The agreement periods that there are, for a form's field before it knows which of them a service has.

    A form sets its own; these are for organisations.typed, which reads the class of the form.
    """
    return [(months, months_in_words(months)) for months in Service.PERIODS]


def months_in_words(months: int) -> str:
    return ngettext("%(count)s måned", "%(count)s måneder", months) % {"count": months}
