"""Every address, as everybody, by GET and POST: the answer of access_matrix.yaml, and nothing written on the way."""

import pytest

from tests.walls.crawl import Visit, named_patterns, read_matrix, row_of, walk_through
from tests.walls.house import ROLES

pytestmark = pytest.mark.django_db

URLS = sorted({row.url for row in read_matrix()})
REFUSALS = {"login", "to:admin:login", "403", "404", "405", "409"}


def test_every_pattern_has_its_row():
    patterns = {row_of(name) for name, _ in named_patterns() if name != "admin:?"}

    assert patterns - set(URLS) == set()


def test_every_row_has_its_pattern():
    patterns = {row_of(name) for name, _ in named_patterns()}

    assert set(URLS) - patterns == set()


def test_every_cell_is_filled_in():
    empty = [
        f"{method} {row.url} {row.names} as {role}"
        for row in read_matrix()
        for method in row.answers
        for role in ROLES
        if role not in row.answers[method] and not row.is_partial
    ]

    assert empty == []


# --- The visits: in the short run one of those whom one gate answers alike, in the long one everybody ---------------


def wrong_answers(visits: list[Visit]) -> list[str]:
    return [
        f"{visit}: {visit.answer} instead of {visit.expected} {visit.error}"
        for visit in visits
        if not is_expected(visit) or visit.status >= 500
    ]


def is_expected(visit: Visit) -> bool:
    wanted = {"any": visit.status < 500, "refused": visit.answer in REFUSALS}
    return wanted.get(visit.expected, visit.answer == visit.expected)


def writing_gets(visits: list[Visit]) -> list[str]:
    return [
        f"{visit}: {visit.writes}"
        for visit in visits
        if visit.method == "GET" and set(visit.writes) - set(visit.may_write)
    ]


def writing_refusals(visits: list[Visit]) -> list[str]:
    return [f"{visit}: {visit.writes}" for visit in visits if visit.answer in REFUSALS and visit.writes]


def test_everybody_gets_the_answer_of_the_matrix(visits):
    assert {visit.url for visit in visits} == set(URLS)
    assert {visit.role for visit in visits} == set(ROLES)

    wrong = wrong_answers(visits)
    assert not wrong, "\n".join(wrong)


def test_a_get_writes_nothing(visits):
    wrong = writing_gets(visits)
    assert not wrong, "\n".join(wrong)


def test_who_is_refused_writes_nothing(visits):
    wrong = writing_refusals(visits)
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_nobody_at_all_gets_another_answer_or_writes_by_it():
    visits = walk_through(asks_everybody=True).visits

    wrong = [*wrong_answers(visits), *writing_gets(visits), *writing_refusals(visits)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["company_user", "auditor"])
@pytest.mark.parametrize("deed", ["approve", "decline"])
def test_only_a_companys_administrator_answers_for_it(role, deed, visits):
    answers = [visit for visit in visits if visit.url == f"my_services:activation-{deed}" and visit.method == "POST"]

    assert {tuple(visit.writes) for visit in answers if visit.role == role} == {()}
    assert any(visit.writes for visit in answers if visit.role == "company_administrator")
