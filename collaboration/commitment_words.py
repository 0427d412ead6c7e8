"""A commitment in words: on the receipt and the order page in rows, in the answers of request and mail in sentences.

The rows read alike for both sides; the sentences are the company's.
"""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collaboration.commitments import Commitment, Payer
from collaboration.months import months_in_words
from subscriptions.money import format_nok

Row = tuple[str, str]


# --- In rows -----------------------------------------------------------------------------------------------------


def commitment_rows(commitment: Commitment, *, with_firm: bool, is_today: bool = False) -> list[Row]:
    """From its first day, which may be the reader's today, to how it is cancelled.

    `with_firm`: a firm collaborates, which is another thing to end.
    """
    rows = [first_day_row(commitment, is_today)] if commitment.first_day else []
    if commitment.amount:
        rows.append((_("Betaling"), payment(commitment)))
    rows += renewal_rows(commitment)
    if with_firm:
        rows.append((_("Samarbeidet"), _("Kan avsluttes når som helst. Det sier ikke opp tjenesten.")))
    return rows


def common_rows(commitment: Commitment) -> list[Row]:
    """What is alike whichever period is chosen today; `commitment` is that of one of them."""
    paid = [(_("Betaling"), payment(commitment))] if commitment.amount else []
    return [first_day_row(commitment, is_today=True), *paid]


def choice_in_words(commitment: Commitment) -> str:
    """One of the periods, for who chooses."""
    values = in_words(commitment)
    if commitment.amount:
        price = _("%(length)s – %(month)s kr per måned, %(amount)s kr for perioden, eks. mva.") % values
    else:
        price = _("%(length)s – gratis.") % values
    renewal = _("Fornyes %(renews_on)s for %(length)s om gangen, til den sies opp, senest %(cancel_by)s.") % values
    return join(price, renewal, *costs_later(commitment))


def first_day_row(commitment: Commitment, is_today: bool) -> Row:
    words = _("I dag, %(first_day)s") if is_today else "%(first_day)s"
    return _("Første dag"), words % in_words(commitment)


def price(per_month: Decimal, months: int) -> str:
    """What it costs a month, and in all where a period is longer."""
    if per_month == 0:
        return _("Gratis")
    values = {
        "month": format_nok(per_month),
        "period": format_nok(per_month * months),
        "length": months_in_words(months),
    }
    if months == 1:
        return _("%(month)s kr per måned eks. mva.") % values
    return _("%(month)s kr per måned eks. mva., %(period)s kr for %(length)s") % values


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
    if commitment.coming_price:
        rows.append((_("Pris ved fornyelse"), price(commitment.coming_price, commitment.months)))
    return [*rows, (_("Siste dag å si opp"), _("%(cancel_by)s, deretter dagen før hver ny periode") % values)]


def in_words(commitment: Commitment) -> dict[str, str]:
    """Its facts as sentences name them."""
    days = {
        name: day_in_words(getattr(commitment, name)) for name in ("first_day", "renews_on", "cancel_by", "last_day")
    }
    amounts = {"month": commitment.per_month, "amount": commitment.amount, "coming": commitment.coming_price}
    supplier = commitment.supplier or _("leverandøren av %(service)s") % {"service": commitment.service}
    return {
        "day": date_format(commitment.first_day, "MONTH_DAY_FORMAT") if commitment.first_day else "",
        "length": months_in_words(commitment.months),
        "supplier": supplier,
        **days,
        **{name: "" if amount is None else format_nok(amount) for name, amount in amounts.items()},
    }


def day_in_words(day: date | None) -> str:
    return date_format(day) if day else ""


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
    goes_on = _(
        "Avtalen dere har, fortsetter uendret, med samme fakturamottaker. Den fornyes %(renews_on)s for %(length)s om "
        "gangen."
    )
    return goes_on % values


def service_goes_on(commitment: Commitment, *, in_mail: bool) -> str:
    """How long the service goes on by itself, and that it is cancelled apart from the collaboration."""
    if commitment.last_day:
        return ""
    if commitment.renews_on is None:
        words = _("Tjenesten løper til dere sier den opp for seg.")
    elif not commitment.is_new:
        words = _("Tjenesten løper til dere sier den opp for seg, senest %(cancel_by)s.")
    elif in_mail:
        words = _(
            "Godkjenner du %(day)s, fornyes tjenesten %(renews_on)s til dere sier den opp for seg, senest "
            "%(cancel_by)s."
        )
    else:
        words = _(
            "Godkjenner du i dag, %(day)s, fornyes tjenesten %(renews_on)s til dere sier den opp for seg, senest "
            "%(cancel_by)s."
        )
    return join(words % in_words(commitment), *who_pays_alone(commitment))


def who_pays_alone(commitment: Commitment) -> list[str]:
    """Where the firm pays: a company that ends the collaboration, and does not cancel, pays from the renewal on."""
    if commitment.payer != Payer.FIRM:
        return []
    return [_("Uten byrået betaler dere selv fra da.")]


def join(*sentences: str) -> str:
    return " ".join(sentences)
