"""Prøv igjen: a mail that was given up goes back in the queue."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from collaboration import actions
from ground.refusals import NotAllowed
from history.models import Event
from notifications import delivery, outbox
from notifications.actions import retry_email
from notifications.models import Email
from tests import factories

pytestmark = pytest.mark.django_db


def post(*, status: str = "dead", text: str = "Se http://localhost/i/abc/", secret: str = "", firm=None) -> Email:
    message = EmailMultiAlternatives("Hei", text, to=["per@orstaror.example"])
    row = outbox.post_message(message, kind="hei", secret=secret, firm=firm)
    Email.objects.filter(pk=row.pk).update(
        status=status, attempts=8, last_error="550 nei", bounced_at=row.posted_at, **delivery.without_secret(row)
    )
    return Email.objects.get(pk=row.pk)


@pytest.fixture
def invitation(known, kari, sent):
    """A request that could not be handed over in two days, as after a long outage."""
    sent(known.client, by=kari)
    row = Email.objects.get(kind="activation_sent")
    Email.objects.update(status="sending", lease_until=row.posted_at, attempts=8)
    delivery.give_up(Email.objects.get(), "451 senere")
    return Email.objects.get()


@pytest.fixture
def signed_in(sign_in):
    return sign_in(factories.UserFactory(email="admin@byra.example", is_staff=True, is_superuser=True))


def test_a_dead_mail_is_queued_with_all_its_attempts(fjord, clock):
    by = factories.UserFactory()

    email = retry_email(email=post(firm=fjord), by=by, clock=clock)

    email.refresh_from_db()
    assert (email.status, email.attempts, email.last_error, email.bounced_at) == ("queued", 0, "", None)
    assert email.next_attempt_at == clock()
    event = Event.objects.about(email).get()
    assert (event.verb, event.by) == ("retry", by)


def test_a_worker_is_woken_after_commit(monkeypatch, django_capture_on_commit_callbacks):
    email, woken = post(), []
    monkeypatch.setattr("notifications.outbox.wake_worker", lambda: woken.append(1))

    with django_capture_on_commit_callbacks(execute=True):
        retry_email(email=email)
        assert woken == []

    assert woken == [1]


@pytest.mark.parametrize("status", ["queued", "sent", "cancelled"])
def test_only_a_dead_mail_is_tried_again(status):
    email = post(status="dead")
    Email.objects.filter(pk=email.pk).update(status=status, sent_at=email.posted_at)

    with pytest.raises(NotAllowed, match="ikke noe å prøve igjen"):
        retry_email(email=email)


def test_a_mail_whose_link_was_blanked_stays_dead():
    email = post(secret="abc")

    with pytest.raises(NotAllowed, match="tok ikke imot e-posten, og lenken i den er slettet"):
        retry_email(email=email)

    email.refresh_from_db()
    assert email.status == "dead"


def test_what_somebody_has_written_is_not_taken_for_a_blanked_link():
    email = retry_email(email=post(text="Vi ringes … snart"))

    assert email.status == "queued"


def test_an_invitation_goes_with_its_link_after_a_long_outage(invitation, mailoutbox):
    link = invitation.secret

    retry_email(email=invitation)
    delivery.deliver_due_emails()

    invitation.refresh_from_db()
    assert (invitation.status, invitation.secret, invitation.is_blanked) == ("sent", "", True)
    assert [f"/i/{link}/" in message.body for message in mailoutbox] == [True]


@pytest.mark.parametrize("deed", ["approve", "decline", "withdraw", "expire", "resend", "correct_address"])
def test_a_link_that_leads_nowhere_or_has_gone_again_is_not_sent(deed, invitation, known, kari, approve, clock):
    request = known.client.activations.get()
    deeds = {
        "approve": lambda: approve(request, by=known.administrator),
        "decline": lambda: actions.decline_activation(
            activation=request, by=known.administrator, reason="other", clock=clock
        ),
        "withdraw": lambda: actions.withdraw_activation(activation=request, by=kari, clock=clock),
        "expire": lambda: actions.expire_activations(clock=lambda: request.expires_at),
        "resend": lambda: actions.resend_activation(
            activation=request, by=kari, clock=lambda: request.link_mailed_at.replace(hour=23)
        ),
        "correct_address": lambda: actions.correct_address(
            activation=request, by=kari, name="Per", email="rett@orstaror.example", link_version=1,
            clock=lambda: request.link_mailed_at.replace(hour=23),
        ),
    }  # fmt: skip

    deeds[deed]()

    with pytest.raises(NotAllowed, match="gjelder ikke lenger"):
        retry_email(email=invitation)
    invitation.refresh_from_db()
    assert (invitation.status, invitation.secret) == ("dead", "")


def test_the_button_tells_the_outcome_of_each(signed_in):
    dead, blanked = post(), post(secret="abc")
    answers = {"action": "retry", "_selected_action": [dead.pk, blanked.pk]}

    response = signed_in.post(reverse("admin:notifications_email_changelist"), answers, follow=True)

    told = sorted(str(message) for message in response.context["messages"])
    assert told == [
        "E-posten til per@orstaror.example er i kø igjen.",
        "E-posten til per@orstaror.example: Mottakeren tok ikke imot e-posten, og lenken i den er slettet. "
        "Rett adressen på forespørselens side.",
    ]


def test_the_page_of_a_mail_does_not_show_what_it_says(signed_in):
    email = post()

    response = signed_in.get(reverse("admin:notifications_email_change", args=[email.pk]))

    assert "/i/abc/" not in response.content.decode()


@pytest.mark.parametrize("typed", ["orstaror", "Hei", "hei:"])
def test_mails_are_found_by_receiver_subject_and_key(typed, signed_in):
    post()

    response = signed_in.get(reverse("admin:notifications_email_changelist"), {"q": typed})

    assert response.context["cl"].result_count == 1
