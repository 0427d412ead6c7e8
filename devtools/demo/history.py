"""What has happened before the first load: requests that were sent, and what came of them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devtools.demo.load import Demo


def play_requests(demo: "Demo") -> None:
    """Sent and answered by the real deeds."""
