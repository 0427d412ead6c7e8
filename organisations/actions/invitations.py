"""Deeds about invitations: offers of a place that are inert until the mailbox's holder accepts."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.closed_invitations import close_invitation, record_deed
from organisations.companies.rows import make_room_for_main_contact
from organisations.forms.sent import find_made
from organisations.invitations import emails
from organisations.invitations.links import LINK_HOURS, hash_token, make_token
from organisations.invitations.rules import (
    Inviter,
    check_administrator,
    check_company_administrator,
    check_firm_administrator,
    check_has_no_administrator,
    check_inviter,
    check_is_somebody_else,
    check_mails_of_the_day,
    check_new,
    check_platform_administrator,
    check_unanswered,
    clean_typed,
    user_of,
)
from organisations.models import Company, CompanyUser, Employee, Firm, Invitation, User

Outcome = Invitation.Outcome


@transaction.atomic
def invite_employee(
    *,
    firm: Firm,
    email: str,
    name: str,
    role: str,
    client_access: str,
    by: Employee,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> Invitation:
    """Offer a place in the firm. Who has an account gets the same mail, so the firm learns nothing of it.

    The form of `form_key` sent twice makes one invitation. Raises NotAllowed for anybody but an administrator of the
    firm, for somebody who works there, and for an address that is invited already.
    """
    lock_place(firm)
    check_firm_administrator(by, firm)
    invitation = Invitation(firm=firm, email=email, name=name, role=role, client_access=client_access)
    return post_invitation(invitation, by=by.user, at=clock(), form_key=form_key)


@transaction.atomic
def invite_company_user(
    *,
    company: Company,
    email: str,
    name: str,
    role: str,
    by: CompanyUser,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> Invitation:
    """Offer a place in the company; the form of `form_key` sent twice makes one invitation.

    Raises NotAllowed for anybody but an administrator of the company, for somebody who is its user, and for an address
    that has been invited.
    """
    lock_place(company)
    check_company_administrator(by, company)
    assert by.user
    invitation = Invitation(company=company, email=email, name=name, role=role)
    return post_invitation(invitation, by=by.user, at=clock(), form_key=form_key)


@transaction.atomic
def invite_by_platform(*, invitation: Invitation, by: User, clock: Clock = database_clock) -> Invitation:
    """Let a platform administrator offer a place in a firm or company that has no administrator to do it.

    `invitation` is an unsaved row with its place, role and receiver. Raises NotAllowed as `invite_employee` does, and
    to oneself: who runs the platform does not make himself part of a firm or a company.
    """
    lock_place(invitation.place)
    check_platform_administrator(by)
    check_is_somebody_else(by, invitation.email)
    check_has_no_administrator(invitation.place)
    invitation.is_by_platform = True
    return post_invitation(invitation, by=by, at=clock())


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Inviter, clock: Clock = database_clock) -> Invitation:
    """Mail the invitation again with a new link that counts its hours anew; `by` is its inviter from now on.

    The earlier link leads nowhere. Raises NotAllowed when the invitation is closed or was mailed a moment ago, and when
    the place has mailed enough for a day.
    """
    invitation = lock_invitation(invitation)
    check_administrator(by, invitation)
    check_unanswered(invitation)
    at = clock()
    if at < invitation.again_at:
        raise NotAllowed(_("Invitasjonen er nettopp sendt. Vent noen minutter."))
    check_mails_of_the_day(invitation, at)
    emails.cancel_unsent(invitation)
    inviter = user_of(by)
    assert inviter  # who is an administrator has accepted
    invitation.invited_by, invitation.is_by_platform = inviter, isinstance(by, User)
    invitation.link_version += 1
    record_deed(invitation, "resend", by=user_of(by), at=at)
    return mail_invitation(invitation, at)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Inviter, clock: Clock = database_clock) -> Invitation:
    """Withdraw the invitation, so that its link leads nowhere. Raises NotAllowed when it is closed already."""
    invitation = lock_invitation(invitation)
    check_administrator(by, invitation)
    check_unanswered(invitation)
    return close_invitation(invitation, Outcome.WITHDRAWN, by=user_of(by), at=clock())


@transaction.atomic
def refuse_invitation(*, invitation: Invitation, by: User | None, clock: Clock = database_clock) -> Invitation:
    """Let the invited person say no; `by` None: by the link without a sign-in, "det er ikke meg". The inviter is told.

    It works after the invitation's hours too. Raises NotAllowed when it is closed, has another link by now, or is to
    somebody else.
    """
    link_version, invitation = invitation.link_version, lock_invitation(invitation)
    check_unanswered(invitation)
    if invitation.link_version != link_version or (by and by.email != invitation.email):
        raise NotAllowed(_("Invitasjonen gjelder ikke lenger."))
    close_invitation(invitation, Outcome.DECLINED if by else Outcome.NOT_ME, by=by, at=clock())
    emails.invitation_refused(invitation)
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, clock: Clock = database_clock) -> Employee | CompanyUser:
    """Give the signed-in person the place. Who had it before and left gets it anew with the offered role.

    Addresses of the account that nobody has confirmed are deleted. Raises NotAllowed when the invitation is closed or
    too old, and when it was sent to another address.
    """
    invitation = lock_invitation(invitation)
    check_unanswered(invitation)
    at = clock()
    if not invitation.is_open(at):
        raise NotAllowed(_("Invitasjonen er utløpt. Be om at den blir sendt på nytt."))
    check_inviter(invitation)
    addresses = EmailAddress.objects.filter(user=user)
    if user.email != invitation.email or not addresses.filter(email=user.email, verified=True).exists():
        raise NotAllowed(_("Invitasjonen er sendt til en annen adresse. Logg inn med den."))
    addresses.filter(verified=False).delete()
    place = give_firm_place(invitation, user) if invitation.firm_id else give_company_place(invitation, user, at)
    close_invitation(invitation, Outcome.ACCEPTED, by=user, at=at)
    record_event(
        subject=place, verb="accept", by=user, firm=invitation.firm, company=invitation.company, at=at,
        after={"role": place.role},
    )  # fmt: skip
    return place


@transaction.atomic
def accept_invitation_with_password(
    *, invitation: Invitation, password: str, language: str = User.Language.NORWEGIAN, clock: Clock = database_clock
) -> Employee | CompanyUser:
    """Make the mailbox's holder a user with the password, and give the place. A link works once.

    `invitation` is the row as the link's holder found it, `language` the one that the page spoke. Raises NotAllowed
    when the link is too old, replaced or used, and when the address has a user by now: nothing is merged.
    """
    link_version, invitation = invitation.link_version, lock_invitation(invitation)
    if invitation.link_version != link_version or not invitation.is_open(clock()):
        raise NotAllowed(_("Lenken kan ikke lenger brukes til å velge passord."))
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=invitation.name, language=language)
    except IntegrityError:
        raise NotAllowed(_("Adressen har allerede en bruker. Logg inn for å fortsette.")) from None
    EmailAddress.objects.filter(email=user.email, verified=False).delete()  # claimed by others, proved by nobody
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return accept_invitation(invitation=invitation, user=user, clock=clock)


def place_taken_by(user: User, invitation: Invitation) -> Employee | CompanyUser | None:
    """The place in use that the invitation has given the person; None where it has given none, or he has left."""
    if invitation.outcome != Outcome.ACCEPTED:
        return None
    if invitation.firm:
        return Employee.objects.active().filter(firm=invitation.firm, user=user).select_related("firm").first()
    assert invitation.company
    return CompanyUser.objects.of(invitation.company).active().filter(user=user).select_related("company").first()


# --- Parts of the deeds ------------------------------------------------------------------------------------------


def lock_place(place: Firm | Company) -> None:
    """Lock the firm's or company's row until the deed is done: its people change one after the other."""
    type(place).objects.select_for_update(no_key=True).get(pk=place.pk)


def lock_invitation(invitation: Invitation) -> Invitation:
    """The invitation as it is now, locked after its place."""
    lock_place(invitation.place)
    return Invitation.objects.select_for_update(of=("self",)).with_everything().get(pk=invitation.pk)


def post_invitation(invitation: Invitation, *, by: User, at: datetime, form_key: UUID | None = None) -> Invitation:
    """Write the invitation and mail it, or return the one that the same form has made before.

    Raises NotAllowed for one that may not be sent. The caller holds the place's lock, and has checked the inviter.
    """
    if made := find_made(Invitation.objects.to(invitation.place), form_key):
        return made
    clean_typed(invitation)
    invitation.invited_by, invitation.invited_at = by, at
    check_new(invitation, at)
    invitation.mailed_at = invitation.expires_at = at
    invitation.save()
    record_deed(invitation, "invite", by=by, at=at, after={"role": invitation.role}, form_key=form_key)
    return mail_invitation(invitation, at)


def mail_invitation(invitation: Invitation, at: datetime) -> Invitation:
    """Make the link of the current version the one that works, and post it."""
    invitation.mailed_at, invitation.expires_at = at, at + timedelta(hours=LINK_HOURS)
    invitation.token_hash = hash_token(make_token(invitation))
    invitation.save()
    emails.invitation_sent(invitation)
    return invitation


def give_firm_place(invitation: Invitation, user: User) -> Employee:
    """Give the user the offered place in the firm, or the one he had before. Raises NotAllowed where he works there."""
    employee = Employee.objects.filter(firm=invitation.firm, user=user).first()
    if employee is None:
        employee = Employee(firm=invitation.firm, user=user)
    elif employee.deactivated_at is None:
        raise NotAllowed(_("Du arbeider allerede i byrået."))
    employee.role, employee.client_access = invitation.role, invitation.client_access
    employee.deactivated_at = None
    employee.save()
    return employee


def give_company_place(invitation: Invitation, user: User, at: datetime) -> CompanyUser:
    """Give the user the offered place in the company: a new one, the one that a request offers him, or the one he has
    left.

    Raises NotAllowed where he is a user of it.
    """
    assert invitation.company
    place = CompanyUser.objects.of(invitation.company).filter(email=user.email).first()
    if place is None:
        place = CompanyUser(company=invitation.company, email=user.email)
    elif place.user is not None and place.deactivated_at is None:
        raise NotAllowed(_("Du er allerede bruker av selskapet."))
    place.user, place.name, place.phone, place.role = user, user.name, user.phone, invitation.role
    place.is_main_contact = place.is_administrator and make_room_for_main_contact(invitation.company)
    place.deactivated_at, place.invited_at, place.accepted_at = None, invitation.invited_at, at
    place.save()
    return place
