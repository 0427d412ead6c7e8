"""The five questions everybody asks before saying yes, answered in words: the same in the mail and on the page."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from collaboration import commitment_words
from collaboration.commitments import Commitment
from collaboration.offers import Offer
from collaboration.price_words import monthly_price
from collaboration.reach import Reach, reach_of, reach_of_employee
from ground.org_number import display_org_number
from organisations.models import Employee, Firm

MOST_NAMES = 4  # in a mail; the page names everybody


class Answer(NamedTuple):
    """`more` stands on the page alone; `reach` is whom to call, beside the answer who asks."""

    question: str
    answer: str
    detail: str = ""
    more: str = ""
    reach: Reach | None = None


def answer_questions(offer: Offer, commitment: Commitment | None, *, in_mail: bool = False) -> list[Answer]:
    """Who asks, for what, what it costs me, who gets access, how I undo it.

    Of what cannot be (without `commitment`) only the first three. A mail is read on another day than it is written.
    """
    if commitment is None:
        return [who_asks(offer), for_what(offer), Answer(_("Hva koster det meg?"), _("Ingenting"))]
    return [
        who_asks(offer),
        for_what(offer),
        what_it_costs(offer, commitment),
        who_gets_access(offer, most=MOST_NAMES if in_mail else None),
        how_to_undo(offer, commitment, in_mail=in_mail),
    ]


def who_asks(offer: Offer) -> Answer:
    return introduce(offer.activation.requested_by, offer.activation.firm, reach_of(offer.activation))


def introduce(asker: Employee, firm: Firm, reach: Reach | None = None) -> Answer:
    """An employee as customers see one; `reach` where another has to be called than the employee."""
    values = {"name": asker.user.name, "firm": firm.name, "number": display_org_number(firm.org_number)}
    return Answer(
        _("Hvem spør?"),
        _("%(name)s i %(firm)s") % values,
        _("Organisasjonsnummer %(number)s") % values,
        reach=reach or reach_of_employee(asker, firm),
    )


def for_what(offer: Offer) -> Answer:
    question = _("Hva gjelder det?")
    values = {
        "variant": offer.variant_name,
        "firm": offer.activation.firm.name,
        "company": offer.activation.company.name,
    }
    if offer.is_impossible:
        return Answer(
            question,
            _("Samarbeid i %(variant)s, som dere ikke har lenger") % values,
            _("Abonnementet er avsluttet. Be %(firm)s spørre på nytt.") % values,
        )
    answer = (
        _("%(variant)s, som %(company)s har fra før") if offer.keeps_agreement else _("%(variant)s til %(company)s")
    )
    return Answer(
        question,
        answer % values,
        offer.activation.service.local_summary,
        _("Dere og %(firm)s arbeider i den samme tjenesten.") % values,
    )


def what_it_costs(offer: Offer, commitment: Commitment) -> Answer:
    question, firm = _("Hva koster det meg?"), offer.activation.firm.name
    if not commitment.is_new:
        new = commitment_words.costs_anything_new(commitment)
        return Answer(question, new, commitment_words.own_agreement(commitment))
    if commitment.is_free:
        return Answer(question, _("Ingenting, tjenesten er gratis"), commitment_words.free_of_charge(commitment))
    invoice = commitment_words.invoice(commitment)
    first_day = _("Første dag er dagen du godkjenner.")
    if offer.firm_pays:
        return Answer(question, _("Ingenting, %(firm)s betaler") % {"firm": firm}, invoice, first_day)
    return Answer(question, monthly_price(offer.price_per_month), invoice, first_day)


def who_gets_access(offer: Offer, *, most: int | None) -> Answer:
    detail = _("De som står på oppgaven «%(task)s» i %(firm)s, får se og arbeide i tjenesten.") % {
        "task": offer.activation.task.type.local_name,
        "firm": offer.activation.firm.name,
    }
    names = [person.user.name for person in offer.people]
    return Answer(_("Hvem får tilgang?"), list_names(names, most) or _("Ingen ennå"), more=detail)


def list_names(names: list[str], most: int | None) -> str:
    """All of them, or the first of many and how many more there are."""
    if most is None or len(names) <= most:
        return ", ".join(names)
    values = {"names": ", ".join(names[: most - 1]), "count": len(names) - most + 1}
    return _("%(names)s og %(count)s til") % values


def how_to_undo(offer: Offer, commitment: Commitment, *, in_mail: bool) -> Answer:
    """Either party may end its collaboration at any time, and access stops at once; the service is another thing."""
    return Answer(
        _("Hvordan angrer jeg?"),
        _("Avslutt samarbeidet når du vil: tilgangen stopper straks"),
        commitment_words.service_goes_on(commitment, in_mail=in_mail),
        _("Vil du ikke, avslår du bare: da skjer ingenting."),
    )
