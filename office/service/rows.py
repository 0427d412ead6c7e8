"""What the pages of a service show, put in the shape that the components take."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.models import Collaboration
from agreements.words.moments import moment
from agreements.words.standing import agreement_rows
from collaboration.models import Activation
from commitments.receipt_words import terms_in_words
from ground.mail_addresses import shown_address
from subscriptions.comparison import Row
from subscriptions.models import Subscription
from subscriptions.months import months_in_words
from subscriptions.price_words import monthly_price, price


def summary_rows(activation: Activation, subscription: Subscription | None) -> list[Row]:
    """What was chosen so far; of scenario 1 what stays as it is."""
    rows = [(_("Tjeneste"), activation.service.name)]
    if activation.service.has_variants and activation.variant:
        rows.append((_("Variant"), activation.variant.name))
    if activation.task:
        rows.append((_("Oppgave"), activation.task.label))
    if subscription is not None:
        return rows + unchanged_rows(activation, subscription)
    if activation.service.has_payer and activation.payer:
        rows.append((_("Fakturamottaker"), payer_name(activation)))
    if activation.service.has_period and activation.period_months:
        rows.append((_("Avtaleperiode"), months_in_words(activation.period_months)))
    return rows


def unchanged_rows(activation: Activation, subscription: Subscription) -> list[Row]:
    """Scenario 1 changes nothing in the agreement. A firm that pays is not named, unless it is the one who looks."""
    if subscription.paying_firm_id is None:
        payer = _("Kunden")
    elif subscription.paying_firm_id == activation.firm_id:
        payer = activation.firm.name
    else:
        payer = _("Uendret")
    rows = [(_("Fakturamottaker"), payer)]
    if subscription.service.has_period:
        rows.append((_("Avtaleperiode"), months_in_words(subscription.period_months)))
    if subscription.is_cancelled and subscription.last_day:
        rows.append((_("Sagt opp, siste dag"), date_format(subscription.last_day)))
    elif subscription.renews_on:
        rows.append((_("Fornyes"), date_format(subscription.renews_on)))
    return rows


def payer_name(activation: Activation) -> str:
    return activation.firm.name if activation.firm_pays else activation.client.name


def cost_rows(activation: Activation, subscription: Subscription | None, *, today: date) -> list[Row]:
    """What each party pays, before anything is sent."""
    nothing = _("Ingenting")
    if subscription is not None:
        unchanged = _("Ingenting nytt") if subscription.is_cancelled else _("Ingenting nytt før avtalen fornyes")
        return [(_("Kunden"), unchanged), (activation.firm.name, nothing)]
    per_month = activation.variant.price_on(today, activation.period_months)
    if per_month == 0:
        return [(_("Kunden"), nothing), (activation.firm.name, nothing)]
    cost = _("%(price)s, fra den dagen kunden godkjenner") % {"price": price(per_month, activation.period_months)}
    company, firm = (nothing, cost) if activation.firm_pays else (cost, nothing)
    return [(_("Kunden"), company), (activation.firm.name, firm)]


def request_rows(activation: Activation) -> list[Row]:
    """The facts of a request that has been sent."""
    receiver = f"{activation.contact_name}, {shown_address(activation.contact_email)}"
    rows = summary_rows(activation, activation.subscription)
    if activation.price_per_month:
        rows.append((_("Pris"), monthly_price(activation.price_per_month)))
    return [*rows, (_("Mottaker"), receiver)]


def collaboration_rows(collaboration: Collaboration, *, today: date) -> list[Row]:
    """The facts of a collaboration, as the firm sees them: since when, who comes in, the agreement, the yes."""
    activation = collaboration.activation
    people = ", ".join(person.user.name for person in collaboration.task.people if person.is_active)
    rows = [(_("Samarbeid siden"), date_format(collaboration.started_on))]
    if collaboration.last_day:
        rows.append((_("Siste dag"), date_format(collaboration.last_day)))
    return [
        *rows,
        (_("Oppgave"), collaboration.task.label),
        (_("Tilgang hos dere"), people),
        *agreement_rows(collaboration.subscription, reader=collaboration.firm_id, day=today),
        (_("Godkjent av"), f"{activation.decided_by.name}, {moment(activation.decided_at)}"),
        (_("Godkjente vilkår"), terms_in_words(getattr(activation, "receipt", None))),
    ]
