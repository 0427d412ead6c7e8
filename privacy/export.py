"""Everything that our rows hold about one person, under the person's address or sign-in."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Contact
from collaboration.alert_words import KINDS as ALERT_KINDS
from collaboration.models import Activation, Forwarding, ForwardProposal, ReplacedLink
from commitments.models import Receipt
from ground.clock import Clock, database_clock
from ground.mail_addresses import find_form, shown_address
from history.models import Event, record_event
from notifications.models import Alert, Email
from organisations.models import CompanyUser, Employee, Invitation, KeptForm, SavedView, User
from privacy.actions.imported import describe_import_rows

# The mails to employees tell of a firm's clients; who has left the firm has no more to do with those.
MAILS_ABOUT_CLIENTS = {*ALERT_KINDS, "alert_digest"}

PERSON = ("email", "name", "phone", "language", "date_joined", "last_login", "is_active", "is_staff")
EMPLOYMENT = ("firm", "role", "client_access", "alert_emails", "created_at", "deactivated_at", "entered_at")
COMPANY_PLACE = (
    "company", "email", "name", "phone", "role", "is_main_contact", "invited_at", "accepted_at", "deactivated_at",
    "entered_at",
)  # fmt: skip
INVITED = ("firm", "company", "email", "name", "role", "invited_by", "invited_at", "expires_at", "outcome")
RECEIVED = ("firm", "company", "service", "status", "requested_at", "contact_name", "contact_email", "contact_phone")
DISOWNED = ("firm", "disowned_email", "disowned_at")
DECIDED = ("firm", "company", "service", "status", "decided_at", "decline_reason", "decline_comment")
RECEIPT = ("number", "created_at", "approver_name", "approver_email", "code", "record")
PROPOSED = ("firm", "name", "email", "phone", "proposed_at", "answered_at")
PROPOSAL = ("firm", "proposed_by_name", "proposed_by_email", "message", "proposed_at")
SENT_ON = ("firm", "name", "email", "message", "forwarded_at")
CONTACT = ("firm", "name", "email", "phone", "is_main")
CLIENT = ("firm", "name", "email", "phone")
MAIL = ("kind", "posted_at", "sent_at", "delivered_at", "bounced_at", "status")
KEPT_FORM = ("path", "fields", "kept_at")
ALERT = ("firm", "kind", "created_at", "read_at")
DEVICE = ("created_at", "ip", "last_seen_at", "user_agent")
DEED = ("at", "verb", "subject_type", "subject_id", "firm", "company")

NO_HEADINGS: Mapping[str, Any] = {}
# What allauth's columns are called here, which have no names for people.
HEADINGS = {
    "created_at": gettext_lazy("opprettet"),
    "ip": gettext_lazy("IP-adresse"),
    "last_seen_at": gettext_lazy("sist brukt"),
    "last_used_at": gettext_lazy("sist brukt"),
    "type": gettext_lazy("slag"),
    "user_agent": gettext_lazy("nettleser"),
}


@transaction.atomic
def export_person(*, email: str, by: User | None = None, clock: Clock = database_clock) -> bytes:
    """The archive of `make_archive` as somebody else hands it out: `by` a platform administrator, or None for a
    command.
    """
    user = User.objects.filter(email=find_form(email)).first()
    if user is not None:
        record_event(subject=user, verb="export", by=by, at=clock())
    return make_archive(email)


def make_archive(email: str) -> bytes:
    """A ZIP file with `opplysninger.json`, in the person's language, and the mails whose text is still kept."""
    email = find_form(email)
    user = User.objects.filter(email=email).first()
    file = io.BytesIO()
    with translation.override(user.language if user else User.Language.NORWEGIAN):
        told = collect(email)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("opplysninger.json", text)
        for mail in readable_mails(email).iterator():
            archive.writestr(f"e-post/{mail.pk}.eml", bytes(mail.message))
    return file.getvalue()


def collect(email: str) -> dict[str, Any]:
    """The person's rows by kind, their columns named as on the pages; kinds without rows are there too."""
    email = find_form(email)
    user = User.objects.filter(email=email).first()
    places = CompanyUser.objects.filter(of_person(user, email)).select_related("company").order_by("pk")
    requests = Activation.objects.select_related("firm", "company", "service").order_by("pk")
    receipts = Receipt.objects.filter(of_person(user, email, by="activation__decided_by", address="approver_email"))
    return {
        _("Person"): describe_all(User.objects.filter(email=email), PERSON),
        _("Innlogging"): describe_sign_in(user),
        _("Plasser i byråer"): describe_all(own(Employee, "user", user).select_related("firm"), EMPLOYMENT),
        _("Lagrede visninger"): describe_all(own(SavedView, "owner__user", user), ("list", "name", "query")),
        _("Plasser i selskaper"): [describe_place(place) for place in places],
        _("Invitasjoner"): describe_all(
            Invitation.objects.filter(email=email).with_everything().order_by("pk"), INVITED
        ),
        _("Forespørsler sendt til deg"): describe_all(requests.filter(contact_email=email), RECEIVED),
        _("Forespørsler du fikk ved en feil"): describe_all(
            ReplacedLink.objects.filter(disowned_email=email).select_related("firm").order_by("pk"), DISOWNED
        ),
        _("Forespørsler du har avgjort"): describe_all(
            requests.filter(decided_by=user) if user else requests.none(), DECIDED
        ),
        _("Godkjenningsbevis"): describe_all(receipts.order_by("number"), RECEIPT),
        _("Foreslått som mottaker"): describe_all(
            ForwardProposal.objects.filter(email=email).select_related("firm").order_by("pk"), PROPOSED
        ),
        _("Forespørsler du har sendt videre"): describe_all(
            Forwarding.objects.filter(email=email).select_related("firm").order_by("pk"), SENT_ON
        ),
        _("Mottakere du har foreslått"): describe_all(
            ForwardProposal.objects.filter(proposed_by_email=email).select_related("firm").order_by("pk"),
            PROPOSAL,
        ),
        _("Kontakt hos byråers kunder"): describe_all(
            Contact.objects.filter(email=email).select_related("firm").order_by("pk"), CONTACT
        ),
        _("Kunder med adressen din"): describe_all(
            Client.objects.filter(email=email).select_related("firm").order_by("pk"), CLIENT
        ),
        _("Filer med kunder der adressen din står"): describe_import_rows(email),
        _("E-poster til deg"): describe_all(Email.objects.filter(to=email).order_by("pk"), MAIL),
        _("Skjemaer som venter på deg"): describe_all(own(KeptForm, "user", user), KEPT_FORM),
        _("Varsler"): describe_all(own(Alert, "user", user).select_related("firm"), ALERT),
        _("Det du har gjort"): describe_all(own(Event, "by", user).select_related("firm", "company"), DEED),
    }


def of_person(user: User | None, email: str, *, by: str = "user", address: str = "email") -> models.Q:
    """The condition of rows under the person's sign-in or address."""
    spellings = (email, shown_address(email))  # a receipt keeps the one that was signed
    mine = models.Q(**{f"{address}__in": spellings})
    return mine | models.Q(**{by: user}) if user else mine


def own(model: type[models.Model], column: str, user: User | None) -> models.QuerySet:
    """The rows that name the user; none for an address without a user."""
    rows = model._default_manager.order_by("pk")
    return rows.filter(**{column: user}) if user else rows.none()


def describe_all(
    rows: Iterable[models.Model], columns: tuple[str, ...], headings: Mapping[str, Any] = NO_HEADINGS
) -> list[dict[str, Any]]:
    return [describe(row, columns, headings) for row in rows]


def describe(row: models.Model, columns: tuple[str, ...], headings: Mapping[str, Any] = NO_HEADINGS) -> dict[str, Any]:
    """The row's columns by `headings`, or by their names on the pages.

    A choice is written in words, another row by its name.
    """
    told = {}
    for name in columns:
        column = row._meta.get_field(name)
        assert isinstance(column, models.Field)
        value = getattr(row, name)
        if column.choices and value:
            value = str(getattr(row, f"get_{name}_display")())
        elif column.is_relation:
            value = str(value) if value else None
        elif isinstance(column, models.EmailField):
            value = shown_address(value)
        told[capfirst(str(headings.get(name, column.verbose_name)))] = value
    return told


def describe_place(place: CompanyUser) -> dict[str, Any]:
    opens = place.service_accesses.select_related("subscription__service").order_by("pk")
    return describe(place, COMPANY_PLACE) | {
        _("Tjenester"): [{_("Tjeneste"): str(row.subscription.service), _("Siden"): row.given_at} for row in opens]
    }


def describe_sign_in(user: User | None) -> dict[str, list]:
    """The person's addresses, second factors and devices, never a secret."""
    return {
        _("Adresser"): describe_all(own(EmailAddress, "user", user), ("email", "verified", "primary")),
        _("To-trinn"): describe_all(own(Authenticator, "user", user), ("type", "created_at", "last_used_at"), HEADINGS),
        _("Enheter"): describe_all(own(UserSession, "user", user), DEVICE, HEADINGS),
    }


def readable_mails(email: str) -> models.QuerySet[Email]:
    """The mails whose text may be handed out: without a code or link that still works, and not about a firm's
    clients.
    """
    mails = Email.objects.filter(to=email, secret="").exclude(message=b"").order_by("pk")
    return mails.exclude(kind__in=MAILS_ABOUT_CLIENTS)
