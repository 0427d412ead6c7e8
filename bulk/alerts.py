"""The one alert of a run: that it has finished, and how."""

from django.urls import reverse

from bulk.models import BulkRow, BulkRun
from notifications.alerts import post_alert
from notifications.models import Alert
from organisations.models import Employee
from organisations.places.links import firm_url


def run_finished(run: BulkRun) -> Alert | None:
    """To the one whose run it is."""
    states = list(run.rows.values_list("state", flat=True))
    done, failed = states.count(BulkRow.State.DONE), states.count(BulkRow.State.FAILED)
    path = reverse("office:bulk-detail", args=[run.pk])
    assert run.finished_at
    return post_alert(
        key=f"bulk_run_finished:{run.pk}",
        kind="bulk_run_finished",
        user=run.by.user,
        firm=run.firm,
        about=run,
        words={"deed": run.deed, "done": done, "failed": failed, "skipped": len(states) - done - failed},
        path=path,
        at=run.finished_at,
        at_once=run.by.alert_emails == Employee.AlertEmails.AT_ONCE,
        email_context={
            "deed": run.get_deed_display(), "done": done, "failed": failed, "skipped": len(states) - done - failed,
            "page_url": firm_url(path, run.firm),
        },
    )  # fmt: skip
