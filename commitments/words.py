"""A commitment in words: on the receipt and the order page in rows, in the answers of request and mail in sentences.

The rows read alike for both sides; the sentences are the company's.
"""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.words.sentences import day_in_words, join
from commitments.commitment import Commitment, Payer
from ground.money import format_nok
from subscriptions.comparison import Row
from subscriptions.months import months_in_words
from subscriptions.price_words import price

# --- In rows -----------------------------------------------------------------------------------------------------


def commitment_rows(
    commitment: Commitment, *, with_firm: bool, is_today: bool = False, for_firm: bool = False
) -> list[Row]:
    """From its first day, which may be the reader's today, to how it is cancelled.

    `with_firm`: a firm collaborates, which is another thing to end. `for_firm`: that firm reads it.
    """
    rows = [first_day_row(commitment, is_today)] if commitment.first_day else []
    if commitment.amount or (commitment.new_payer == Payer.COMPANY and commitment.new_payer_amount):
        rows.append((_("Betaling"), payment(commitment)))
    rows += renewal_rows(commitment)
    if with_firm:
        ended = _("Kan avsluttes når som helst. Det sier ikke opp tjenesten.")
        rows.append((_("Samarbeidet"), join(ended, *without_firm(commitment, for_firm=for_firm))))
    return rows


def common_rows(commitment: Commitment) -> list[Row]:
    """What is alike whichever period is chosen today; `commitment` is that of one of them."""
    paid = [(_("Betaling"), payment(commitment))] if commitment.amount else []
    return [first_day_row(commitment, is_today=True), *paid]


def choice_in_words(commitment: Commitment) -> str:
    """One of the periods, for who chooses."""
    values = in_words(commitment)
    if commitment.amount:
        cost = _("%(length)s – %(month)s kr per måned, %(amount)s kr for perioden, eks. mva.") % values
    else:
        cost = _("%(length)s – gratis.") % values
    renewal = _("Fornyes %(renews_on)s for %(length)s om gangen, til den sies opp, senest %(cancel_by)s.") % values
    return join(cost, renewal, *costs_later(commitment))


def first_day_row(commitment: Commitment, is_today: bool) -> Row:
    words = _("I dag, %(first_day)s") if is_today else "%(first_day)s"
    return _("Første dag"), words % in_words(commitment)


def payment(commitment: Commitment) -> str:
    """When it is paid, and whose invoice it is."""
    when = _("På forskudd hver måned.") if commitment.months == 1 else _("På forskudd for hver periode.")
    invoice = _("Fakturaen kommer fra %(supplier)s.") % in_words(commitment)
    return join(when, invoice, _("Det som er betalt, refunderes ikke."))


def renewal_rows(commitment: Commitment) -> list[Row]:
    values = in_words(commitment)
    if commitment.last_day:
        words = _("%(last_day)s, om ingen har sagt ja til å betale innen da") if commitment.waits_for_payer else None
        return [(_("Siste dag"), (words or _("%(last_day)s. Avtalen er sagt opp.")) % values)]
    if commitment.renews_on is None:
        return [(_("Varighet"), _("Løper til den sies opp, og slutter samme dag"))]
    rows = [(_("Fornyes"), _("%(renews_on)s for %(length)s om gangen, til den sies opp") % values)]
    if commitment.coming_price and is_payer_known(commitment.payer) and not commitment.changes_payer_at_renewal:
        rows.append((_("Pris ved fornyelse"), price(commitment.coming_price, commitment.months)))
    return [*rows, (_("Siste dag å si opp"), _("%(cancel_by)s, deretter dagen før hver ny periode") % values)]


def in_words(commitment: Commitment) -> dict[str, str]:
    """Its facts as sentences name them."""
    names = ("first_day", "renews_on", "cancel_by", "last_day", "new_payer_from", "answer_by")
    days = {name: day_in_words(getattr(commitment, name)) for name in names}
    amounts = {
        "month": commitment.per_month,
        "amount": commitment.amount,
        "coming": commitment.coming_price,
        "renewal": commitment.renewal_amount,
        "new_month": commitment.new_payer_per_month,
        "new_amount": commitment.new_payer_amount,
    }
    supplier = commitment.supplier or _("leverandøren av %(service)s") % {"service": commitment.service}
    return {
        "day": date_format(commitment.first_day, "MONTH_DAY_FORMAT") if commitment.first_day else "",
        "length": months_in_words(commitment.months),
        "new_length": months_in_words(commitment.new_payer_months),
        "supplier": supplier,
        **days,
        **{name: "" if amount is None else format_nok(amount) for name, amount in amounts.items()},
    }


# --- In sentences ------------------------------------------------------------------------------------------------


def invoice(commitment: Commitment) -> str:
    """Whose invoice comes to whom, on what sum and when, of a new agreement."""
    values = in_words(commitment)
    if commitment.payer == Payer.FIRM:
        words = _("Byrået får fakturaen: %(amount)s kr eks. mva. for %(length)s om gangen.")
    elif commitment.months == 1:
        words = _("Faktura fra %(supplier)s hver måned, på forskudd. Refunderes ikke.")
    else:
        words = _("Faktura fra %(supplier)s: %(amount)s kr for %(length)s om gangen, på forskudd. Refunderes ikke.")
    return join(words % values, *costs_later(commitment))


def free_of_charge(commitment: Commitment) -> str:
    """How long the agreement about a free service is, where it has periods, and whether it costs something later."""
    length = [_("Avtalen er for %(length)s om gangen.") % in_words(commitment)] if commitment.renews_on else []
    return join(*length, *costs_later(commitment))


def costs_later(commitment: Commitment) -> list[str]:
    """The price from the renewal on, where it is known to be another one."""
    if not commitment.coming_price:
        return []
    return [_("Fra %(renews_on)s: %(coming)s kr per måned.") % in_words(commitment)]


def own_agreement(commitment: Commitment) -> str:
    """What becomes of the agreement that the company has."""
    values = in_words(commitment)
    if commitment.waits_for_payer:
        return (
            _("Siste dag for avtalen dere har, er %(last_day)s, om ingen har sagt ja til å betale innen da.") % values
        )
    if commitment.last_day:
        return _("Avtalen dere har, er sagt opp. Siste dag er %(last_day)s.") % values
    if commitment.renews_on is None:
        return _("Avtalen dere har, fortsetter uendret.")
    if commitment.new_payer or commitment.asked_payer:
        return join(*who_pays_later(commitment))
    goes_on = _("Avtalen fortsetter uendret. Den fornyes %(renews_on)s for %(length)s om gangen.") % values
    return join(goes_on, *who_pays_then(commitment))


def costs_anything_new(commitment: Commitment) -> str:
    """What a yes makes the company pay for an agreement that it has: nothing, or from which day which price."""
    if commitment.new_payer != Payer.COMPANY or not commitment.new_payer_amount:
        return _("Ingenting nytt")
    if commitment.asked_payer:
        words = _("Ingenting før %(new_payer_from)s. Uten et ja fra byrået: %(new_month)s kr per måned eks. mva.")
    else:
        words = _("Ingenting før %(new_payer_from)s, deretter %(new_month)s kr per måned eks. mva.")
    return words % in_words(commitment)


def is_payer_known(payer: Payer) -> bool:
    """Whether the sum is told to whoever reads: not where it is between the company and another firm."""
    return payer != Payer.ANOTHER_FIRM


def who_pays_then(commitment: Commitment) -> list[str]:
    """The renewal of an agreement whose payer stays."""
    if commitment.renewal_amount is None:
        return []
    if commitment.renewal_amount == 0:
        return [_("Tjenesten er gratis.")]
    words = {
        Payer.COMPANY: _("Dere betaler som før: %(renewal)s kr eks. mva."),
        Payer.FIRM: _("Byrået betaler som før: %(renewal)s kr eks. mva."),
        Payer.ANOTHER_FIRM: _("Et annet byrå betaler som før."),
    }
    return [words[commitment.payer] % in_words(commitment)]


def who_pays_later(commitment: Commitment) -> list[str]:
    """Who is to pay an agreement that somebody else pays today, from when and how much, and who may say yes instead."""
    values, said = in_words(commitment), []
    if commitment.asked_payer:
        asked = {
            Payer.COMPANY: "",
            Payer.FIRM: _("Byrået dere godkjenner, er spurt om å betale, og må si ja senest %(answer_by)s."),
            Payer.ANOTHER_FIRM: _("Et annet byrå er spurt om å betale, og må si ja senest %(answer_by)s."),
        }
        open_ended = _("Et byrå er spurt om å betale, og har ikke svart.")
        said.append(asked[commitment.asked_payer] % values if commitment.answer_by else open_ended)
    if commitment.new_payer is None:
        return [*said, _("Uten et ja betaler den som betaler i dag.")] if said else []
    words = {
        Payer.COMPANY: _("Dere blir fakturamottaker fra %(new_payer_from)s: %(new_amount)s kr eks. mva. for "
                         "%(new_length)s om gangen, på forskudd. Refunderes ikke."),
        Payer.FIRM: _("Byrået dere godkjenner, blir fakturamottaker fra %(new_payer_from)s."),
        Payer.ANOTHER_FIRM: _("Et annet byrå blir fakturamottaker fra %(new_payer_from)s."),
    }  # fmt: skip
    told = words[commitment.new_payer] % values
    return [*said, _("Uten et ja: %(sentence)s") % {"sentence": told} if said else told]


def service_goes_on(commitment: Commitment, *, in_mail: bool) -> str:
    """After how the collaboration is ended: that the service goes on without it, how long, and until when to cancel."""
    if commitment.last_day:
        return ""
    if commitment.renews_on is None:
        words = _("Tjenesten løper til dere sier den opp.")
    elif not commitment.is_new:
        words = _("Tjenesten løper til dere sier den opp, senest %(cancel_by)s.")
    elif in_mail:
        words = _("Godkjenner du %(day)s, fornyes tjenesten %(renews_on)s til dere sier den opp, senest %(cancel_by)s.")
    else:
        words = _(
            "Godkjenner du i dag, %(day)s, fornyes tjenesten %(renews_on)s til dere sier den opp, senest %(cancel_by)s."
        )
    return join(_("Det sier ikke opp tjenesten."), words % in_words(commitment), *who_pays_alone(commitment))


def who_pays_alone(commitment: Commitment) -> list[str]:
    """Where the firm pays: a company that ends the collaboration, and does not cancel, pays from the renewal on."""
    if commitment.payer != Payer.FIRM or commitment.renews_on is None:
        return []
    return [_("Uten byrået betaler dere selv fra da.")]


def without_firm(commitment: Commitment, *, for_firm: bool) -> list[str]:
    """That the company pays alone without the firm, with the day and the sum; empty where it pays anyway."""
    if not who_pays_alone(commitment):
        return []
    if not commitment.renewal_amount:
        told = _("Uten byrået betaler kunden selv fra %(renews_on)s.") if for_firm else None
        return [(told or _("Uten byrået betaler dere selv fra %(renews_on)s.")) % in_words(commitment)]
    if for_firm:
        words = _(
            "Uten byrået betaler kunden selv fra %(renews_on)s: %(renewal)s kr eks. mva. for %(length)s om gangen."
        )
    else:
        words = _("Uten byrået betaler dere selv fra %(renews_on)s: %(renewal)s kr eks. mva. for %(length)s om gangen.")
    return [words % in_words(commitment)]
