"""Deeds about people's places."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.mail_addresses import shown_address
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.merging import begin, join, make_known
from organisations.companies.rows import find_claims, lock_company, lock_number, make_room_for_main_contact
from organisations.companies.states import REFUSALS, State
from organisations.models import Company, CompanyUser, Employee, Firm, User

MOST_REMINDERS = 5
LAST_REMINDER_DAY = 30
RIGHTS = ("is_active", "is_staff", "is_superuser")  # of a user on the platform
RECORDED_OF_A_FIRM = ("reminder_days", "first_client_number")  # with their values; events hold no names or addresses


@transaction.atomic
def accept_place(*, place: CompanyUser, user: User, clock: Clock = database_clock) -> CompanyUser:
    """Let the holder of the mailbox take the offered place. The first to accept makes the company known.

    While another firm asks somebody else of the same company it is provisional. Who answers for it already, by another
    firm's request, gets this request too, and no second place.
    Raises NotAllowed when the place is taken or gone, or belongs to another address; and when it is an administrator's
    and the company has got one by another way.
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
    """Make the mailbox's holder a user with a password of their own, and give the place. It works once.

    `language` is the one that the page spoke. The caller has seen to it that the link reached the mailbox. Raises
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


@transaction.atomic
def confirm_company(*, company: Company, by: User, clock: Clock = database_clock) -> Company:
    """A platform administrator vouches for the company: from now on firms are told that it is known.

    The place that its request offers is still offered, and the other firms' requests go to it. Raises NotAllowed when
    it is known, or gone, and where somebody answers for it: who administers has to be settled then.
    """
    found = lock_company(company.pk)
    if found is None:
        raise NotAllowed(_("Forespørselen er trukket tilbake, og selskapet er borte."))
    if Company.objects.provisional().numbered(found.org_number).exists():
        raise NotAllowed(REFUSALS[State.PROVISIONAL])
    at = clock()
    make_known(found, find_claims(found.org_number), verb="confirm", stay=False, at=at)
    record_event(subject=found, verb="confirm", by=by, company=found, at=at)
    return found


@transaction.atomic
def add_company(*, org_number: str, name: str, by: User, clock: Clock = database_clock) -> Company:
    """A platform administrator adds a company, and vouches for it by that. Raises NotAllowed when it is there."""
    lock_number(org_number)
    if Company.objects.filter(org_number=org_number).exists():
        raise NotAllowed(_("Selskapet finnes fra før. Bekreft det i stedet."))
    at = clock()
    company = Company.objects.create(org_number=org_number, name=name, confirmed_at=at)
    record_event(subject=company, verb="confirm", by=by, company=company, at=at)
    return company


@transaction.atomic
def change_rights(*, user: User, rights: dict[str, bool], by: User, clock: Clock = database_clock) -> User:
    """Shut a person out, or let him in again; make him a platform administrator, or none.

    `rights` has the names and values of RIGHTS. Raises NotAllowed for one's own, and for who has lost the right to do
    it meanwhile: two who shut each other out at the same moment do not leave the platform without anybody.
    """
    people = User.objects.select_for_update().filter(pk__in=(user.pk, by.pk)).order_by("pk").in_bulk()
    user, by = people[user.pk], people[by.pk]
    if user == by:
        raise NotAllowed(_("Ingen tar fra seg selv sine egne rettigheter."))
    if not (by.is_active and by.is_staff and by.is_superuser):
        raise NotAllowed(_("Bare en plattformadministrator med alle rettigheter kan gjøre dette."))
    before = {name: getattr(user, name) for name in RIGHTS}
    after = before | rights
    if after == before:
        return user
    for name in RIGHTS:
        setattr(user, name, after[name])
    user.save(update_fields=RIGHTS)
    if before["is_active"] and not user.is_active:
        for session in UserSession.objects.filter(user=user):
            session.end()
    record_event(subject=user, verb="change_rights", by=by, at=clock(), before=before, after=after)
    return user


@transaction.atomic
def edit_firm(*, firm: Firm, by: Employee, fields: dict[str, Any], clock: Clock = database_clock) -> Firm:
    """Change the firm's own details or settings. Reminder days count for requests that are sent from now on.

    Raises NotAllowed for anybody but an administrator of the firm, and for a plan that makes no sense.
    """
    firm = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    if by.firm_id != firm.pk or not by.is_administrator:
        raise NotAllowed(_("Bare en administrator i byrået kan endre innstillingene."))
    if "reminder_days" in fields:
        fields = fields | {"reminder_days": clean_reminder_days(fields["reminder_days"])}
    changed = [name for name, value in fields.items() if getattr(firm, name) != value]
    if not changed:
        return firm
    before = {name: getattr(firm, name) for name in changed if name in RECORDED_OF_A_FIRM}
    for name in changed:
        setattr(firm, name, fields[name])
    firm.save(update_fields=changed)
    after = {name: getattr(firm, name) for name in changed if name in RECORDED_OF_A_FIRM}
    record_event(
        subject=firm, verb="edit", by=by.user, firm=firm, at=clock(), before=before, after=after | {"changed": changed}
    )
    return firm


def clean_reminder_days(days: list[int]) -> list[int]:
    """In order, each once. Raises NotAllowed for too many, or a day when the request has expired."""
    days = sorted(set(days))
    if len(days) > MOST_REMINDERS:
        raise NotAllowed(_("Planen kan ha høyst %(most)s påminnelser.") % {"most": MOST_REMINDERS})
    if days and not 1 <= days[0] <= days[-1] <= LAST_REMINDER_DAY:
        raise NotAllowed(_("Dagene skal være tall fra 1 til %(last)s.") % {"last": LAST_REMINDER_DAY})
    return days


@transaction.atomic
def edit_user(*, user: User, fields: dict[str, Any], clock: Clock = database_clock) -> User:
    """A person changes the own name, phone or language; the companies one acts for know the new name and phone too."""
    # No key: an event of the same person, written by who holds a place's lock, must not wait for this one.
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = [name for name, value in fields.items() if getattr(user, name) != value]
    if not changed:
        return user
    for name in changed:
        setattr(user, name, fields[name])
    user.save(update_fields=changed)
    known_to_companies = {name: fields[name] for name in changed if name in ("name", "phone")}
    if known_to_companies:
        CompanyUser.objects.filter(user=user).update(**known_to_companies)
    record_event(subject=user, verb="edit", by=user, at=clock(), after={"changed": changed})
    return user


@transaction.atomic
def remove_second_factors(*, user: User, by: User, clock: Clock = database_clock) -> User:
    """For who has lost the phone and the codes: the next sign-in is by password or code alone, and sets up a new one.

    Every session of the person ends, and the person is told. The caller has made sure who asks. Raises NotAllowed for
    one's own, and where there is none.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user == by:
        raise NotAllowed(_("Din egen endrer du på «Min konto»."))
    factors = Authenticator.objects.filter(user=user)
    if not factors.exists():
        raise NotAllowed(_("%(email)s har ikke totrinnsbekreftelse.") % {"email": shown_address(user.email)})
    factors.delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    record_event(subject=user, verb="remove_second_factors", by=by, at=clock())
    get_adapter().send_mail("mfa/email/second_factors_removed", user.email, {})
    return user
