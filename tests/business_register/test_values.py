"""The register's shapes as plain values, and names that differ in spelling alone."""

import pytest

from business_register.names import is_same_name, is_same_person, is_same_place
from business_register.values import Malformed, Role, find_manager, people_of, read_hits, read_roles, read_unit

NUMBER = "310000019"
UNIT = {"organisasjonsnummer": NUMBER, "navn": "ÆRLIG BAKERI AS", "organisasjonsform": {"kode": "AS"}}
HOME = {"adresse": ["Storgata 1", "2. etg."], "postnummer": "0155", "poststed": "OSLO", "landkode": "NO"}
BOX = {"adresse": ["Postboks 9"], "postnummer": "5003", "poststed": "BERGEN", "landkode": "NO"}
ABROAD = {"adresse": ["Kungsgatan 1"], "postnummer": "111 43", "poststed": "STOCKHOLM", "land": "Sverige",
          "landkode": "SE"}  # fmt: skip


def test_a_unit_has_what_the_register_says_of_it():
    unit = read_unit(UNIT | {"forretningsadresse": HOME, "postadresse": BOX, "epostadresse": "Post@Baker.example",
                             "mobil": "90 00 00 00", "konkurs": True})  # fmt: skip

    assert (unit.name, unit.form, unit.email, unit.phone) == (
        "ÆRLIG BAKERI AS",
        "AS",
        "post@baker.example",
        "90 00 00 00",
    )
    assert unit.address == ("Storgata 1, 2. etg.", "0155", "OSLO")
    assert (unit.is_bankrupt, unit.is_deleted, unit.is_winding_up) == (True, False, False)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({"postadresse": BOX}, ("Postboks 9", "5003", "BERGEN")),
        ({"forretningsadresse": ABROAD}, ("Kungsgatan 1", "", "111 43 STOCKHOLM, Sverige")),
        ({"forretningsadresse": {"adresse": [None, 7, "Storgata 1"], "poststed": ["x"]}}, ("Storgata 1", "", "")),
        ({"forretningsadresse": "Storgata 1"}, ("", "", "")),
        ({}, ("", "", "")),
    ],
)
def test_an_address_is_read_as_far_as_it_is_one(said, address):
    assert read_unit(UNIT | said).address == address


@pytest.mark.parametrize("said", [{"slettedato": "2026-05-04"}, {"respons_klasse": "SlettetEnhet"}])
def test_a_deleted_unit_is_known_by_its_day_or_its_class(said):
    assert read_unit(UNIT | said).is_deleted


def test_what_is_no_text_or_no_address_is_not_said():
    unit = read_unit(UNIT | {"epostadresse": "ikke en adresse", "telefon": {"x": 1}, "slettedato": "i fjor",
                             "konkurs": "ja", "navn": "A\0B\nC\ud800" + "x" * 5000,
                             "organisasjonsform": [1]})  # fmt: skip

    assert (unit.email, unit.phone, unit.deleted_on, unit.is_bankrupt, unit.form) == ("", "", "", False, "")
    assert unit.name.startswith("A B C x")
    assert len(unit.name) == 150


@pytest.mark.parametrize("said", [None, [], "x", {}, UNIT | {"navn": ""}, UNIT | {"organisasjonsnummer": "310000027"}])
def test_another_shape_or_another_unit_is_no_answer(said):
    with pytest.raises(Malformed):
        read_unit(said, org_number=NUMBER)


def role(code, *names, **more):
    names = dict(zip(("fornavn", "mellomnavn", "etternavn"), names, strict=True))
    return {"type": {"kode": code, "beskrivelse": code.title()}, "person": {"navn": names, **more}}


def test_roles_are_those_that_somebody_has_now():
    gone = role("MEDL", "Per", None, "Rør") | {"fratraadt": True}
    office = {"type": {"kode": "REGN"}, "enhet": {"navn": ["Fjord Regnskap AS"]}}
    said = {"rollegrupper": [
        {"roller": [role("LEDE", "Line", "", "Berg"), gone, role("MEDL", "Eva", None, "Ås", erDoed=True)]},
        {"roller": [role("DAGL", "Eva", "M.", "Ås"), office, "tull", {"person": {}}]}, 7,
    ]}  # fmt: skip

    roles = read_roles(said)

    assert [(one.code, one.name, one.is_person) for one in roles] == [
        ("LEDE", "Line Berg", True), ("DAGL", "Eva M. Ås", True), ("REGN", "Fjord Regnskap AS", False),
    ]  # fmt: skip
    assert find_manager(roles).name == "Eva M. Ås"
    assert [one.name for one in people_of(roles)] == ["Line Berg", "Eva M. Ås"]


def test_an_auditor_answers_for_nothing():
    assert people_of((Role("REVI", "Revisor", "Kari Nordmann"),)) == []


def test_a_search_leaves_out_what_is_no_unit():
    assert [unit.name for unit in read_hits({"_embedded": {"enheter": [UNIT, {}, 7]}})] == ["ÆRLIG BAKERI AS"]
    assert read_hits({"page": {"totalElements": 0}}) == ()
    with pytest.raises(Malformed):
        read_hits({"_embedded": {"enheter": "x"}})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ærlig Bakeri AS", "ÆRLIG BAKERI", True),
        ("Ærlig  Bakeri", "AS Ærlig Bakeri", True),
        ("24-7 Drift AS", "24 7 DRIFT AS", True),
        ("O’Brien A/S", "O'BRIEN", False),
        ("O’Brien A.S.", "O'BRIEN AS", True),
        ("Éclair & Co", "ECLAIR OG CO AS", True),
        ("A\u030as Blomster", "ÅS BLOMSTER", True),
        ("Ærlig Bakeri Aksjeselskap", "ÆRLIG BAKERI AS", True),
        ("Ærlig Bakeri AS", "ÆRLIG BAKERI HOLDING AS", False),
        ("AS", "AS", True),
        ("Kildal Konsult AS", "Kildal Rådgivning AS", False),
    ],
)
def test_names_of_units_are_compared_loosely(one, other, same):
    assert is_same_name(one, other) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Line Berg", "LINE MARIE BERG", True),
        ("Berg, Line", "Line Berg", True),
        ("Anne-Lise Ås", "Anne Lise Aas", True),
        ("Line Berg", "Line Bergland", False),
        ("Line", "Line Berg", False),
        ("Marie Berg", "Line Marie Berg", False),
        ("", "", False),
    ],
)
def test_people_are_compared_by_their_first_and_last_names(one, other, same):
    assert is_same_person(one, other) is same


def test_places_are_compared_loosely():
    assert is_same_place(("Storgata 1", "0155", "Oslo"), ("STORGATA 1", "0155", "OSLO"))
    assert not is_same_place(("Storgata 1", "0155", "Oslo"), ("Storgata 11", "0155", "Oslo"))
