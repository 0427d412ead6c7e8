"""A line of the check before anything is sent."""

from dataclasses import dataclass
from enum import StrEnum

from organisations.reach import Call


class Level(StrEnum):
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True)
class Finding:
    """`choices` are labels and addresses, of which one puts the finding right."""

    level: Level
    code: str
    text: str
    link_url: str = ""
    link_label: str = ""
    call: Call | None = None
    choices: tuple[tuple[str, str], ...] = ()
