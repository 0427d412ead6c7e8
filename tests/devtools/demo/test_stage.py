"""The hours at which the demo's past happened."""

from datetime import UTC, date, datetime

import pytest

from devtools.demo.stage import Stage
from ground.clock import oslo_date


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 23, 23, 30, tzinfo=UTC),  # the next day already, in Oslo
        datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 22, 59, tzinfo=UTC),
    ],
)
def test_days_ago_are_counted_in_oslo(now):
    stage = Stage(now=now, password="")

    assert stage.today == date(2026, 11, 24)
    assert [oslo_date(stage.ago(days, 3)) for days in (0, 5, 30)] == [
        date(2026, 11, 24),
        date(2026, 11, 19),
        date(2026, 10, 25),  # the day on which summer time ended
    ]
