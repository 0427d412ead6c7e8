"""What holds for all code at once: each wait has an end, the hour is the database's, no setting outlives its work."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from byra import settings as project
from byra.celery import app

ROOT = Path(project.BASE_DIR)
ROOMS = [room for room in ROOT.iterdir() if (room / "__init__.py").exists() and room.name not in ("tests", "devtools")]
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now"),
          ("timezone", "localdate"), ("timezone", "localtime")}  # fmt: skip
PYTHONS_HOUR = {"organisations/actions/sessions.py"}  # when a device was seen last, to the minute
SECONDS_TO_ANSWER = 60


@pytest.mark.parametrize(
    ("what", "seconds"),
    [
        ("a mail server", project.EMAIL_TIMEOUT),
        ("a provider's API", sum(project.ANYMAIL["REQUESTS_TIMEOUT"])),
        ("a connection to PostgreSQL", project.DATABASES["default"]["OPTIONS"]["connect_timeout"]),
        ("a statement", project.STATEMENT_TIMEOUT_MS / 1000),
        ("a lock", project.LOCK_TIMEOUT_MS / 1000),
        ("a connection to Redis", project.CELERY_BROKER_TRANSPORT_OPTIONS["socket_connect_timeout"]),
        ("an answer of Redis", project.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"]),
        ("a free connection to Redis", project.CELERY_BROKER_POOL_ACQUIRE_TIMEOUT),
    ],
)
def test_nobody_waits_for_another_machine_without_an_end(what, seconds):
    assert seconds is not None, f"{what} is waited for without an end"
    assert 0 < seconds <= SECONDS_TO_ANSWER, what


def test_the_hour_is_the_databases():
    """Python's differs from one machine to the next, and tests cannot move it."""
    asked = {
        str(file.relative_to(ROOT))
        for room in ROOMS
        for file in room.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        if (node.func.value.id, node.func.attr) in CLOCKS
    }

    assert asked == PYTHONS_HOUR, "these ask Python for the hour; ground.clock.database_clock has it"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()))
def test_no_job_leaves_a_setting_on_its_connection(name):
    """The worker's connection lives on; what one job has set would hold for all that come after it."""
    app.loader.import_default_modules()
    before = settings_of_the_connection()

    app.tasks[name].run()

    assert settings_of_the_connection() == before


def settings_of_the_connection() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE source = 'session'")
        return dict(cursor.fetchall())
