"""What each folder of tests costs, told at the end of a run: where to look when the suite has become slow."""

from collections import Counter
from pathlib import PurePosixPath


def seconds_by_folder(reports) -> Counter[str]:
    """Of all workers together: set-up, test and tear-down. Files outside of a folder stand under their own name."""
    seconds: Counter[str] = Counter()
    for report in reports:
        path = PurePosixPath(report.nodeid.partition("::")[0])
        seconds["/".join(path.parts[:2])] += report.duration
    return seconds


def tell_costs(reporter) -> None:
    reports = [one for kind in reporter.stats.values() for one in kind if getattr(one, "when", None)]
    count = len({report.nodeid for report in reports})
    if count < 100:
        return
    reporter.section("seconds by folder, of all workers together")
    for folder, seconds in seconds_by_folder(reports).most_common():
        reporter.write_line(f"{seconds:8.1f}  {folder}")
