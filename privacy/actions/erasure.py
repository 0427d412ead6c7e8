"""Erasing a person by blanking the person's rows. Events name rows by id and receipts a salted hash, so both stay."""

import json
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext as _

from agreements.models import Collaboration
from clients.models import Client, Contact
from collaboration.models import Activation, Forwarding, ForwardProposal, ReplacedLink
from commitments.models import Receipt
from ground.clock import Clock, database_clock
from ground.mail_addresses import find_form
from ground.refusals import NotAllowed
from notifications.models import Alert, Email, EmailEvent
from organisations.models import Company, CompanyUser, Employee, Firm, Invitation, KeptForm, SavedView, User
from privacy.actions.imported import blank_import_rows
from privacy.export import of_person
from privacy.models import Erasure
from subscriptions.models import Subscription

ERASED_NAME = "Slettet person / Erased person"  # it stands in rows, so it speaks both languages
ERASED_DOMAIN = "@slettet.invalid"  # that nobody can have (RFC 2606)
WAITING = (Email.Status.QUEUED, Email.Status.SENDING)
PROPOSER = ("proposed_by_name", "proposed_by_email", "message")
WORDS_ABOUT_PEOPLE = ("to", "reason", "comment", "proposed")  # of an alert


def erased_address(row: models.Model) -> str:
    """An address that no mail reaches, another one for each row."""
    return f"slettet-{row.pk}{ERASED_DOMAIN}"


@transaction.atomic
def erase_person(
    *, email: str, by: User | None = None, contacts: bool = True, clock: Clock = database_clock
) -> Erasure:
    """Blank what stands under the address and its sign-in, so that nobody can sign in by it any more.

    What an acceptance needs stays: the receipt with its salted hash and code, and the events, by id. `contacts` also
    blanks the person on firms' client cards. Raises NotAllowed while somebody relies on the person: an employee, a main
    contact or the last administrator of a company in use, the receiver of a request that waits.
    """
    email = find_form(email)
    return erase_locked_person(lock_person(email), email, by=by, contacts=contacts, at=clock())


def erase_locked_person(user: User | None, email: str, *, by: User | None, contacts: bool, at: datetime) -> Erasure:
    """Check and blank. Raises NotAllowed. The caller has called `lock_person` in this transaction."""
    mine = of_person(user, email)
    check_can_be_erased(user, email)
    mails = mails_about(user, email)
    counts = {
        "places": blank_places(mine, at),
        "invitations": blank_invitations(email, at),
        "requests": blank_requests(user, email),
        "proposals": blank_proposals(ForwardProposal.objects.filter(email=email)) + blank_proposers(email),
        "receipts": blank_receipts(Receipt.objects.filter(
            of_person(user, email, by="activation__decided_by", address="approver_email")
        )),
        "contacts": blank_contacts(email) if contacts else 0,
        "clients": blank_clients(email) if contacts else 0,
        "import_rows": blank_import_rows(email) if contacts else 0,
        "mails": blank_mails(mails),
        "user": blank_user(user) if user else 0,
    }  # fmt: skip
    if not any(counts.values()):
        raise NotAllowed(_("Vi har ingen opplysninger om adressen."))
    return Erasure.objects.create(user=user, by=by, erased_at=at, counts=counts)


def lock_person(email: str) -> User | None:
    """Lock what other deeds about the person lock, in their order: places, invitations, requests, the user last.

    Their events and decisions name the user, so each of them waits for the user while it holds the rest. Returns the
    user; None for an address without one.
    """
    user = User.objects.filter(email=email).first()
    invitations = Invitation.objects.filter(email=email)
    companies = CompanyUser.objects.filter(of_person(user, email)).values("company")
    invited = models.Q(pk__in=invitations.unanswered().values("company"))
    firms = Firm.objects.filter(pk__in=invitations.unanswered().values("firm"))
    list(firms.select_for_update(no_key=True).order_by("pk"))  # a company's deeds write events of the firm
    list(Company.objects.select_for_update().filter(models.Q(pk__in=companies) | invited).order_by("pk"))
    list(invitations.select_for_update().order_by("pk"))
    list(requests_about(user, email).select_for_update().order_by("pk"))
    return User.objects.select_for_update().get(pk=user.pk) if user else None


def requests_about(user: User | None, email: str) -> models.QuerySet[Activation]:
    """The requests that the person received, also by a mistake that was put right, sent on, or decided."""
    disowned = ReplacedLink.objects.filter(disowned_email=email).values("activation")
    sent_on = Forwarding.objects.filter(email=email).values("activation")
    mine = of_person(user, email, by="decided_by", address="contact_email")
    return Activation.objects.filter(mine | models.Q(pk__in=disowned) | models.Q(pk__in=sent_on))


# --- Whether it may be done --------------------------------------------------------------------------------------


def check_can_be_erased(user: User | None, email: str) -> None:
    """Raise NotAllowed with what has to be done first. The caller holds the locks."""
    if user is not None:
        check_place_of_work(user)
        for place in CompanyUser.objects.active().filter(user=user).select_related("company").order_by("pk"):
            check_is_not_needed(place)
    asked = Activation.objects.pending().filter(contact_email=email, disowned_at=None)
    waiting = asked.select_related("firm").first()
    if waiting is not None:
        raise NotAllowed(
            _("En forespørsel fra %(firm)s til adressen venter på svar. Den må avgjøres eller trekkes tilbake først.")
            % {"firm": waiting.firm}
        )


def check_place_of_work(user: User) -> None:
    """Raise NotAllowed for a platform administrator, and for somebody who works in a firm."""
    if user.is_staff or user.is_superuser:
        raise NotAllowed(_("Personen er plattformadministrator. Ta fra personen det først."))
    place = Employee.objects.filter(user=user, deactivated_at=None).select_related("firm").first()
    if place is not None:
        raise NotAllowed(_("Personen arbeider i %(firm)s, og må deaktiveres der først.") % {"firm": place.firm})


def check_is_not_needed(place: CompanyUser) -> None:
    """Raise NotAllowed for the last administrator or main contact of a company that has, or is asked for, a service."""
    others = CompanyUser.objects.of(place.company).active().administrators().exclude(pk=place.pk)
    if not place.is_administrator or (others.exists() and not place.is_main_contact):
        return
    in_use = Subscription.objects.of(place.company).active().exists()
    if in_use or others.exists() or Activation.objects.of(place.company).pending().exists():
        raise NotAllowed(
            _("%(company)s trenger personen. En annen må bli administrator og hovedkontakt først.")
            % {"company": place.company}
        )


# --- The rows ----------------------------------------------------------------------------------------------------


def blank_user(user: User) -> int:
    """Empty the user's row and shut it. The row stays, since events and requests name it."""
    forget_named_in_the_log(user.name)
    user.email, user.name, user.phone = erased_address(user), ERASED_NAME, ""
    user.is_active, user.last_login = False, None
    user.set_unusable_password()
    user.save()
    for session in UserSession.objects.filter(user=user):
        session.end()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Alert.objects.filter(user=user).delete()
    KeptForm.objects.filter(user=user).delete()
    SavedView.objects.filter(owner__user=user).delete()
    forget_in_the_log(User, [user.pk])
    return 1


def blank_places(mine: models.Q, at: datetime) -> int:
    """Blank the person's places in companies; delete those that are only offered to the address."""
    CompanyUser.objects.filter(mine, user=None).delete()
    places = list(CompanyUser.objects.filter(mine))
    for place in places:
        place.email, place.name, place.phone = erased_address(place), ERASED_NAME, ""
        place.is_main_contact = False
        place.deactivated_at = place.deactivated_at or at
        place.save()
        place.service_accesses.all().delete()
    forget_in_the_log(CompanyUser, [place.pk for place in places])
    return len(places)


def blank_invitations(email: str, at: datetime) -> int:
    """Blank the invitations to the address; one that waits is withdrawn, so that its link leads nowhere."""
    invitations = list(Invitation.objects.filter(email=email))
    for invitation in invitations:
        if invitation.is_unanswered:
            invitation.outcome, invitation.closed_at = Invitation.Outcome.WITHDRAWN, at
        blank_invitation(invitation)
    return len(invitations)


def blank_invitation(invitation: Invitation) -> None:
    """Blank whom the closed invitation went to. Which place, by whom and how it ended stays."""
    invitation.email, invitation.name, invitation.token_hash = erased_address(invitation), ERASED_NAME, None
    invitation.save()
    forget_in_the_log(Invitation, [invitation.pk])


def blank_requests(user: User | None, email: str) -> int:
    """Blank who was asked, and the words of a refusal; the reason that was chosen stays for the firm."""
    activations = list(requests_about(user, email).select_for_update().order_by("pk"))
    rows = [activation.pk for activation in activations]
    for activation in activations:
        if activation.contact_email == email:
            blank_receiver(activation)
    Activation.objects.filter(pk__in=rows).filter(decided_by=user).exclude(decline_comment="").update(
        decline_comment=""
    )
    ReplacedLink.objects.filter(disowned_email=email).update(disowned_email="")
    Forwarding.objects.filter(email=email).delete()
    blank_alerts(rows)
    return len(rows)


def blank_receiver(activation: Activation) -> None:
    """Blank the request's receiver, and who sent it on to that person, with the words.

    A draft that was sent meanwhile must name its receiver, so the row has to be as it is now. The caller holds its
    lock.
    """
    drafted = activation.is_draft
    Forwarding.objects.filter(activation=activation.pk).delete()
    Activation.objects.filter(pk=activation.pk).update(
        contact=None,
        contact_name="" if drafted else ERASED_NAME,
        contact_email="" if drafted else erased_address(activation),
        contact_phone="",
    )


def blank_alerts(activations: list[int]) -> None:
    """Blank names and the person's words in alerts about the requests."""
    about = Alert.objects.filter(subject_type=Activation._meta.label_lower, subject_id__in=activations)
    for alert in about:
        words = {name: "" if name in WORDS_ABOUT_PEOPLE else word for name, word in alert.words.items()}
        if words != alert.words:
            alert.words = words
            alert.save(update_fields=["words"])


def forget_who_was_wrong(activations: list[int]) -> None:
    """Blank the address of a wrong person in alerts, since it stands nowhere else later."""
    about = {"kind": "activation_disowned", "subject_id__in": activations}
    for alert in Alert.objects.filter(**about):
        alert.words["to"] = ""
        alert.save(update_fields=["words"])
    mails = Email.objects.filter(**about).exclude(status__in=WAITING)
    blank_mails(list(mails.values_list("pk", flat=True)))


def blank_proposals(rows: models.QuerySet[ForwardProposal]) -> int:
    """Blank the proposed people. A proposal that nobody has answered is deleted, since it makes no sense without
    its person.
    """
    blank_alerts(list(rows.values_list("activation_id", flat=True)))
    deleted = rows.filter(answered_at=None).delete()[0]
    for proposal in rows:
        proposal.name, proposal.email, proposal.phone = ERASED_NAME, erased_address(proposal), ""
        proposal.proposed_by_name, proposal.proposed_by_email, proposal.message = "", "", ""
        proposal.save(update_fields=["name", "email", "phone", *PROPOSER])
        deleted += 1
    return deleted


def blank_proposers(email: str) -> int:
    """Blank who proposed somebody, and the words to that person."""
    made = ForwardProposal.objects.filter(proposed_by_email=email)
    return made.update(**dict.fromkeys(PROPOSER, ""))


def blank_receipts(receipts: models.QuerySet[Receipt]) -> int:
    """Blank the clear name on the receipts. Number, record and code still verify."""
    named = receipts.exclude(approver_name="", approver_email="")
    return Receipt.objects.filter(pk__in=list(named.values_list("pk", flat=True))).update(
        approver_name="", approver_email=""
    )


def blank_contacts(email: str) -> int:
    contacts = Contact.objects.filter(email=email)
    pks = list(contacts.values_list("pk", flat=True))
    forget_in_the_log(Contact, pks)
    return contacts.update(name=ERASED_NAME, email="", phone="")


def blank_clients(email: str) -> int:
    """Blank a client's own address on the card where it is the person's, and the telephone beside it."""
    clients = Client.objects.filter(email=email)
    forget_in_the_log(Client, list(clients.values_list("pk", flat=True)))
    return clients.update(email="", phone="")


def mails_about(user: User | None, email: str) -> list[int]:
    """The mails to the person, and those that told others of the person's invitations and requests."""
    invitations = Invitation.objects.filter(of_person(user, email, by="invited_by"))
    requests = Activation.objects.filter(models.Q(pk__in=requests_about(user, email).values("pk")) | of_employee(user))
    about = models.Q(subject_type=Invitation._meta.label_lower, subject_id__in=invitations.values("pk"))
    about |= models.Q(subject_type=Activation._meta.label_lower, subject_id__in=requests.values("pk"))
    told = Collaboration.objects.filter(firm__in=Employee.objects.filter(user=user).values("firm"))  # of who gets in
    merged = Company.objects.filter(merged_into__in=told.values("company"))  # and was told before it was
    about |= models.Q(kind="access_notice", subject_id__in=told.values("company"))
    about |= models.Q(kind="access_notice", subject_id__in=merged.values("pk"))
    mails = Email.objects.filter(models.Q(to=email) | about & ~models.Q(status__in=WAITING))
    return list(mails.values_list("pk", flat=True))


def of_employee(user: User | None) -> models.Q:
    """The condition of requests in which an employee stands: as asker, or as the one who answers for the task."""
    if user is None:
        return models.Q(pk__in=[])
    return models.Q(requested_by__user=user) | models.Q(task__owner__user=user)


def blank_mails(pks: list[int]) -> int:
    """Blank the mails; those that wait to go are cancelled."""
    mails = Email.objects.filter(pk__in=pks)
    mails.filter(status__in=WAITING).update(status=Email.Status.CANCELLED, lease_until=None)
    EmailEvent.objects.filter(email__in=pks).update(reason="")
    return mails.update(to="", subject=models.F("kind"), message=b"", secret="", last_error="")


def forget_in_the_log(model: type[models.Model], pks: list[int]) -> None:
    """Blank what the admin's log calls the rows."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    entries.filter(object_id__in=[str(pk) for pk in pks]).update(object_repr="")


def forget_named_in_the_log(name: str) -> None:
    """Blank in the admin's log the words of changes to rows on another row's page, such as a firm's people."""
    named = f'"object": {json.dumps(name)}'  # as Django writes it there
    for entry in LogEntry.objects.filter(change_message__contains=named):
        entry.change_message = entry.change_message.replace(named, '"object": ""')
        entry.save(update_fields=["change_message"])
