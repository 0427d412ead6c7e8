"""A file becomes clients: what each row will be, what it became, and how it is taken back."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from client_imports.actions import undoing, writing
from client_imports.actions.choosing import choose_columns, discard_import, start_import, undo_import
from client_imports.actions.uploading import upload_import
from client_imports.actions.working import find_abandoned, go_on, work_on_a_chunk
from client_imports.columns import recognise
from client_imports.models import ClientImport, ImportRow, RememberedColumn
from client_imports.plans import Planner
from clients.actions import create_standard_task_types
from clients.models import Client, Contact, Task
from ground.clock import database_clock
from ground.refusals import NotAllowed
from history.models import Event
from organisations.places.current import Place
from privacy.actions.imported import blank_import_rows, delete_old_import_rows, describe_import_rows
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db

FILE = (
    "Kundenr;Navn;Org.nr.;Orgform;Adresse;Postnr;Poststed;E-post;Telefon;Hovedkontakt;Kontakt e-post;"
    "Kundeansvarlig;Oppgavetype\n"
    "7;Ærlig Bakeri AS;310 000 019;Aksjeselskap;Storgata 1;155;Oslo;post@aerligbakeri.example;22 00 00 00;"
    "Line Berg;line@aerligbakeri.example;ola@fjordregnskap.example;Bokføring\n"
    "8;Ørsta Rør AS;;;;;;;;;;;\n"
)


def kinds(client_import) -> list[str]:
    return list(client_import.rows.order_by("number").values_list("kind", flat=True))


def outcomes(client_import) -> list[str]:
    return list(client_import.rows.order_by("number").values_list("outcome", flat=True))


def test_a_row_becomes_a_client_with_everything_that_stands_in_it(kari, ola, run):
    create_standard_task_types(firm=kari.firm)

    done = run(kari, FILE)

    client = Client.objects.get(number=7)
    assert (client.name, client.org_number, client.legal_form, client.street, client.postal_code, client.city,
            client.email, client.phone, client.account_manager) == (
        "Ærlig Bakeri AS", "310000019", "AS", "Storgata 1", "0155", "Oslo",
        "post@aerligbakeri.example", "22 00 00 00", ola,
    )  # fmt: skip
    contact = client.contacts.get()
    assert (contact.name, contact.email, contact.is_main) == ("Line Berg", "line@aerligbakeri.example", True)
    assert (client.tasks.get().type.name, client.tasks.get().owner) == ("Bokføring", ola)
    assert (done.state, done.reached, outcomes(done)) == ("done", 2, ["created", "created"])
    assert Event.objects.about(client).values_list("verb", "by").get() == ("create", kari.user_id)


def test_the_same_file_twice_changes_nothing(kari, ola, run, check):
    create_standard_task_types(firm=kari.firm)
    run(kari, FILE)
    events = Event.objects.exclude(subject_type="client_imports.clientimport").count()

    for duplicates in ("skip", "update"):
        again = check(kari, FILE, duplicates=duplicates)
        assert kinds(again) == ["same", "same"]
        with pytest.raises(NotAllowed, match="nye eller endret"):
            start_import(client_import=again, by=kari, scope="good")

    assert Event.objects.exclude(subject_type="client_imports.clientimport").count() == events


def test_clients_that_are_here_are_skipped_or_updated_as_chosen(kari, run):
    factories.ClientFactory(firm=kari.firm, number=1, name="Ås Blomster", org_number="310000019", phone="")
    text = "Navn;Orgnr;Telefon\nÅs Blomster;310000019;22 33 44 55\nÅS BLOMSTER 2;;1\n"

    skipped = run(kari, text)
    assert outcomes(skipped) == ["skipped", "created"]
    updated = run(kari, text, duplicates="update")

    assert outcomes(updated) == ["changed", "same"]
    assert updated.rows.first().words == ["Telefon: – → 22 33 44 55"]
    assert Client.objects.get(number=1).phone == "22 33 44 55"


@pytest.mark.parametrize("text", ["Navn;Kundenr\nX;5\n", "Navn;Orgnr\nX;310000019\n", "Navn;Sted\nrav as;Oslo\n"])
def test_a_duplicate_is_known_by_number_organisation_number_or_name(kari, check, text):
    factories.ClientFactory(firm=kari.firm, number=5, name="Rav AS", org_number="310000019", city="")

    assert kinds(check(kari, text)) == ["skipped"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";;;;", None),
        (";310000019;;;", "mangler kundens navn"),
        ("A;310000018;;;", "kontrollsifferet"),
        ("A;11.03.2026;;;", "dato"),
        ("A;3,1E+08;;;", "forkortet"),
        ("A;12345678901;;;", "fødselsnummer"),
        ("A;;x;;", "helt tall"),
        ("A;;-4;;", "1"),
        ("A;;;feil@;", "E-post"),
        ("A;;;;Ukjent Person", "Ukjent Person"),
        ("A\0;;;;", "tegn som ikke kan leses"),
        ("#REF!;;;;", "feil fra regnearket"),
        ("A;;;;;ekstra", "6 celler"),
        ("x" * 151 + ";;;;", "Navn"),
        ("www.byra.example;;;;", "nettadresse"),
    ],
)
def test_what_is_wrong_is_told_by_its_row(kari, check, row, said):
    text = f"Navn;Orgnr;Kundenr;E-post;Kundeansvarlig\nGod AS;;;;\n{row}\n"

    rows = list(check(kari, text).rows.order_by("number"))

    assert rows[0].kind == "new"
    if said is None:
        assert len(rows) == 1
    else:
        assert (rows[1].kind, said in " ".join(rows[1].words)) == ("wrong", True), rows[1].words


def test_two_rows_about_one_client_and_numbers_of_two_clients_are_wrong(kari, check):
    factories.ClientFactory(firm=kari.firm, number=1, name="En", org_number="310000019")
    factories.ClientFactory(firm=kari.firm, number=2, name="To")
    text = "Navn;Orgnr;Kundenr\nA;;7\nB;;7\nC;;\nC;;\nX;310000019;2\nD;;8\nD;;9\n"

    assert kinds(check(kari, text)) == ["new", "wrong", "new", "wrong", "wrong", "new", "new"]


def test_all_or_none_is_refused_while_a_row_is_wrong_and_taken_back_where_one_fails(kari, check, clock):
    mixed = check(kari, "Navn;Kundenr\nA;7\nB;x\n")
    with pytest.raises(NotAllowed, match="Noen rader har feil"):
        start_import(client_import=mixed, by=kari, scope="all")
    good = check(kari, "Navn;Kundenr\n" + "".join(f"Kunde {n};{n}\n" for n in range(20, 35)))
    start_import(client_import=good, by=kari, scope="all")
    work_on_a_chunk(good.pk)
    assert Client.objects.count() == 10

    kari.firm.task_types.all().delete()
    factories.ClientFactory(firm=kari.firm, number=33, name="Kom imellom", org_number="310000019")
    good.rows.filter(number=15).update(cells=["Kunde 33", "x"])
    go_on(good.pk)

    good.refresh_from_db()
    assert (good.state, good.stopped_by) == ("undone", 15)
    assert list(Client.objects.values_list("name", flat=True)) == ["Kom imellom"]


@pytest.mark.parametrize("step", ["check", "write", "undo"])
def test_a_row_that_fails_by_a_mistake_of_ours_holds_no_other_back(step, kari, check, run, monkeypatch):
    text = "Navn;Kundenr\nEn;1\nTo;2\nTre;3\n"

    def fail_for(number, function):
        def failing(*args, **options):
            row = next((one for one in (*args, *options.values()) if isinstance(one, ImportRow)), None)
            if row is not None and row.number == number:
                raise ValueError("a mistake")
            return function(*args, **options)

        return failing

    if step == "check":
        monkeypatch.setattr(Planner, "plan", fail_for(3, Planner.plan))
        assert kinds(check(kari, text)) == ["new", "wrong", "new"]
    elif step == "write":
        monkeypatch.setattr(writing, "write_row", fail_for(3, writing.write_row))
        assert outcomes(run(kari, text)) == ["created", "failed", "created"]
    else:
        done = run(kari, text)
        monkeypatch.setattr(undoing, "undo_row", fail_for(3, undoing.undo_row))
        undo_import(client_import=done, by=kari)
        go_on(done.pk)
        assert outcomes(done) == ["undone", "kept", "undone"]


def test_a_killed_worker_is_gone_on_after(kari, check):
    """Each chunk is whole or not there, and the clock finds what nobody works on."""
    started = check(kari, "Navn\tKundenr\n" + "".join(f"Kunde {n}\t{n}\n" for n in range(1, 26)))
    start_import(client_import=started, by=kari, scope="good")
    assert find_abandoned() == [started.pk]
    work_on_a_chunk(started.pk)
    assert find_abandoned() == []
    ClientImport.objects.update(worked_at=database_clock() - timedelta(minutes=1))
    assert find_abandoned() == [started.pk]

    go_on(started.pk)

    assert Client.objects.count() == 25
    assert outcomes(started) == ["created"] * 25


def test_a_choice_that_there_is_not_starts_nothing(office, kari, check):
    made = check(kari, "Navn\nEn\n")

    page = office.post(f"/kunder/importer/{made.pk}/start/", {"_firm": kari.firm_id, "scope": "x"}, follow=True)

    assert "Velg om alle radene" in page.content.decode()
    made.refresh_from_db()
    assert made.state == "checked"


def test_undo_takes_back_what_nobody_has_touched(kari, run):
    changed = factories.ClientFactory(firm=kari.firm, number=1, name="Før", phone="1", org_number="310000019")
    person = factories.ContactFactory(client=changed, name="Eva Ås", email="eva@aasblomster.example")
    done = run(kari, (
        "Navn;Orgnr;Kundenr;Telefon;Hovedkontakt;Kontakt epost\n"
        "Etter;310000019;1;2;Line Berg;line@aerligbakeri.example\nNy;;7;;Per Rør;\nNy to;;8;;;\n"
    ), duplicates="update")  # fmt: skip
    Client.objects.filter(number=8).update(city="Oslo")

    undo_import(client_import=done, by=kari)
    go_on(done.pk)

    changed.refresh_from_db()
    assert (changed.name, changed.phone) == ("Før", "1")
    assert list(changed.contacts.values_list("pk", "name", "is_main")) == [(person.pk, "Eva Ås", True)]
    assert sorted(Client.objects.values_list("number", flat=True)) == [1, 8]
    assert outcomes(done) == ["undone", "undone", "kept"]
    with pytest.raises(NotAllowed, match="ikke angres"):
        undo_import(client_import=done, by=kari)


def test_undo_ends_after_a_day(kari, run):
    done = run(kari, "Navn;Kundenr\nA;7\n")

    with pytest.raises(NotAllowed, match="ikke angres"):
        undo_import(client_import=done, by=kari, clock=lambda: done.undo_until)


def test_who_sees_own_clients_becomes_the_manager_and_learns_of_no_others(kari, ola, run, check):
    factories.ClientFactory(firm=kari.firm, number=5, name="Hemmelig AS", org_number="310000019")

    done = run(ola, "Navn;Kundenr;Orgnr;Kundeansvarlig\nA;7;;Kari Nordmann\nB;5;;\nC;;310000019;\nHemmelig AS;8;;\n")

    assert outcomes(done) == ["created", "failed", "failed", "created"]
    assert Client.objects.get(number=7).account_manager == ola
    assert "Hemmelig" not in str(list(done.rows.filter(number__in=(3, 4)).values_list("words", flat=True)))
    assert not ClientImport.objects.visible_to(ola).filter(by=kari).exists()


def test_a_file_is_chosen_started_and_discarded_only_in_its_state(kari, run, check):
    done = run(kari, "Navn;Kundenr\nA;7\n")
    told = {"columns": done.columns, "is_headed": True, "duplicates": "skip"}
    for deed, more in ((choose_columns, told), (start_import, {"scope": "good"}), (discard_import, {})):
        with pytest.raises(NotAllowed):
            deed(client_import=done, by=kari, **more)
    fresh = check(kari, "Navn;Kundenr\nB;9\n")
    for columns in (["", "number"], ["name", "name"], ["name", "contact_email"]):
        with pytest.raises(NotAllowed):
            choose_columns(client_import=fresh, by=kari, **told | {"columns": columns})

    discard_import(client_import=fresh, by=kari)

    assert not ClientImport.objects.filter(pk=fresh.pk).exists()


def test_columns_are_known_by_what_was_chosen_by_headings_and_by_content(kari, check):
    english = ["Customer no.", "Company name", "VAT number", "E-mail", "Account manager", "Task type", "Zip code"]
    assert recognise([english], headed=True, remembered={}) == [
        "number", "name", "org_number", "email", "account_manager", "task_type", "postal_code",
    ]  # fmt: skip
    bare = [["12", "310000019", "Ærlig Bakeri AS", "line@aerligbakeri.example", "22 00 00 00", "0155"]]
    assert recognise(bare, headed=False, remembered={}) == [
        "number", "org_number", "name", "email", "phone", "postal_code",
    ]  # fmt: skip

    made = upload_import(by=kari, file_name="x", content=b"Navn;Rart\nA;Oslo\n")
    choose_columns(client_import=made, by=kari, columns=["name", "city"], is_headed=True, duplicates="skip")

    assert upload_import(by=kari, file_name="x", content=b"Rart;Navn\nOslo;A\n").columns == ["city", "name"]
    assert RememberedColumn.objects.filter(firm=kari.firm).count() == 2


def test_the_pages_lead_from_the_file_to_the_result_in_both_languages(kari, office, nils, sign_in):
    place = {Place.FIRM_FIELD: kari.firm.pk}
    wrong = office.post(
        "/kunder/importer/", {**place, "file": SimpleUploadedFile("k.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}
    )
    assert "eldre Excel-fil" in wrong.content.decode()
    file = SimpleUploadedFile("kunder.csv", "Navn;Kundenr\nÅs Blomster;7\n;8\n".encode("cp1252"))

    columns = office.post("/kunder/importer/", {**place, "file": file}).url
    made = ClientImport.objects.get()
    assert "Ås Blomster" in office.get(columns).content.decode()
    detail = office.post(
        columns, {**place, "is_headed": "on", "column_0": "name", "column_1": "number", "duplicates": "skip"}
    ).url
    preview = office.get(detail).content.decode()
    assert "Raden mangler kundens navn." in preview
    office.post(f"{detail}start/", {**place, "scope": "good"})
    assert "<progress" in office.get(detail).content.decode()
    go_on(made.pk)

    result = office.get(detail).content.decode()
    assert "Importen er ferdig." in result
    failed = office.get(f"{detail}feil.csv").content.decode("utf-8-sig")
    assert failed.splitlines() == ["Navn;Kundenr;Rad i filen;Hva som er feil", ";8;3;Raden mangler kundens navn."]
    assert office.get("/kunder/importer/mal.xlsx").status_code == 200
    assert sign_in(nils).get(detail).status_code == 404
    office.post(f"{detail}angre/", place)
    go_on(made.pk)
    assert not Client.objects.exists()


def test_a_page_of_rows_costs_the_same_however_many_there_are(kari, office, check, django_assert_max_num_queries):
    made = check(kari, "Navn;Kundenr\n" + "".join(f"Kunde {n};{n}\n" for n in range(1, 61)))
    office.get(f"/kunder/importer/{made.pk}/")

    with django_assert_max_num_queries(16):  # session, person, places, alerts; the import, its counts, a page of rows
        office.get(f"/kunder/importer/{made.pk}/")


def test_what_a_file_tells_of_a_person_is_handed_out_blanked_and_deleted(kari, check, settings):
    made = check(kari, "Navn;E-post\nA;Line@AerligBakeri.example\nB;\n")
    address = "line@aerligbakeri.example"

    assert [row["Celler"] for row in map(dict, describe_import_rows(address))] == [["Line@AerligBakeri.example"]]
    assert blank_import_rows(address) == 1
    assert ImportRow.objects.get(number=2).cells == []

    ClientImport.objects.update(created_at=database_clock() - timedelta(days=settings.IMPORT_RETENTION_DAYS + 1))
    assert delete_old_import_rows() == 2
    assert not ClientImport.objects.filter(pk=made.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_clients_at_once_make_each_once(kari, check):
    text = "Navn;E-post\n" + "".join(f"Kunde {n};p{n}@eksempel.example\n" for n in range(30))
    pair = [check(kari, text) for _time in range(2)]
    for made in pair:
        start_import(client_import=made, by=kari, scope="good")

    race(*[lambda made=made: [go_on(made.pk) for _time in range(3)] for made in pair])

    assert Client.objects.count() == 30
    assert Contact.objects.count() == Task.objects.count() == 0
    assert sorted(outcomes(pair[0]) + outcomes(pair[1])) == ["created"] * 30 + ["same"] * 30
