"""One mailbox is one person, from the invitation to the bounce: for any text that the form takes."""

import email
import re
from email.policy import default as default_policy

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from ground.clock import database_clock
from ground.mail_addresses import address_form, shown_address
from my_services.people.forms import InvitationForm
from notifications.models import Email
from notifications.tracking import record_delivery
from organisations.actions.invitations import accept_invitation_with_password, invite_company_user
from organisations.models import Invitation, User
from tests.addresses import ONE_MAILBOX, STRANGE_ADDRESSES, real_addresses, typed_addresses
from tests.walls.crawl import rolled_back

pytestmark = pytest.mark.django_db

PASSWORD = "kjøttkaker og brun saus"
any_text = st.one_of(
    real_addresses(), real_addresses(), st.sampled_from(STRANGE_ADDRESSES), typed_addresses(), st.text()
)
with_the_database = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25)


def taken_by_the_form(typed: str) -> str | None:
    form = InvitationForm({"name": "Nina Ås", "email": typed, "role": "user"})
    return form.cleaned_data["email"] if form.is_valid() else None


@with_the_database
@given(any_text, st.sampled_from([str, str.upper, shown_address]))
@example("nina@ås.example", str.upper)
@example("eva\u200b@aasblomster.example", str)
def test_what_is_mailed_stored_signed_in_with_and_bounced_is_one_address(known, typed, told_as):
    address = taken_by_the_form(typed)
    assume(address)
    with rolled_back():
        invitation = invite_company_user(
            company=known.company, by=known.administrator, email=typed, name="Nina Ås", role="user"
        )
        mail = Email.objects.get(kind="invitation")
        place = accept_invitation_with_password(invitation=invitation, password=PASSWORD)
        browser = Browser()
        browser.post("/konto/login/", {"login": typed, "password": PASSWORD})
        bounce = record_delivery(
            message_id=mail.message_id, event_id="1", type="bounced", at=database_clock(), recipient=told_as(address)
        )

        header = email.message_from_bytes(bytes(mail.message), policy=default_policy)["To"]
        person = User.objects.get(pk=browser.session["_auth_user_id"])
        assert {address, mail.to, str(header), invitation.email, place.email, person.email} == {address_form(typed)}
        assert person == place.user
        assert bounce == mail


@with_the_database
@given(any_text)
def test_an_employees_own_mailbox_is_never_the_customers(known, kari, sent, typed):
    """However it is spelt: the one who asks would answer."""
    address = taken_by_the_form(typed)
    assume(address)
    with rolled_back():
        User.objects.filter(pk=kari.user_id).update(email=address)
        form = {"name": "Per Rør", "email": typed, "phone": "", "link_version": 1}
        kari.user.refresh_from_db()
        activation = sent(known.client, by=kari)
        browser = Browser()
        browser.force_login(kari.user)
        page = f"/kunder/{known.client.number}/samarbeid/{activation.service.code}/rett-adressen/"

        answer = browser.post(page, {**form, "_firm": kari.firm_id})

        assert "tilhører en medarbeider i byrået" in answer.content.decode()
        activation.refresh_from_db()
        assert activation.contact_email == "per@orstaror.example"


@pytest.mark.parametrize("typed", ONE_MAILBOX, ids=ascii)
def test_nobody_is_invited_twice_by_two_spellings(typed, known, sign_in):
    browser = sign_in(known.administrator)
    place = {"_company": known.company.pk, "name": "Nina Ås", "role": "user"}
    browser.post("/mine-tjenester/brukere/inviter/", {**place, "email": ONE_MAILBOX[0]})

    answer = browser.post("/mine-tjenester/brukere/inviter/", {**place, "email": typed})

    assert re.search("Adressen er allerede invitert", answer.content.decode())
    assert Invitation.objects.count() == 1
