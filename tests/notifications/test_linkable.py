"""What a mail program makes a link of: refused in names, broken in mails, and never our own."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ground.linkable import break_links, break_links_in_html, looks_like_a_link

OWN = "https://byra.example"
# As Gmail, Outlook and Apple's Mail find links in text: a scheme, www., or a host by its dots.
LINKED = re.compile(
    r"[a-z][a-z0-9+.-]*:(?://|\\\\)\S|\bwww[.\uff0e\u3002\uff61]\S|[^\W_][\w-]*[.\uff0e\u3002\uff61][^\W\d_]{2,}",
    re.IGNORECASE,
)

LINKS = [
    "https://evil.no login here", "http://evil.no", "HTTPS://EVIL.NO/X", "hxxps://evil.no", "ftp://evil.no/x",
    "evil.no/path", "Fjord evil.no/logg-inn AS", "Evil.no/Path", "EVIL.NO/PATH", "evil.shop/login", "t.co/x",
    "a.b.evil.no/", "evil.no/ login", "(evil.no/x)", "evil.no:8080", "evil.no?login=1", "evil.no#login",
    "www.evil.no", "Gå til WWW.EVIL.NO nå", "www.evil", "www\uff0eevil\uff0eno", "evil\uff0eno", "evil\u3002no",
    "evil\u2024no", "kari@evil.no", "Ring kari@evil.no AS", "https:\\\\evil.no", "//evil.no/x", "javascript://x",
    "Evil.Shop/login", "Byra.Online/konto/login", "Evil.Click/x", "evil.Bank/Login", "Evil.Bank/Login",
    "EVIL.BANK/LOGIN",
    "Evil.Shop/Hansen", "Evil.Hansen/login", "evil.Hansen/Login", "Br.Olsen/Hansen/login", "Br.Olsen/Hansen?x=1",
    "Hansen/Evil.Shop/x", "evil.xn--p1ai/login", "Evil.xn--p1ai/Login", "evil.рф/login", "Evil.Рф/Login",
    "192.168.1.1/login", "192.168.1.1:80", "Fjord 10.0.0.1/x AS", "localhost:8710/i/x", "Localhost/x",
    "evil.no\uff0flogin", "evil.no\u2215login", "evil.no\u2044login", "Evil.Hansen\uff0fLogin",
    "//evil.no", "\uff0f\uff0fevil.no",
    "https:evil.no", "HTTPS:evil", "https:\uff0f\uff0fevil.no", "https\uff1a//evil.no",
    "evil.no\uff1a8080", "Evil.Example/Login",
    "bücher.example/å", "xn--ls8h.la/x", "evil.no\\x", "https:evil.no/x", "mailto:kari@evil.no",
]  # fmt: skip
NAMES = [
    "A.S. Norge", "Drift 24-7 AS", "Drift 24/7 AS", "Booking.com Norge AS", "Norge.no", "A/S Norsk Shell", "c/o Hansen",
    "Anne v/Kari", "Nordmann & Sønn", "St. Hanshaugen 3", "St.Olavs gate 1", "O'Brien", "Hansen jr.", "J.R.R. Tolkien",
    "Br.Olsen/Hansen AS", "J.Hansen/K.Olsen", "Nr.1 Bakeri", "8.mars-komiteen", "P.b. 12", "Regn@skap AS", "@home AS",
    "www AS", "Hva er nytt? AS", "Firma: Salg", "a.s./Norge", "90 00 00 00", "+47 900.00.000", "22.33/44", "1:1 AS",
    "Node.js/React AS", "(Br.Olsen/Hansen)", "BR.OLSEN/HANSEN AS", "Br.Olsen/Å.Lie-Berg", "Olsen//Hansen",
    "1.2.3", "Hansen: Salg",
    "30.11.2026/27", "Ås Gård AS", "Mva. og lønn", "Årsoppgjør 2026/27", "Web.dev. AS", "E.C. Dahls",
]  # fmt: skip


@pytest.mark.parametrize("text", LINKS)
def test_a_name_is_no_address(text):
    assert looks_like_a_link(text)


@pytest.mark.parametrize("name", NAMES)
def test_what_companies_and_people_are_called_is_a_name(name):
    assert not looks_like_a_link(name)


@pytest.mark.parametrize("text", [*LINKS, "evil.no", "Booking.com Norge AS", "https://byra.example.evil.no/x",
                                  "https://byra.example@evil.no/x", "https://byra.example/),evil.no/x"])  # fmt: skip
def test_in_a_mail_no_program_makes_a_link_of_it(text):
    mailbox = re.compile(r"(mailto:)?\S+@\S+")

    for broken in (break_links(text, own=OWN), break_links_in_html(f"<p>{text}</p>", own=OWN)):
        assert not LINKED.search(mailbox.sub("", broken)), broken


@pytest.mark.parametrize("name", [name for name in NAMES if not re.search(r"\.[^\W\d_]{2}", name)])
def test_a_name_without_a_dot_inside_stays_as_it_is(name):
    assert break_links(name, own=OWN) == name


@pytest.mark.parametrize(
    "text",
    [f"Svar her: {OWN}/i/AbC_-123:x/ikke-meg/", f"({OWN}/i/abc).", OWN, f"{OWN}/kunder/1001/?byra=fjord#status",
     f"<{OWN}/x>", "Kari Nordmann, kari@fjordregnskap.example", "(nina@ås.example)", "Til: nina@ås.example."],
)  # fmt: skip
def test_our_own_pages_and_peoples_addresses_stay_whole(text):
    assert break_links(text, own=OWN) == text


def test_what_is_not_read_of_html_stays_as_it_is():
    html = (
        '<style>a.button{color:red}</style><a class="x.yy" href="https://byra.example/i/x/">Svar &amp; se evil.no</a>'
    )

    assert break_links_in_html(html, own=OWN) == html.replace("evil.no", "evil. no")


@given(st.text(st.sampled_from('ev1l.nowW/:@\\-_ \uff0e\u3002æ?#(){}"&<>;'), max_size=30))
@example("www.www.no")
def test_nothing_typed_becomes_a_link_nor_changes_but_by_spaces(text):
    broken = break_links(text, own=OWN)

    assert broken.replace(" ", "") == text.replace(" ", "")
    assert not LINKED.search(re.sub(r"\S*@\S*", "", broken))
