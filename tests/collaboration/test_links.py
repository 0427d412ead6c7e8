"""The link: made with a key that can be changed; the one that was mailed last is the one that works."""

from datetime import timedelta

import pytest

from collaboration import actions, links
from collaboration.actions.reminders.send_due_reminders import send_due_reminders
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


def token_of(activation) -> str:
    return links.make_token(activation.pk, activation.link_version)


@pytest.fixture
def old_token(known, kari, sent, settings):
    """The link that was mailed before the key was changed."""
    activation = sent(known.client, by=kari)
    token = token_of(activation)
    assert links.find_by_token(token) == activation
    settings.LINK_KEY = "a-new-key-that-nobody-has-seen"
    return activation, token


def test_a_link_made_with_the_former_key_leads_nowhere(old_token):
    _activation, token = old_token

    assert links.find_by_token(token) is None


@pytest.mark.parametrize("mail_again", ["resend", "request", "remind"])
def test_what_is_mailed_after_the_key_was_changed_works(mail_again, old_token, kari):
    activation, old = old_token
    later = NOON + timedelta(days=7)

    match mail_again:
        case "resend":
            actions.resend_activation(activation=activation, by=kari, clock=lambda: later)
        case "request":
            assert actions.request_new_link(address=activation.contact_email, clock=lambda: later) == 1
        case "remind":
            assert send_due_reminders(clock=lambda: later) == 1

    assert links.find_by_token(token_of(activation)) == activation
    assert links.find_by_token(old) is None
