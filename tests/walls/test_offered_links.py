"""What a page offers somebody is open to that person: no link leads to what is not there."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.django_db

LINK = re.compile(rb'<a\b[^>]*\bhref="([^"]+)"')
OWN_LOOK = ("/admin/", "/epost/", "/demo/")  # Django's own pages, and the mails as they are


def test_every_link_leads_somewhere(walk):
    """Of those whose address is in the matrix; the others differ from one of these by a number."""
    answers = walk.expected
    offered = {
        (visit.role, urlsplit(unescape(link.decode())).path, visit.path)
        for visit in walk.visits
        if visit.is_page and visit.status == 200 and not visit.path.startswith(OWN_LOOK)
        for link in LINK.findall(visit.body)
    }
    found = [(role, link, page) for role, link, page in offered if (role, link) in answers]
    assert len({(role, link) for role, link, _page in found}) > 100

    shut = {
        (role, link, answers[role, link])
        for role, link, _page in found
        if answers[role, link].isdecimal() and answers[role, link] != "200"
    }

    assert sorted(shut) == []
