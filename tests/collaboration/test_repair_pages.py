"""The office's pages that put a waiting request right."""

import pytest
from django.urls import reverse

from collaboration import actions
from collaboration.actions.resend_activation import PAUSE
from collaboration.models import Activation, ForwardProposal
from ground.clock import database_clock
from history.models import Event
from notifications.models import Email
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = ("activation-correct-address", "activation-change")
POSTS = ("activation-resend",)
ANNE = {"name": "Anne Vik", "email": "anne@orstaror.example", "phone": ""}


@pytest.fixture
def clock():
    return database_clock


@pytest.fixture
def office(sign_in, kari):
    """Kari's browser: office.get(client), office.post(client, "activation-resend")."""

    class Office:
        browser = sign_in(kari)

        def url(self, client, page="service-detail", *args):
            return reverse(f"collaboration:{page}", args=[client.number, "eaccounting", *args])

        def get(self, client, page="service-detail"):
            return self.browser.get(self.url(client, page))

        def post(self, client, page, *args, **fields):
            return self.browser.post(self.url(client, page, *args), {"_firm": kari.firm_id, **fields}, follow=True)

    return Office()


@pytest.fixture
def proposed(new, kari, sent):
    """Scenario 3, and Eva has proposed Anne."""
    activation = sent(new.client, by=kari)
    actions.forward_activation(activation=activation, by=None, link_version=1, **ANNE)
    return activation


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def age(activation, **columns):
    Activation.objects.filter(pk=activation.pk).update(**columns)


def mails():
    return list(Email.objects.order_by("pk").values_list("kind", "to"))


def test_a_waiting_request_offers_its_repairs(office, known, kari, sent):
    age(sent(known.client, by=kari), link_mailed_at=database_clock() - PAUSE)

    page = text_of(office.get(known.client))

    for name in ("activation-resend", *PAGES, "activation-withdraw"):
        assert office.url(known.client, name) in page
    assert "Foreslått ny mottaker" not in page


def test_what_was_mailed_a_moment_ago_is_not_offered_to_be_sent_again_and_the_page_says_from_when(
    office, known, kari, sent
):
    sent(known.client, by=kari)

    page = text_of(office.get(known.client))

    assert office.url(known.client, "activation-resend") not in page
    assert "Du kan sende den på nytt fra kl." in page


def test_one_whose_time_is_over_offers_to_start_anew(office, known, kari, sent, clock):
    age(sent(known.client, by=kari), expires_at=clock())

    page = text_of(office.get(known.client))

    assert office.url(known.client, "activation-restart") in page
    for name in (*POSTS, *PAGES):
        assert office.url(known.client, name) not in page


def test_reading_the_pages_changes_nothing(office, known, kari, sent):
    activation = sent(known.client, by=kari)
    events = Event.objects.count()

    answers = [office.get(known.client, name).status_code for name in (*PAGES, *POSTS)]
    answers.append(office.browser.get(office.url(known.client, "forward-answer", "ja")).status_code)

    activation.refresh_from_db()
    assert answers == [200, 200, 405, 405]
    assert (activation.status, activation.link_version) == ("pending", 1)
    assert (Event.objects.count(), Email.objects.count()) == (events, 1)


@pytest.mark.parametrize("who", ["ola", "nils"])
def test_who_does_not_see_the_client_gets_404_whatever_he_asks(who, request, office, known, kari, sent, sign_in):
    activation = sent(known.client, by=kari)
    person = request.getfixturevalue(who)
    browser = sign_in(person)

    answers = set()
    for name in (*PAGES, *POSTS):
        answers.add(browser.get(office.url(known.client, name)).status_code if name in PAGES else 404)
        fields = {"_firm": person.firm_id, "link_version": 1, **ANNE}
        answers.add(browser.post(office.url(known.client, name), fields).status_code)
    answers.add(browser.post(office.url(known.client, "forward-answer", "ja"), {"_firm": person.firm_id}).status_code)

    activation.refresh_from_db()
    assert answers == {404}
    assert (activation.status, activation.link_version, Email.objects.count()) == ("pending", 1, 1)


def test_without_a_waiting_request_there_is_nothing_to_repair(office, known, kari, draft):
    draft(known.client, by=kari)

    answers = {office.get(known.client, name).status_code for name in PAGES}
    answers |= {office.post(known.client, name).status_code for name in (*PAGES, *POSTS)}

    assert answers == {404}


# --- A tab from before the request was closed


@pytest.mark.parametrize(
    ("deed", "answers"),
    [
        ("activation-resend", ()),
        ("activation-correct-address", ()),
        ("activation-change", ()),
        ("forward-answer", ("ja",)),
        ("forward-answer", ("nei",)),
    ],
)
def test_a_tab_from_before_the_answer_is_told_the_answer(deed, answers, office, known, kari, sent, approve):
    approve(sent(known.client, by=kari), by=known.administrator)
    mailed = len(mails())

    page = office.post(known.client, deed, *answers, proposal=1)

    assert page.redirect_chain == [(office.url(known.client), 302)]
    assert [str(message) for message in page.context["messages"]] == ["Forespørselen er allerede godkjent."]
    assert len(mails()) == mailed


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"status": "declined", "decline_reason": "other"}, "Forespørselen er allerede avslått."),
        ({"status": "withdrawn"}, "Forespørselen er trukket tilbake."),
        ({"status": "expired", "decided_by": None}, "Forespørselen er utløpt."),
    ],
)
def test_an_address_typed_too_late_is_told_to_be_of_no_use(columns, sentence, office, known, kari, sent, clock):
    age(sent(known.client, by=kari), **{"decided_by": kari.user, "decided_at": clock(), **columns})

    page = office.post(known.client, "activation-correct-address", link_version=1, **ANNE)

    told = [str(message) for message in page.context["messages"]]
    assert told == [f"{sentence} E-postadressen du skrev, er ikke brukt."]
    assert known.client.contacts.get().email == "per@orstaror.example"


def test_the_pages_of_a_closed_request_lead_to_what_has_become_of_it(office, known, kari, sent, approve):
    approve(sent(known.client, by=kari), by=known.administrator)

    answers = [office.get(known.client, name) for name in PAGES]

    assert [answer.url for answer in answers] == [office.url(known.client)] * 2


# --- Send på nytt


def test_sending_again_tells_where_to(office, known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    age(activation, link_mailed_at=activation.link_mailed_at.replace(year=2025))

    page = office.post(known.client, "activation-resend")

    assert "E-posten er sendt på nytt til per@orstaror.example." in text_of(page)
    assert len(mails()) == 2


def test_sending_again_at_once_tells_when(office, known, kari, sent):
    sent(known.client, by=kari)

    page = office.post(known.client, "activation-resend")

    assert "Du kan sende den på nytt fra kl." in text_of(page)
    assert len(mails()) == 1


# --- Rett e-postadressen og send på nytt


def test_the_form_is_filled_with_what_stands_there(office, known, kari, sent):
    sent(known.client, by=kari)

    form = office.get(known.client, "activation-correct-address").context["form"]

    assert form["name"].value() == "Per Rør"
    assert form["email"].value() == "per@orstaror.example"
    assert (form["link_version"].value(), form["corrects_card"].value()) == (1, True)


def test_correcting_sends_to_the_new_address_and_corrects_the_card_when_ticked(office, known, kari, sent):
    sent(known.client, by=kari)

    page = office.post(known.client, "activation-correct-address", link_version=1, corrects_card="on", **ANNE)

    assert "Forespørselen er sendt til anne@orstaror.example. Kunden kan svare til og med" in text_of(page)
    assert mails()[-1] == ("activation_sent", "anne@orstaror.example")
    assert known.client.contacts.get().email == "anne@orstaror.example"


def test_a_refusal_stands_in_the_form_with_what_was_typed(office, known, kari, sent):
    sent(known.client, by=kari)

    employee = office.post(
        known.client, "activation-correct-address", link_version=1, name="Anne", email=kari.user.email
    )
    malformed = office.post(known.client, "activation-correct-address", link_version=1, name="Anne", email="anne")

    assert "medarbeider i byrået" in text_of(employee)
    assert "ikke gyldig" in text_of(malformed)
    assert 'value="Anne"' in text_of(malformed)
    assert len(mails()) == 1


def test_a_form_from_before_the_last_change_is_told_so(office, known, kari, sent):
    sent(known.client, by=kari)
    office.post(known.client, "activation-correct-address", link_version=1, **ANNE)

    page = office.post(
        known.client, "activation-correct-address", link_version=1, name="Ida Lie", email="ida@orstaror.example"
    )

    assert "Mottakeren er endret siden du åpnet siden" in text_of(page)
    assert Activation.objects.get().contact_email == "anne@orstaror.example"


def test_a_second_click_is_answered_like_the_first(office, known, kari, sent):
    sent(known.client, by=kari)

    pages = [office.post(known.client, "activation-correct-address", link_version=1, **ANNE) for _click in range(2)]

    told = [[str(message) for message in page.context["messages"]] for page in pages]
    assert told[0] == told[1]
    assert told[0][0].startswith("Forespørselen er sendt til anne@orstaror.example.")
    assert len(mails()) == 2


def test_a_colleagues_correction_to_the_same_address_is_told_as_a_change(office, known, kari, sent, sign_in):
    sent(known.client, by=kari)
    office.post(known.client, "activation-correct-address", link_version=1, **ANNE)
    office.browser = sign_in(factories.EmployeeFactory(firm=kari.firm))

    page = office.post(known.client, "activation-correct-address", link_version=1, **ANNE)

    assert "Mottakeren er endret siden du åpnet siden" in text_of(page)


@pytest.mark.parametrize("version", [{}, {"link_version": ""}, {"link_version": "en"}, {"link_version": "9" * 5000}])
def test_a_form_without_its_version_is_an_old_one(version, office, known, kari, sent):
    sent(known.client, by=kari)

    page = office.post(known.client, "activation-correct-address", **ANNE, **version)

    assert page.redirect_chain == [(office.url(known.client), 302)]
    assert "Mottakeren er endret siden du åpnet siden" in text_of(page)
    assert len(mails()) == 1


def test_the_receivers_name_is_one_line(office, known, kari, sent):
    sent(known.client, by=kari)
    typed = {**ANNE, "name": "Anne\r\n\r\nVik", "phone": "90 00\n00 00"}

    office.post(known.client, "activation-correct-address", link_version=1, **typed)

    request = Activation.objects.get()
    assert (request.contact_name, request.contact_phone) == ("Anne Vik", "90 00 00 00")


# --- Endre forespørselen


def test_changing_asks_first_and_then_opens_a_draft_with_the_same_answers(office, known, kari, sent):
    activation = sent(known.client, by=kari, payer="firm", months=3)

    asked = office.get(known.client, "activation-change")
    page = office.post(known.client, "activation-change")

    activation.refresh_from_db()
    draft = Activation.objects.drafts().get()
    assert "Endre forespørselen?" in text_of(asked)
    assert page.redirect_chain[-1][0] == office.url(known.client, "activation-agreement")
    assert activation.status == "withdrawn"
    assert (draft.payer, draft.period_months, draft.task, draft.contact) == (
        "firm", 3, activation.task, activation.contact,
    )  # fmt: skip


# --- The receiver's proposal


def test_the_proposal_stands_on_the_page_and_yes_takes_one_click(office, new, proposed):
    page = text_of(office.get(new.client))

    answered = office.post(new.client, "forward-answer", "ja", proposal=ForwardProposal.objects.get().pk)

    assert "Foreslått ny mottaker" in page
    assert "anne@orstaror.example" in page
    assert "Forespørselen er sendt til anne@orstaror.example." in text_of(answered)
    assert "Foreslått ny mottaker" not in text_of(answered)


def test_no_keeps_the_receiver(office, new, proposed):
    answered = office.post(new.client, "forward-answer", "nei", proposal=ForwardProposal.objects.get().pk)

    assert "Forespørselen venter fremdeles hos Eva Ås." in text_of(answered)
    assert Activation.objects.get().contact_email == "eva@aasblomster.example"


@pytest.mark.parametrize("answer", ["ja", "nei"])
def test_a_second_answer_of_the_same_person_is_told_like_the_first(answer, office, new, proposed, sign_in, kari):
    asked = {"proposal": ForwardProposal.objects.get().pk}

    pages = [office.post(new.client, "forward-answer", answer, **asked) for _click in range(2)]
    other = office.post(new.client, "forward-answer", {"ja": "nei", "nei": "ja"}[answer], **asked)
    office.browser = sign_in(factories.EmployeeFactory(firm=kari.firm))
    colleague = office.post(new.client, "forward-answer", answer, **asked)

    told = [[str(message) for message in page.context["messages"]] for page in (*pages, other, colleague)]
    assert told[0] == told[1]
    assert told[2] == told[3] == ["Forslaget er allerede besvart."]


def test_a_yes_without_its_proposal_or_with_another_word_is_404(office, new, proposed):
    pk = ForwardProposal.objects.get().pk

    answers = [
        office.post(new.client, "forward-answer", "ja").status_code,
        office.post(new.client, "forward-answer", "ja", proposal=pk + 1).status_code,
        office.post(new.client, "forward-answer", "kanskje", proposal=pk).status_code,
        *(office.post(new.client, "forward-answer", "ja", proposal="9" * n).status_code for n in (18, 19, 5000)),
    ]

    assert answers == [404] * 6
    assert Activation.objects.get().link_version == 1


def test_what_waits_can_be_withdrawn(known, kari, sent, office):
    sent(known.client, by=kari)

    page = office.get(known.client).content.decode()
    asked = office.get(known.client, "activation-withdraw")
    done = office.post(known.client, "activation-withdraw")

    assert office.url(known.client, "activation-withdraw") in page
    assert asked.status_code == 200
    assert "Forespørselen er trukket tilbake." in done.content.decode()
    assert Activation.objects.get().status == "withdrawn"
