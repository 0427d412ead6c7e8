"""Accept by link: who holds the mailbox of a new customer becomes a user, and the company's administrator."""

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import links
from collaboration.actions.locks import lock_activation, lock_company_of
from collaboration.models import Activation
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from organisations.actions import accept_place_with_password
from organisations.models import User


@transaction.atomic
def accept_place_by_link(
    *, activation: Activation, password: str, language: str = User.Language.NORWEGIAN, clock: Clock = database_clock
) -> User:
    """Spend the link: make its receiver a user with this password, and give the offered place.

    `activation` is the request as the link's holder found it, `language` the one that the page spoke. Raises NotAllowed
    when the link is too old, replaced or used, or the request is closed.
    """
    lock_company_of(activation.pk)
    link_version, activation = activation.link_version, lock_activation(activation.pk)
    if activation.link_version != link_version or not links.lets_set_password(activation, clock()):
        raise NotAllowed(_("Lenken kan ikke lenger brukes til å velge passord. Be om en ny."))
    place = links.offered_place(activation)
    if place is None:
        raise NotAllowed(_("Lenken er brukt. Logg inn for å fortsette."))
    accepted = accept_place_with_password(place=place, password=password, language=language, clock=clock)
    assert accepted.user is not None
    return accepted.user
