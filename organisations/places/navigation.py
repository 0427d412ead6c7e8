"""The navigation of a side of the house: its pages, and which of them one is on."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse


class Way(NamedTuple):
    """A page of the navigation. `name` is its view's; `below` the address under which its own pages lie."""

    name: str
    label: str
    url: str
    below: str
    is_current: bool = False


def way_to(name: str, label: str, *, fragment: str = "", below: str = "") -> Way:
    """`below` is the page's own address unless its pages lie elsewhere; `fragment` is the part of the page."""
    url = reverse(name)
    return Way(name, label, url + fragment, below or url)


def mark_current(ways: Iterable[Way], path: str, query: str = "") -> list[Way]:
    """The ways with the one marked that the page belongs to: the one with the longest address that the page's begins
    with. `query` names the place in their addresses.
    """
    ways = list(ways)
    current = max((way for way in ways if path.startswith(way.below)), key=lambda way: len(way.below), default=None)
    return [way._replace(url=with_query(way.url, query), is_current=way is current) for way in ways]


def with_query(url: str, query: str) -> str:
    address, mark, fragment = url.partition("#")
    return f"{address}{query}{mark}{fragment}"
