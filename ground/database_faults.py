"""Which errors of the database pass by themselves, so that one may try again.

They are told by PostgreSQL's own codes (its appendix A). All others are mistakes of ours.
"""

import logging
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError

# Two wanted the same row, or a statement took too long: the database is well.
BUSY = frozenset(
    {
        "40000",  # transaction_rollback
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available: lock_timeout
        "57014",  # query_canceled: statement_timeout
    }
)
# It cannot be reached, is going down or coming up, has no room, or only reads: classes, or single codes.
AWAY_CLASSES = (
    "08",  # connection exceptions
    "53",  # no room on the disk, in memory, or for another connection
    "57P",  # shut down, crashed, not up yet, a session that was ended
    "58",  # its disk fails it
)
AWAY = frozenset(
    {
        "25006",  # read_only_sql_transaction: a standby, or one that only reads for now
        "25P03",  # idle_in_transaction_session_timeout
        "25P04",  # transaction_timeout
        "40003",  # statement_completion_unknown
    }
)


def is_busy(error: BaseException) -> bool:
    """Whether a lock was waited for too long, or a deadlock or a time limit ended the statement."""
    return code_of(error) in BUSY


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached, or could not do anything for anybody."""
    code = code_of(error)
    if code is not None:
        return code in AWAY or code.startswith(AWAY_CLASSES)
    # Without a code it was not the server that spoke: the connection was refused, timed out or was cut.
    return isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError)


def passes(error: BaseException) -> bool:
    """Whether the error passes by itself, so that the same request may be tried again."""
    return is_busy(error) or is_away(error)


def code_of(error: BaseException) -> str | None:
    """PostgreSQL's code of an error, also of one that Django has wrapped; None where the server sent no code."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None


def describe(error: BaseException) -> str:
    """One line for the log: the error's type, its code and PostgreSQL's first line, which names no value of a row."""
    words = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__} {code_of(error) or 'without a code'}: {words}"


def go_on_after(error: Exception, logger: logging.Logger, failure: str, row: Mapping[str, Any] | None = None) -> None:
    """Log that one row of many failed, so that the next can be done; `failure` may name values of `row`.

    Raises the error when the database is away: no row can be done then.
    """
    if is_away(error):
        raise error
    if is_busy(error):
        logger.warning("%s: %s", failure % (row or {}), describe(error))
    else:
        logger.error(failure, row or {}, exc_info=error)
