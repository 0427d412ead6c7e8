"""Bars of a chart in the units of its picture: plain numbers in, places out. The template draws them as inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 160
TOP, BOTTOM, SIDE = 18, 22, 20  # room for the numbers over the bars and the labels under them, and at both ends
GAP = 0.3  # of a group's width
MOST_LABELS = 9


@dataclass(frozen=True)
class Bar:
    series: int
    value: int
    x: float
    y: float
    width: float
    height: float
    middle: float  # where its number stands


@dataclass(frozen=True)
class Group:
    """The bars of one row of the table. `label` is empty where there is no room to write each."""

    label: str
    middle: float
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    names: list[str]
    groups: list[Group]
    has_numbers: bool
    width: int = WIDTH
    height: int = HEIGHT
    ground: int = HEIGHT - BOTTOM


def draw(names: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> Chart:
    """A group of bars for each row (label, a value of each of `names`), the highest as high as the picture."""
    most = max((value for _label, values in rows for value in values), default=0) or 1
    room, each = HEIGHT - TOP - BOTTOM, (WIDTH - 2 * SIDE) / max(len(rows), 1)
    width = each * (1 - GAP) / max(len(names), 1)
    step = -(-len(rows) // MOST_LABELS) or 1
    groups = []
    for number, (label, values) in enumerate(rows):
        left = SIDE + number * each + each * GAP / 2
        bars = [
            Bar(series, value, round(left + series * width, 1), round(HEIGHT - BOTTOM - room * value / most, 1),
                round(width, 1), round(room * value / most, 1), round(left + (series + 0.5) * width, 1))
            for series, value in enumerate(values)
        ]  # fmt: skip
        is_written = (len(rows) - 1 - number) % step == 0
        groups.append(Group(label if is_written else "", round(SIDE + (number + 0.5) * each, 1), bars))
    return Chart(list(names), groups, has_numbers=width >= 18)
