"""/oversikt/: its numbers are those of the lists, and it costs the same for any number of rows."""

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models.functions import Now

from office.collaborations.rows import Reason, asking
from office.header import count_for_header
from office.overview.charts import HEIGHT, WIDTH, draw
from office.overview.rows import count_asking, median, read_now, read_renewals, read_statistics, sum_up
from tests import factories
from tests.office.requests import make_mail, make_request

pytestmark = pytest.mark.django_db

PAGE = "/oversikt/"


@pytest.fixture
def now(kari):
    return read_now(kari).at


@pytest.fixture
def ask(kari, eaccounting, now):
    """A request of a new client of the firm, whose account manager is `manager`."""

    def make(manager=None, bounced=False, **facts):
        client = factories.ClientFactory(firm=kari.firm, account_manager=manager)
        activation = make_request(client, eaccounting, by=kari, at=now, **facts)
        if bounced:
            make_mail(activation, at=now, bounced_at=now)
        return activation

    return make


def numbers(page: str, heading: str) -> dict[str, tuple[str, int]]:
    """Of the section: the address and the number of each line."""
    section = page.partition(f'id="{heading}"')[2].partition("</section>")[0]
    lines = re.findall(r'<li><a href="([^"]+)">([^<]+)</a> <span class="numbers">(\d+)</span>', section)
    return {label: (url.replace("&amp;", "&"), int(count)) for url, label, count in lines}


def shown_in_the_list(browser, url: str) -> int:
    """How many rows the list has, and says that it has."""
    found = browser.get(url).context["list"]
    assert len(found.lines) == int(found.summary.rpartition(" ")[2])
    return len(found.lines)


def test_each_number_is_the_list_it_leads_to(ask, kari, sign_in):
    eva = factories.EmployeeFactory(firm=kari.firm)
    ask(bounced=True)
    ask(left=5)
    ask(left=2, manager=eva)
    ask(age=8)
    ask(age=31)
    ask(status="declined")
    ask(status="expired", manager=eva)
    ask(status="withdrawn")
    ask(status="approved")
    lonely = ask(status="draft")
    lonely.task = None
    lonely.save()
    lonely.client.tasks.all().delete()
    browser = sign_in(eva)

    for view, asks in (("", 8), ("?vis=mine", 2)):
        page = browser.get(PAGE + view).content.decode()
        handling, ages = numbers(page, "handling-heading"), numbers(page, "waiting-heading")

        assert sum(count for _url, count in handling.values()) == asks
        for url, count in [*handling.values(), *ages.values()]:
            assert count == (shown_in_the_list(browser, url) if count else 0), url
    assert numbers(browser.get(PAGE).content.decode(), "handling-heading").keys() == {
        "E-posten kom i retur", "Utløper snart", "Ikke svar på over 7 dager", "Avslått, ikke fulgt opp",
        "Utløpt, ikke fulgt opp", "Kunden har ingen åpen oppgave",
    }  # fmt: skip


def test_what_runs_asks_too(ask, kari, subscribed, now, sign_in):
    running = ask(status="approved").collaboration.subscription
    running.renews_on = now.date() + timedelta(days=40)
    running.save()
    waits = ask(status="approved").collaboration.subscription
    waits.changes.create(
        kind="payer", to_firm=kari.firm, status="proposed", asked_by=kari.user, asked_at=now, needs_yes=True,
        answering_firm=kari.firm, lapses_on=now.date() + timedelta(days=9),
    )  # fmt: skip
    running.variant.prices.all().delete()

    reasons, _waiting = count_asking(kari, at=now, mine=False)

    assert reasons[Reason.CHANGE] == 1
    assert reasons[Reason.NO_PRICE] == 1
    assert asking(kari, at=now).count() == reasons.total()


def test_the_header_has_the_sum_on_every_page(ask, kari, sign_in):
    ask(bounced=True)
    ask(status="declined")

    page = sign_in(kari).get("/kunder/").content.decode()

    assert re.search(r'Samarbeid <span class="count count-new">2<span class="visually-hidden"> trenger handling', page)


def test_the_header_counts_what_each_one_sees(ask, kari, ola, nils):
    """Its query is written once for all: the numbers are those of who looks, in whatever order they look."""
    ola.client_access = "own"
    ola.save()
    for _number in range(3):
        ask(bounced=True)
    ask(bounced=True, manager=ola)

    counts = [count_for_header(employee)[0] for employee in (kari, ola, nils, kari, nils, ola)]

    assert counts == ["4", "1", "", "4", "", "1"]
    for employee in (kari, ola, nils):
        assert count_for_header(employee)[0] == str(asking(employee, at=Now()).count() or "")


def test_who_sees_own_clients_gets_their_numbers_and_no_choice(ask, ola, kari, now, sign_in):
    ola.client_access = "own"
    ola.save()
    ask(bounced=True)
    ask(bounced=True, manager=ola)

    page = sign_in(ola).get(PAGE).content.decode()

    assert numbers(page, "handling-heading")["E-posten kom i retur"][1] == 1
    assert "?vis=mine" not in page
    assert sum(sent for _monday, sent, _answered in read_statistics(ola, at=now, mine=False).weeks) == 1


def test_another_firm_s_are_not_counted(ask, nils, now):
    ask(bounced=True)

    assert count_asking(nils, at=now, mine=False) == (Counter(), Counter())
    assert read_statistics(nils, at=now, mine=False).ends == []


def test_an_empty_firm_is_told_how_to_begin(nils, sign_in):
    page = sign_in(nils).get(PAGE).content.decode()

    assert 'href="/kunder/ny/"' in page
    assert "Trenger handling" not in page


def test_weeks_ends_and_the_median_are_summed_up(now):
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    start, before = monday - timedelta(weeks=25), monday - timedelta(weeks=26)
    groups = [
        ("A", "approved", monday, monday, 0, 2),
        ("A", "declined", before, monday, 9, 1),
        ("B", "expired", monday - timedelta(weeks=1), monday, 7, 4),
        ("B", "pending", monday, None, None, 3),
        ("B", "approved", before, before, 1, 5),
    ]

    found = sum_up(groups, start)

    assert found.weeks[-2:] == [((monday - timedelta(weeks=1)).date(), 4, 0), (monday.date(), 5, 3)]
    assert len(found.weeks) == 26
    assert found.ends == [("A", [2, 1, 0, 0]), ("B", [0, 0, 4, 0])]
    assert found.median_days == 0


@pytest.mark.parametrize(
    ("days", "middle"), [({}, None), ({3: 1}, 3), ({1: 1, 9: 1}, 1), ({1: 1, 2: 1, 9: 1}, 2), ({0: 3, 5: 4}, 5)]
)
def test_the_middle_of_the_days(days, middle):
    assert median(Counter(days)) == middle


def test_a_renewal_costs_the_firm_what_it_pays_for(ask, kari, now):
    today: date = now.date()
    costs = {}
    for payer, on in ((kari.firm, 10), (None, 20), (kari.firm, 61)):
        subscription = ask(status="approved").collaboration.subscription
        subscription.paying_firm, subscription.renews_on = payer, today + timedelta(days=on)
        subscription.save()
        price = subscription.variant.prices.filter(months=subscription.period_months).latest("valid_from").per_month
        costs[on] = price * subscription.period_months

    found = read_renewals(kari, day=today, mine=False)

    assert [(renewal.firm_pays, renewal.cost) for renewal in found] == [(True, costs[10]), (False, costs[20])]
    assert isinstance(found[0].cost, Decimal)


def test_the_bars_stay_in_the_picture():
    chart = draw(["a", "b"], [("x", [0, 4]), ("y", [2, 1])])

    bars = [bar for group in chart.groups for bar in group.bars]
    assert [bar.value for bar in bars] == [0, 4, 2, 1]
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y + bar.height <= HEIGHT for bar in bars)
    assert bars[1].height == 2 * bars[2].height
    assert draw(["a"], []).groups == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_rows(rows, ask, kari, sign_in, django_assert_num_queries):
    for _n in range(rows):
        ask(bounced=True)
        ask(status="approved")
    browser = sign_in(kari)
    browser.get(PAGE)

    # session, user, employment · the hour and the tasks · what asks and waits · the weeks · renewals · the header's
    with django_assert_num_queries(8):
        browser.get(PAGE)
