"""Which tests run where, and which first: half the machine stands still while the last long one runs alone."""

import pytest
from xdist.scheduler import LoadScopeScheduling

LONG_ONES_FIRST = ("tests/machine/", "tests/walls/", "tests/browser/", "tests/devtools/demo/")
# What takes long to set up: the walk through every address, which these files look at; the demo's data; the site, and
# the pages that were looked at with axe.
SET_UP_ONCE = {
    "walk": tuple(
        f"tests/walls/test_{name}.py" for name in ("access_matrix", "canaries", "footer", "headers", "offered_links")
    ),
    "demo": ("tests/devtools/demo/",),
    "browser": ("tests/browser/",),
}


def start_with_the_long_ones(items: list[pytest.Item]) -> None:
    places = {folder: place for place, folder in enumerate(LONG_ONES_FIRST)}
    items.sort(key=lambda item: next((places[f] for f in places if item.nodeid.startswith(f)), len(places)))


class KeepTogether(LoadScopeScheduling):
    """A module stays with one worker, and so do the files whose tests share what takes long to set up."""

    def _split_scope(self, nodeid: str) -> str:
        shared = next((name for name, files in SET_UP_ONCE.items() if nodeid.startswith(files)), None)
        return shared or nodeid.split("::", 1)[0]
