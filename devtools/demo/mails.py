"""A sample of every kind of mail, made of the demo's rows as they are now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from allauth.account.adapter import get_adapter
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext

from agreements.models import Collaboration
from agreements.telling import alerts as agreement_alerts
from agreements.telling import emails as agreement_emails
from bulk import alerts as bulk_alerts
from bulk.models import BulkRun
from clients.models import Client
from collaboration import actions, alerts, emails
from collaboration.client_alerts import client_changed
from collaboration.models import Activation, ForwardProposal
from collaboration.offer.offers import make_offer
from collaboration.register_changes import Change
from commitments.models import Receipt
from devtools.demo import agreement_mails, invitation_mails
from devtools.demo.caught_mails import Mail, caught_files, read_file, read_mail
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed
from notifications.models import Alert, Email
from organisations.models import CompanyUser, Employee

TEMPLATES = settings.BASE_DIR / "templates"
MAILS_WITH_KEY = ("email_confirmation", "email_confirmation_signup", "password_reset_key")
MAILS_WITH_CODE = ("login_code", "reauthentication_code")


@dataclass(frozen=True)
class Sample:
    """How to post one mail of a kind from the demo's rows; where it goes to both sides, the firm's or the other."""

    name: str
    kind: str
    post: Callable[[], object]
    to_firm: bool | None = None


def sent_in(scenario: str) -> Callable[[], object]:
    def post() -> object:
        waiting = Activation.objects.with_everything().filter(scenario=scenario, company__isnull=False)
        return emails.activation_sent(without_mails(waiting.exclude(status="draft").latest("requested_at")))

    return post


def reminded_by(kind: str) -> Callable[[], object]:
    def post() -> object:
        waiting = Activation.objects.with_everything().filter(status="pending", reminders__kind=kind)
        activation = without_mails(waiting.latest("requested_at"))
        reminder = activation.reminders.filter(kind=kind).latest("due_at")
        activation.link_mailed_at = reminder.due_at
        return emails.activation_reminder(activation, reminder)

    return post


def expiring() -> object:
    waiting = Activation.objects.with_everything().filter(status="pending")
    return alerts.activation_expiring(without_mails(waiting.latest("requested_at")), at=database_clock())


def bounced() -> object:
    waiting = Activation.objects.with_everything().filter(status="pending")
    activation = without_mails(waiting.latest("requested_at"))
    return alerts.activation_bounced(activation, "550 5.1.1 Ukjent mottaker")


def disowned() -> object:
    waiting = Activation.objects.with_everything().filter(status="pending")
    activation = without_mails(waiting.latest("requested_at"))
    activation.disowned_at = database_clock()
    return alerts.activation_disowned(activation)


def undelivered() -> object:
    waiting = Activation.objects.with_everything().filter(status="pending")
    activation = without_mails(waiting.latest("requested_at"))
    return alerts.activation_undelivered(activation, "451 4.3.0 Prøv igjen senere")


def alert_digest() -> object:
    """All that the busiest person of the demo was ever told, as if it had waited for this morning."""
    busiest = Alert.objects.values("user", "firm").annotate(count=Count("pk")).order_by("-count", "user").first()
    if busiest is None:
        raise Activation.DoesNotExist
    employee = Employee.objects.select_related("firm", "user").get(user=busiest["user"], firm=busiest["firm"])
    return alerts.post_digest(employee, list(alerts.alerts_of(employee)[:12]), on=date.min)


def told_of_client(code: str, now: str = "") -> object:
    """What the night finds in the register of enterprises about the firm's first client."""
    client = Client.objects.filter(is_active=True, org_number__isnull=False).select_related("firm").earliest("pk")
    Alert.objects.filter(subject_type=client._meta.label_lower, subject_id=client.pk).delete()
    Email.objects.about(client).delete()
    Employee.objects.filter(firm=client.firm).update(alert_emails=Employee.AlertEmails.AT_ONCE)
    return client_changed(client, Change(code, now), at=database_clock())


def waiting_in(scenario: str) -> Activation:
    waiting = Activation.objects.with_everything().filter(scenario=scenario, company__isnull=False)
    return without_mails(waiting.exclude(status="draft").latest("requested_at"))


def forwarded() -> object:
    """Sent on by the one who had it, with a word, and by the deed itself."""
    return actions.forward_activation(
        activation=(activation := waiting_in("known")), by=None, name="Eva Ås", email="eva@aasblomster.example",
        message="Hei Eva. Kan du svare på denne? Jeg har snakket med byrået.", link_version=activation.link_version,
    )  # fmt: skip


def forward_code() -> object:
    return emails.forward_code(waiting_in("known"), "482916", at=database_clock())


def forward_proposed() -> object:
    activation = waiting_in("new")
    ForwardProposal.objects.filter(activation=activation, answered_at=None).delete()
    ForwardProposal.objects.create(
        firm=activation.firm, activation=activation, name="Line Berg", email="line@aerligbakeri.example",
        phone="90 00 00 00", proposed_at=database_clock(),
    )  # fmt: skip
    return alerts.forward_proposed(activation)


def decided(status: str) -> Activation:
    return without_mails(Activation.objects.with_everything().filter(status=status).latest("decided_at"))


def without_mails(activation: Activation) -> Activation:
    """A kind is posted once for a request; the sample's transaction, which is rolled back, makes room for another.

    Who wants alerts together gets them one by one here.
    """
    Email.objects.about(activation).delete()
    Alert.objects.filter(subject_type=activation._meta.label_lower, subject_id=activation.pk).delete()
    Employee.objects.filter(firm=activation.firm).update(alert_emails=Employee.AlertEmails.AT_ONCE)
    return activation


def approved() -> object:
    return alerts.activation_approved(decided("approved"))


def approval_receipt() -> object:
    activation = decided("approved")
    receipt = Receipt.objects.get(activation=activation)
    return emails.approval_receipt(activation, make_offer(activation, today=oslo_date(receipt.created_at)), receipt)


def declined_receipt() -> object:
    return emails.decline_receipt(decided("declined"))


def ended() -> Collaboration:
    """An active collaboration, as if the company's administrator had ended it just now."""
    collaboration = Collaboration.objects.active().with_everything().latest("started_on", "pk")
    without_mails(collaboration.activation)
    collaboration.ended_at, collaboration.ended_by = database_clock(), collaboration.activation.decided_by
    return collaboration


def end_receipt(side: type[CompanyUser] | type[Employee]) -> Callable[[], object]:
    def post() -> object:
        collaboration = ended()
        if side is Employee:
            return agreement_emails.end_receipt(collaboration, collaboration.task.owner)
        return agreement_emails.end_receipt(
            collaboration, CompanyUser.objects.get(company=collaboration.company, user=collaboration.ended_by)
        )

    return post


def account_mail(prefix: str) -> Callable[[], object]:
    """As allauth asks for it: a code or a key, and the address that it makes part of."""
    key = {"key": "prove-7f3c"} if prefix in MAILS_WITH_KEY else {}
    code = {"code": "KJ4-7XP"} if prefix in MAILS_WITH_CODE else {}
    url = f"{settings.BASE_URL}/konto/prove-7f3c/"
    context = {"password_reset_url": url, "activate_url": url, "has_invitation": True, **key, **code}

    def post() -> object:
        folder = next(TEMPLATES.glob(f"*/email/{prefix}_subject.txt")).parent.relative_to(TEMPLATES)
        return get_adapter().send_mail(f"{folder}/{prefix}", "line@aerligbakeri.example", context)

    return post


def to_both(kind: str, post: Callable[[], object]) -> tuple[Sample, Sample]:
    return Sample(f"{kind}-company", kind, post, False), Sample(f"{kind}-firm", kind, post, True)


def run_finished() -> object:
    """A run of the last one who asked. It is never saved."""
    by = Activation.objects.filter(status="pending").latest("requested_at").requested_by
    at = database_clock()
    return bulk_alerts.run_finished(BulkRun(pk=0, firm=by.firm, by=by, deed="activate", finished_at=at))


SAMPLES = (
    Sample("activation_sent-1", "activation_sent", sent_in("subscribed")),
    Sample("activation_sent-2", "activation_sent", sent_in("known")),
    Sample("activation_sent-3", "activation_sent", sent_in("new")),
    Sample("activation_sent-forwarded", "activation_sent", forwarded),
    Sample("activation_reminder", "activation_reminder", reminded_by("reminder")),
    Sample("activation_last_warning", "activation_last_warning", reminded_by("last_warning")),
    Sample("activation_expiring", "activation_expiring", expiring),
    Sample("activation_bounced", "activation_bounced", bounced),
    Sample("activation_disowned", "activation_disowned", disowned),
    Sample("activation_undelivered", "activation_undelivered", undelivered),
    Sample("activation_approved", "activation_approved", approved),
    Sample("activation_declined", "activation_declined", lambda: alerts.activation_declined(decided("declined"))),
    Sample("activation_expired", "activation_expired", lambda: alerts.activation_expired(decided("expired"))),
    Sample("client_ended", "client_ended", lambda: told_of_client("bankrupt")),
    Sample("client_changed", "client_changed", lambda: told_of_client("renamed", "Nordlys Bakeri AS")),
    Sample("bulk_run_finished", "bulk_run_finished", run_finished),
    Sample("alert_digest", "alert_digest", alert_digest),
    Sample("forward_code", "forward_code", forward_code),
    Sample("forward_proposed", "forward_proposed", forward_proposed),
    Sample("approval_receipt", "approval_receipt", approval_receipt),
    Sample("decline_receipt", "decline_receipt", declined_receipt),
    Sample("collaboration_ended", "collaboration_ended", lambda: agreement_alerts.collaboration_ended(ended())),
    Sample(
        "collaboration_ended_by_firm",
        "collaboration_ended_by_firm",
        lambda: agreement_emails.collaboration_ended_by_firm(ended()),
    ),
    Sample("end_receipt-company", "end_receipt", end_receipt(CompanyUser)),
    Sample("end_receipt-firm", "end_receipt", end_receipt(Employee)),
    Sample("invitation-firm", "invitation", invitation_mails.invitation_to_a_firm),
    Sample("invitation-company", "invitation", invitation_mails.invitation_to_a_company),
    Sample("invitation_refused", "invitation_refused", invitation_mails.invitation_to_a_wrong_person),
    Sample("company_settled-administrator", "company_settled", invitation_mails.settled_for_the_administrator),
    Sample("company_settled-another", "company_settled", invitation_mails.settled_for_another),
    Sample("change_proposed-company", "change_proposed", agreement_mails.propose_to_the_company, False),
    Sample("change_proposed-leaves", "change_proposed", agreement_mails.leave_the_company_to_pay, False),
    Sample("change_proposed-firm", "change_proposed", agreement_mails.propose_to_the_firm, True),
    Sample("change_settled-company", "change_settled", agreement_mails.take_back_from_the_company, False),
    Sample("change_settled-firm", "change_settled", agreement_mails.answer_the_firm, True),
    *to_both("subscription_cancelled", agreement_mails.cancel),
    *to_both("subscription_resumed", agreement_mails.resume),
    *to_both("subscription_ended", agreement_mails.finish),
    Sample("renewal_notice-company", "renewal_notice", partial(agreement_mails.notice, firm=False), False),
    Sample("renewal_notice-firm", "renewal_notice", partial(agreement_mails.notice, firm=True), True),
    Sample("end_planned", "end_planned", agreement_mails.plan_end),
    Sample("collaboration_ended_as_planned", "collaboration_ended_as_planned", agreement_mails.end_as_planned),
    Sample("access_notice", "access_notice", agreement_mails.change_access),
    Sample("order_receipt", "order_receipt", agreement_mails.order),
)


def account_samples() -> tuple[Sample, ...]:
    """One for each mail about signing in that has a template of ours."""
    prefixes = sorted(file.name.removesuffix("_subject.txt") for file in TEMPLATES.glob("*/email/*_subject.txt"))
    return tuple(Sample(f"account_{prefix}", f"account_{prefix}", account_mail(prefix)) for prefix in prefixes)


def all_samples() -> tuple[Sample, ...]:
    return SAMPLES + account_samples()


def mail_kinds() -> set[str]:
    """Every kind that has templates."""
    return {folder.name for folder in TEMPLATES.glob("emails/*/") if folder.is_dir()} | {
        sample.kind for sample in account_samples()
    }


@dataclass(frozen=True)
class LeftOut:
    """A sample that cannot be made of the demo's rows as they are now, and why."""

    name: str
    reason: str


def render_sample(sample: Sample) -> Mail | LeftOut:
    """Post the mail in a transaction that is rolled back, and read what was posted."""
    with transaction.atomic():
        before = database_clock()
        try:
            sample.post()
            row = find_posted(sample, before)
        except ObjectDoesNotExist as missing:
            return LeftOut(sample.name, what_is_missing(missing))
        except NotAllowed as refusal:
            return LeftOut(sample.name, refusal.sentence)
        finally:
            transaction.set_rollback(True)
    return read_mail(bytes(row.message), name=sample.name, kind=sample.kind)


def what_is_missing(missing: ObjectDoesNotExist) -> str:
    model = next(model for model in apps.get_models() if isinstance(missing, getattr(model, "DoesNotExist", ())))
    return gettext("Demoen har ingen rad som passer nå (%(kind)s).") % {"kind": model._meta.verbose_name}


def find_posted(sample: Sample, since: datetime) -> Email:
    """The mail that the deed wrote. Raises Email.DoesNotExist when it told nobody of that side."""
    posted = Email.objects.filter(posted_at__gte=since, kind=sample.kind)
    if sample.to_firm is not None:
        posted = posted.filter(firm__isnull=not sample.to_firm)
    return posted.latest("pk")


def render_samples() -> tuple[list[Mail], list[LeftOut]]:
    """Those that can be made now, and those that cannot."""
    rendered = [render_sample(sample) for sample in all_samples()]
    mails = [found for found in rendered if isinstance(found, Mail)]
    return mails, [found for found in rendered if isinstance(found, LeftOut)]


def find_mail(name: str) -> Mail | LeftOut | None:
    """A sample or a caught mail, by the name in its address."""
    sample = next((sample for sample in all_samples() if sample.name == name), None)
    if sample:
        return render_sample(sample)
    file = next((file for file in caught_files() if file.stem == name), None)
    return read_file(file) if file else None
