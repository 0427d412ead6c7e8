"""Draws docs/workflow.md from the tables of moves, so that the picture never tells anything else than the code."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agreements.rules.states import Arrow
from collaboration import workflow
from organisations.companies import states as company_states

PAGE = """# The life of a request

Drawn from `collaboration/workflow.py` and `organisations/companies/states.py` by `manage.py draw_workflow`; a test
fails when it is stale.

```mermaid
stateDiagram-v2
    [*] --> {start}
{arrows}
{ends}
```

| move | from | to | who | fills |
|---|---|---|---|---|
{rows}

Closed states are final. A draft can be thrown away (the row is deleted: nothing was promised to anybody). A pending
request is never edited; beginning anew is a new draft with the same answers.

# What may be done with a collaboration and its agreement

| deed | who |
|---|---|
{rights}

A change of what somebody is to pay waits for that party's yes besides: `agreements/rules/plans.py`.

# The states of an agreement

The rules follow these tables (`agreements/rules/states.py`): what a verb does not start from is refused. A change that
nobody else has to say yes to is proposed and agreed in one.

{agreement}

# The life of a company's row

```mermaid
stateDiagram-v2
    [*] --> {asked}: send
{company_arrows}
```

| move | from | to | who |
|---|---|---|---|
{company_rows}

Each request to a company that its firm does not know makes a row. Of an organisation number one row at most is known.
Where a move leads nowhere the row goes, and the request that made it is closed, or is one to another row.
"""

TABLE = """## {name}

```mermaid
stateDiagram-v2
{arrows}
```

| verb | from | to | who |
|---|---|---|---|
{rows}
"""


def filled_by(move: workflow.Move) -> str:
    return f"`{move.stamp}_by`, `{move.stamp}_at`" if move.stamp else "–"


def draw_table(name: str, table: Mapping[str, Arrow], who: Mapping[str, Sequence[str]]) -> str:
    starts = {verb: arrow.sources or ("[*]",) for verb, arrow in table.items()}
    ends = {arrow.target for arrow in table.values()} - {state for found in starts.values() for state in found}
    arrows = [f"    {source} --> {table[verb].target}: {verb}" for verb, found in starts.items() for source in found]
    arrows += [f"    {state} --> [*]" for state in sorted(ends)]
    rows = [
        f"| {verb} | {', '.join(arrow.sources) or '–'} | {arrow.target} | {'; '.join(who[verb])} |"
        for verb, arrow in table.items()
    ]
    return TABLE.format(name=name, arrows="\n".join(arrows), rows="\n".join(rows))


def arrows_of(verb: str, move: company_states.Move) -> list[str]:
    return [f"    {source} --> {move.target or '[*]'}: {verb}" for source in move.sources]


def draw() -> str:
    moves, company_moves = workflow.MOVES.items(), company_states.MOVES.items()
    return PAGE.format(
        start=workflow.Status.DRAFT.value,
        arrows="\n".join(f"    {move.source} --> {move.target}: {verb}" for verb, move in moves),
        ends="\n".join(f"    {status} --> [*]" for status in workflow.CLOSED),
        rows="\n".join(
            f"| {verb} | {move.source} | {move.target} | {move.who} | {filled_by(move)} |" for verb, move in moves
        ),
        rights="\n".join(f"| {verb} | {'; '.join(roles)} |" for verb, roles in workflow.RIGHTS.items()),
        agreement="\n".join(draw_table(name, *tables) for name, tables in workflow.AGREEMENT_TABLES.items()).rstrip(),
        asked=company_states.State.ASKED.value,
        company_arrows="\n".join(line for verb, move in company_moves for line in arrows_of(verb, move)),
        company_rows="\n".join(
            f"| {verb} | {', '.join(move.sources)} | {move.target or '–'} | {move.who} |"
            for verb, move in company_moves
        ),
    )


class Command(BaseCommand):
    help = "Draws docs/workflow.md from the tables of moves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail when the page is stale, write nothing.")

    def handle(self, *args: object, **options: object) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "workflow.md"
        drawn = draw()
        if not options["check"]:
            page.write_text(drawn, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != drawn:
            raise CommandError("docs/workflow.md is stale: run manage.py draw_workflow")
