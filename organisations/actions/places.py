"""Deeds about places: who takes one that is offered, and which one the person is in."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.merging import begin, join
from organisations.companies.rows import find_claims, lock_company, make_room_for_main_contact
from organisations.models import CompanyUser, Employee, User


@transaction.atomic
def accept_place(*, place: CompanyUser, user: User, clock: Clock = database_clock) -> CompanyUser:
    """Let the holder of the mailbox take the offered place. The first to accept makes the company known.

    While another firm asks somebody else of the same company it is provisional. Somebody who answers for it already, by
    another firm's request, gets this request too and no second place. Raises NotAllowed when the place is taken, gone
    or another address's, and for an administrator's place in a company that has got an administrator otherwise.
    """
    company = lock_company(place.company_id)
    offered = CompanyUser.objects.offered().select_for_update().filter(pk=place.pk).first()
    if company is None or offered is None or offered.email != user.email:
        raise NotAllowed(_("Plassen er ikke lenger ledig. Logg inn med din egen adresse."))
    if offered.is_administrator and CompanyUser.objects.of(company).active().administrators().exists():
        raise NotAllowed(_("Selskapet har allerede en administrator, som kan svare for selskapet."))
    at, claims = clock(), find_claims(company.org_number)
    own = (claim for claim in claims if claim.user == user and not claim.was_invited)
    taken = next(own, None) if company.is_asked else None
    if taken is not None:
        join(company, into=taken.company)
    else:
        taken = offered
        taken.user, taken.accepted_at = user, at
        taken.is_main_contact = taken.is_main_contact and make_room_for_main_contact(company)
        taken.save(update_fields=["user", "accepted_at", "is_main_contact"])
        if company.is_asked:
            begin(company, claims, at=at)
    record_event(subject=taken, verb="accept", by=user, company=taken.company, at=at, after={"role": taken.role})
    return taken


@transaction.atomic
def accept_place_with_password(
    *, place: CompanyUser, password: str, language: str = User.Language.NORWEGIAN, clock: Clock = database_clock
) -> CompanyUser:
    """Make the mailbox's holder a user with the password, and give the place. It works once.

    `language` is the one that the page spoke. The caller has made sure that the link reached the mailbox. Raises
    NotAllowed when the address has a user.
    """
    lock_company(place.company_id)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                place.email, password, name=place.name, phone=place.phone, language=language
            )
    except IntegrityError:
        raise NotAllowed(_("Adressen har allerede en bruker. Logg inn for å fortsette.")) from None
    EmailAddress.objects.filter(email=user.email, verified=False).delete()  # claimed by others, proved by nobody
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return accept_place(place=place, user=user, clock=clock)


def enter_place(*, place: Employee | CompanyUser) -> None:
    """Note that the person works in the place now: the next sign-in begins in the one that was entered last."""
    type(place).objects.filter(pk=place.pk).update(entered_at=Now())
