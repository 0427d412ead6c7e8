"""What may not stand in a log."""

import logging
import re

LINK = re.compile(r"/i/[^/\s?#]{20,}")


class HideLinks(logging.Filter):
    """The tokens of e-mailed links stay out of the log, also where Django names the address of a refused request."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "/i/" in message:
            record.msg, record.args = LINK.sub("/i/…", message), ()
        return True
