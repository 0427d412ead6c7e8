"""forward, and the answer to what it proposes: the receiver's side names the right person."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from collaboration import actions, emails, links
from collaboration.models import Activation, ForwardProposal, Reminder, ReplacedLink
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from organisations.models import CompanyUser
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db

ANNE = {"name": "Anne Vik", "email": "Anne@orstaror.example"}


@pytest.fixture
def forward(clock):
    def forwarded(activation, *, by=None, at=None, **fields):
        fields = {**ANNE, "link_version": activation.link_version, **fields}
        return actions.forward_activation(activation=activation, by=by, clock=lambda: at or clock(), **fields)

    return forwarded


@pytest.fixture
def answer(kari, clock):
    def answered(proposal, accept, *, by=kari, at=None):
        return actions.answer_forward_proposal(proposal=proposal, by=by, accept=accept, clock=lambda: at or clock())

    return answered


def mails():
    return list(Email.objects.order_by("pk").values_list("kind", "to", "status"))


def verbs(activation):
    return [event.verb for event in Event.objects.about(activation)]


# --- Scenario 1 and 2


@pytest.mark.parametrize("scenario", ["subscribed", "known"])
@pytest.mark.parametrize("role", [CompanyUser.Role.ADMINISTRATOR, CompanyUser.Role.USER])
def test_a_user_of_the_company_sends_it_on_by_mail(role, scenario, request, kari, sent, forward):
    customer = request.getfixturevalue(scenario)
    person = factories.CompanyUserFactory(company=customer.company, role=role)
    activation = sent(customer.client, by=kari)
    old_address, waiting = activation.contact_email, Reminder.objects.waiting().count()

    proposal = forward(activation, by=person)

    activation.refresh_from_db()
    assert proposal is None
    assert (activation.contact_email, activation.link_version, activation.status) == (
        "anne@orstaror.example", 2, "pending",
    )  # fmt: skip
    assert mails() == [
        ("activation_sent", old_address, "cancelled"),
        ("activation_sent", "anne@orstaror.example", "queued"),
    ]
    assert links.find_replaced(links.make_token(activation.pk, 1)) == activation
    assert verbs(activation) == ["send", "forward"]
    assert Reminder.objects.waiting().count() == waiting


def test_who_has_proved_the_recorded_address_sends_it_on_too(known, kari, sent, forward):
    activation = sent(known.client, by=kari)

    forward(activation)

    assert Activation.objects.get().contact_email == "anne@orstaror.example"
    assert Event.objects.about(activation).last().by is None


def mail_to(address) -> tuple[str, str]:
    row = Email.objects.filter(to=address).exclude(kind="activation_approved").latest("pk")
    parsed = message_from_bytes(bytes(row.message), policy=default)
    return parsed.get_body(("plain",)).get_content(), parsed.get_body(("html",)).get_content()


def test_the_mail_says_who_sent_it_on_and_what_that_person_wrote(known, kari, sent, forward):
    activation = sent(known.client, by=kari)
    words = "Hei Anne.\nKan du svare? Se https://evil.no\n\u202eog <b>skriv</b> til x@evil.no"

    forward(activation, by=known.administrator, message=words)

    text, marked_up = mail_to("anne@orstaror.example")
    lines = text.replace("\r\n", "\n")
    assert "Videresendt av Per Rør.\n> Hei Anne.\n> Kan du svare? Se https: //evil. no\n> og <b>" in lines
    assert "Hei Anne.<br>Kan du svare? Se https: //evil. no<br>og &lt;b&gt;skriv&lt;/b&gt; til x@evil. no" in marked_up
    assert "Adressen din fikk vi av" not in text
    forwarding = activation.forwardings.get()
    assert (forwarding.name, forwarding.email, forwarding.link_version) == ("Per Rør", "per@orstaror.example", 2)


def test_so_do_the_reminders_until_somebody_else_gets_it(known, kari, sent, forward, clock):
    activation = sent(known.client, by=kari)
    forward(activation, message="Kan du svare?")
    reminder = Reminder.objects.filter(kind="reminder", sent_at=None, cancelled_at=None).earliest("due_at")
    emails.activation_reminder(Activation.objects.with_everything().get(), reminder)
    reminded = mail_to("anne@orstaror.example")[0]

    actions.correct_address(
        activation=activation, by=kari, name="Ida Li", email="ida@orstaror.example", link_version=2, clock=clock
    )

    assert "Videresendt av Per Rør." in reminded
    assert "Videresendt" not in mail_to("ida@orstaror.example")[0]
    assert "Adressen din fikk vi av Fjord Regnskap AS." in mail_to("ida@orstaror.example")[0]


@pytest.mark.parametrize("words", ["x" * 301, "\n".join("abcdefg")])
def test_a_message_is_no_letter(words, known, kari, sent, forward):
    with pytest.raises(NotAllowed, match="høyst 300 tegn og 6 linjer"):
        forward(sent(known.client, by=kari), message=words)

    assert len(mails()) == 1


def test_of_a_message_only_what_is_seen_is_kept(known, kari, sent, forward):
    activation = sent(known.client, by=kari)

    forward(activation, message="\u200b\r\n Ja.\u202e \n\n")

    assert activation.forwardings.get().message == "Ja."


def test_what_was_proposed_for_a_new_company_goes_along_once_the_firm_says_yes(new, kari, sent, forward, answer):
    activation = sent(new.client, by=kari)

    proposal = forward(activation, message="Kan du ta denne?")

    assert (proposal.proposed_by_name, proposal.proposed_by_email) == ("Eva Ås", "eva@aasblomster.example")
    assert not activation.forwardings.exists()
    answer(proposal, True)
    text = mail_to("anne@orstaror.example")[0].replace("\r\n", "\n")
    assert "Videresendt av Eva Ås.\n> Kan du ta denne?\n" in text


def test_an_auditor_another_companys_and_a_former_user_cannot(known, kari, sent, forward, clock):
    activation = sent(known.client, by=kari)
    people = [
        factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.AUDITOR),
        factories.CompanyUserFactory(),
        factories.CompanyUserFactory(company=known.company, deactivated_at=clock()),
    ]

    for person in people:
        with pytest.raises(NotAllowed):
            forward(activation, by=person)

    assert len(mails()) == 1


def test_it_never_goes_to_the_firms_own_people(known, kari, sent, forward):
    with pytest.raises(NotAllowed, match="medarbeider"):
        forward(sent(known.client, by=kari), email="kari@fjordregnskap.example")


def test_it_goes_neither_to_where_it_is_nor_to_who_sends_it_on(subscribed, known, kari, sent, forward):
    activation = sent(known.client, by=kari)
    person = factories.CompanyUserFactory(company=known.company)

    for by in (None, person):
        with pytest.raises(NotAllowed, match="allerede sendt til denne adressen"):
            forward(activation, by=by, email=activation.contact_email)
    with pytest.raises(NotAllowed, match="din egen adresse"):
        forward(activation, by=person, email=person.user.email.title())

    assert len(mails()) == 1


def test_a_page_from_before_the_last_change_is_stale(known, kari, sent, forward):
    activation = sent(known.client, by=kari)
    forward(activation)

    with pytest.raises(actions.PageIsStale):
        forward(activation, email="enda-en@orstaror.example")


def test_what_is_answered_or_over_is_not_sent_on(known, subscribed, kari, sent, approve, forward):
    answered, over = sent(known.client, by=kari), sent(subscribed.client, by=kari)
    approve(answered, by=known.administrator)

    with pytest.raises(NotAllowed, match="allerede godkjent"):
        forward(answered)
    with pytest.raises(NotAllowed, match="utløpt"):
        forward(over, at=over.expires_at)


# --- The code


def test_the_code_goes_to_the_recorded_address_and_is_blanked_when_it_is_sent(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    code = actions.issue_forward_code(activation=activation, clock=clock)

    mail = Email.objects.get(kind="forward_code")
    assert (len(code), code.isdecimal(), mail.to, mail.secret) == (6, True, "per@orstaror.example", code)
    assert code in bytes(mail.message).decode()


def test_a_new_code_cancels_the_unsent_one_and_a_new_receiver_both(known, kari, sent, forward, clock):
    activation = sent(known.client, by=kari)
    for minutes in range(2):
        actions.issue_forward_code(activation=activation, clock=lambda late=minutes: clock() + timedelta(minutes=late))
    codes = Email.objects.filter(kind="forward_code").order_by("pk")
    after_the_second = [mail.status for mail in codes]

    forward(activation)

    assert after_the_second == ["cancelled", "queued"]
    assert [mail.status for mail in codes.all()] == ["cancelled", "cancelled"]


def test_a_closed_request_gives_no_code(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    actions.withdraw_activation(activation=activation, by=kari, clock=clock)

    with pytest.raises(NotAllowed, match="trukket tilbake"):
        actions.issue_forward_code(activation=activation, clock=clock)


# --- Scenario 3: a proposal


def test_a_new_customers_receiver_proposes_and_the_one_who_asked_is_told(new, kari, sent, forward):
    activation = sent(new.client, by=kari)

    proposal = forward(activation, phone="91 00 00 00")

    activation.refresh_from_db()
    assert (proposal.name, proposal.email, proposal.phone) == ("Anne Vik", "anne@orstaror.example", "91 00 00 00")
    assert (activation.contact_email, activation.link_version) == ("eva@aasblomster.example", 1)
    assert mails()[-1] == ("forward_proposed", "kari@fjordregnskap.example", "queued")
    assert "anne@orstaror.example" not in set(Email.objects.values_list("to", flat=True))
    assert verbs(activation) == ["send", "propose_forward"]


def test_one_proposal_at_a_time(new, kari, sent, forward):
    activation = sent(new.client, by=kari)
    forward(activation)

    with pytest.raises(NotAllowed, match="allerede fått et forslag"):
        forward(activation, email="enda-en@orstaror.example")

    assert ForwardProposal.objects.count() == 1


def test_yes_sends_the_request_and_the_place_to_the_proposed_person(new, kari, sent, forward, answer):
    activation = sent(new.client, by=kari)
    proposal = forward(activation)

    answer(proposal, True)

    activation.refresh_from_db()
    proposal.refresh_from_db()
    assert (activation.contact_email, activation.link_version) == ("anne@orstaror.example", 2)
    assert (proposal.was_accepted, proposal.answered_by) == (True, kari.user)
    assert CompanyUser.objects.get().email == "anne@orstaror.example"
    assert verbs(activation) == ["send", "propose_forward", "correct_address"]


def test_no_changes_nothing_and_leaves_room_for_another(new, kari, sent, forward, answer):
    activation = sent(new.client, by=kari)
    proposal = forward(activation)

    answer(proposal, False)

    proposal.refresh_from_db()
    assert (proposal.was_accepted, proposal.answered_by) == (False, kari.user)
    assert Activation.objects.get().contact_email == "eva@aasblomster.example"
    assert verbs(activation)[-1] == "dismiss_forward"
    assert forward(activation, email="enda-en@orstaror.example").answered_at is None


def test_an_answered_proposal_is_not_answered_again(new, kari, sent, forward, answer):
    proposal = forward(sent(new.client, by=kari))
    answer(proposal, False)

    with pytest.raises(NotAllowed, match="allerede besvart"):
        answer(proposal, True)


def test_correcting_the_address_answers_the_open_proposal(new, kari, sent, forward, clock):
    activation = sent(new.client, by=kari)
    proposal = forward(activation)

    actions.correct_address(
        activation=activation, by=kari, name="Ida Lie", email="ida@aasblomster.example", link_version=1, clock=clock
    )

    proposal.refresh_from_db()
    assert (proposal.answered_at, proposal.was_accepted) == (clock(), False)


def test_a_proposal_about_a_closed_request_cannot_be_answered(new, kari, nils, sent, forward, answer, clock):
    activation = sent(new.client, by=kari)
    proposal = forward(activation)
    with pytest.raises(NotAllowed):
        answer(proposal, True, by=nils)
    actions.withdraw_activation(activation=activation, by=kari, clock=clock)

    with pytest.raises(NotAllowed, match="trukket tilbake"):
        answer(proposal, True)


@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_once_have_one_outcome(new, kari, sent, forward, answer):
    proposal = forward(sent(new.client, by=kari))

    yes, no = race(lambda: answer(proposal, True), lambda: answer(proposal, False))

    assert sorted(type(result).__name__ for result in (yes, no)) == ["Activation", "NotAllowed"]
    assert ReplacedLink.objects.count() == (1 if isinstance(yes, Activation) else 0)


@pytest.mark.django_db(transaction=True)
def test_two_proposals_at_once_are_one(new, kari, sent, forward):
    activation = sent(new.client, by=kari)

    results = race(*[lambda: forward(activation)] * 2)

    assert sorted(type(result).__name__ for result in results) == ["ForwardProposal", "NotAllowed"]


@pytest.mark.parametrize("name", ["\u200b", "\u2060\u200b", "\u00ad", "\u3164"])
def test_a_receiver_whose_name_nobody_sees_is_refused(name, known, kari, sent, forward):
    with pytest.raises(NotAllowed, match="Skriv navnet på mottakeren"):
        forward(sent(known.client, by=kari), by=known.administrator, name=name)


def test_the_receivers_name_is_one_line_of_what_is_seen(known, kari, sent, forward):
    activation = sent(known.client, by=kari)

    forward(activation, by=known.administrator, name=" Anne\u202e\r\nVik\u200b")

    activation.refresh_from_db()
    assert activation.contact_name == "Anne Vik"
