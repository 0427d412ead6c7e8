"""Which tests run where, and which first: half the machine stands still while the last long one runs alone."""

import pytest
from xdist.scheduler import LoadScopeScheduling

LONG_ONES_FIRST = ("tests/machine/", "tests/walls/", "tests/browser/", "tests/devtools/demo/")
SET_UP_ONCE = ("tests/walls/", "tests/devtools/demo/")  # the walk through every address; the demo's data


def start_with_the_long_ones(items: list[pytest.Item]) -> None:
    places = {folder: place for place, folder in enumerate(LONG_ONES_FIRST)}
    items.sort(key=lambda item: next((places[f] for f in places if item.nodeid.startswith(f)), len(places)))


class KeepTogether(LoadScopeScheduling):
    """A module stays with one worker, and so does a folder whose tests share what takes long to set up."""

    def _split_scope(self, nodeid: str) -> str:
        folder = next((folder for folder in SET_UP_ONCE if nodeid.startswith(folder)), None)
        return folder or nodeid.split("::", 1)[0]
