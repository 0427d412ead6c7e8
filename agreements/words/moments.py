"""Entries of a time line, in the shape that the component takes, and hours as pages write them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

Item = dict[str, Any]


def moment(at: datetime | None) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT") if at else ""


@dataclass(frozen=True)
class Moment:
    """One entry; `state` is the component's: done, current, problem, coming."""

    at: datetime
    title: str
    text: str = ""
    state: str = "done"

    def as_item(self) -> Item:
        return {"at": moment(self.at), "title": self.title, "text": self.text, "state": self.state}
