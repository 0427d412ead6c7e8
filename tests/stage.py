"""What many tests of a module begin with is made once, and each test is a savepoint on it.

A stage is a transaction around the tests of a module. What a test arranges by `reach` (the cast, a request that is
sent) is a level of it and stays: the next test that begins alike gets copies of its objects, without asking the
database. The first query that a test asks by itself ends that. Levels that it has not reached are taken away before
the query runs, so that it sees what it has arranged and nothing else, as if all of it had been made for it alone.
"""

import math
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction


@dataclass(frozen=True)
class Level:
    """`made` is how the objects were when the level was made; no test has them, each gets copies."""

    key: Hashable
    savepoint: str
    made: Any
    made_at: float


class Stage:
    """The levels of one module in one process, and how far the test that runs has come."""

    def __init__(self) -> None:
        self.transaction: transaction.Atomic | None = None
        self.levels: list[Level] = []
        self.test_begins = ""  # the statement by which the framework has begun the test's own savepoint
        self.stand_still()

    def stand_still(self) -> None:
        """No test runs, so every query is the stage's own or the framework's."""
        self.reached, self.is_live, self.settings = 0, True, None
        self.copies: dict[int, Any] = {}  # of this test, by the ids of what was made: one object has one copy

    # --- Around the tests

    def open(self) -> None:
        """Before a test that is rolled back. One that is open stays so, with its levels."""
        if self.transaction is None:
            self.transaction = transaction.atomic()
            self.transaction.__enter__()

    def close(self) -> None:
        """After the module's tests, and before one that commits."""
        if self.transaction:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
        self.transaction, self.levels = None, []

    @contextmanager
    def around_a_test(self) -> Iterator[None]:
        """Inside the transaction that the framework has opened for the test."""
        self.reached, self.is_live, self.settings = 0, self.transaction is None, settings._wrapped
        if self.transaction:
            self.test_begins = f"SAVEPOINT {connection.ops.quote_name(connection.savepoint_ids[-1])}"
        with connection.execute_wrapper(self.watch):
            try:
                yield
            finally:
                self.stand_still()

    def watch(self, execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not self.is_live:
            self.go_live()
        return execute(sql, params, many, context)

    # --- In a test

    def reach(self, key: Hashable, make: Callable[[], Any], *, lasts: float = math.inf) -> Any:
        """What `make` gives, which may only depend on the key and on what the test has reached before.

        `lasts`: so many seconds it is as good as new. The test's settings are the framework's: a test that has changed
        them makes everything for itself.
        """
        if self.is_live or settings._wrapped is not self.settings:
            return make()
        level = self.levels[self.reached] if self.reached < len(self.levels) else None
        if level and level.key == key and time.monotonic() - level.made_at < lasts:
            self.reached += 1
            return deepcopy(level.made, self.copies)
        return self.add_level(key, make)

    def add_level(self, key: Hashable, make: Callable[[], Any]) -> Any:
        savepoint = f"level_{self.reached}"
        self.is_live = True  # what `make` asks is the level's
        self.under_the_test(f"SAVEPOINT {savepoint}")
        try:
            objects = make()
        except Exception:
            self.run(f"ROLLBACK TO SAVEPOINT {savepoint}", f"RELEASE SAVEPOINT {savepoint}", self.test_begins)
            return make()  # as any test would: what it wrote before it raised is there to be looked at
        self.run(self.test_begins)
        self.levels.append(Level(key, savepoint, self.keep(objects), time.monotonic()))
        self.reached, self.is_live = self.reached + 1, False
        return objects

    def keep(self, objects: Any) -> Any:
        """A copy for later tests, in which what came from earlier levels is what they keep of it."""
        kept = {id(self.copies[id(one)]): one for one in self.copies.get(id(self.copies), ())}
        copy = deepcopy(objects, kept)
        for one in kept.get(id(kept), ()):
            if id(one) in kept:
                original = kept[id(one)]
                self.copies[id(original)] = one
                self.copies.setdefault(id(self.copies), []).append(original)
        return copy

    def go_live(self) -> None:
        """From here on the test has the database to itself."""
        self.is_live = True
        if self.reached < len(self.levels):
            self.under_the_test(self.test_begins)

    def under_the_test(self, statement: str) -> None:
        """Run it outside of the test's own savepoint, which is empty, and on no other level than those reached."""
        name = self.test_begins.removeprefix("SAVEPOINT ")
        statements = [f"ROLLBACK TO SAVEPOINT {name}", f"RELEASE SAVEPOINT {name}"]
        if self.reached < len(self.levels):
            above = self.levels[self.reached].savepoint
            statements += [f"ROLLBACK TO SAVEPOINT {above}", f"RELEASE SAVEPOINT {above}"]
            del self.levels[self.reached :]
        self.run(*statements, statement)

    def run(self, *statements: str) -> None:
        """Past Django's cursors, for no test counts what the stage asks."""
        connection.connection.execute("; ".join(statements))


STAGE = Stage()


@contextmanager
def under_the_stage(django_db_blocker: Any) -> Iterator[None]:
    """A transaction for rows of several tests or modules: stages are opened on it, and it is rolled back at the end."""
    with django_db_blocker.unblock():
        STAGE.close()
        with transaction.atomic():
            yield
            STAGE.close()
            transaction.set_rollback(True)
