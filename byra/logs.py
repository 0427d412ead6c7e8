"""How the log is written: one JSON object a line, which request it belongs to, and what may not stand in it."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

REQUEST_ID = "byra.request_id"  # where request.META keeps it

SECRETS = re.compile(
    r"(?<=/i/)[^/\s?#\"']{20,}"  # the token of an e-mailed link
    r"|(?<=/password/reset/key/)[^/\s?#\"']+"
    r"|(?<=/confirm-email/)[^/\s?#\"']{8,}"
    r"|(?<=/bevis/)\d+/[^/\s?#\"']+"
)
ADDRESS = re.compile(r"[^\s<>()\[\]{},;:=&?/\"'@%]+(?:@|%40)[^\s<>()\[\]{},;:=&?/\"'@%]+")


def hide(text: str) -> str:
    """The text without tokens of links and without e-mail addresses, wherever they came from."""
    return ADDRESS.sub("…@…", SECRETS.sub("…", text))


class AddRequestId(logging.Filter):
    """Every line carries the id of the request, or of the job, that it was written in."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django writes of a refused request when the middleware is done with it.
        of_request = getattr(getattr(record, "request", None), "META", {}).get(REQUEST_ID)
        record.request_id = of_request or request_id.get()
        return True


class TracebacksOfErrorsAlone(logging.Filter):
    """What was refused is no error of ours, as Django has it of a forged Host or of a body that cannot be read."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
            if record.levelno > logging.WARNING:
                record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class Lines(logging.Formatter):
    """For a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record))


class JsonLines(logging.Formatter):
    """For whatever collects the log."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": hide(record.getMessage()),
            "request_id": getattr(record, "request_id", ""),
        }
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if record.exc_info:
            line["exception"] = hide(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
