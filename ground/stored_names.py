"""Names in the database are in NFC: a letter with a mark is one character where there is one for it."""

from django.db import models


class IsNFC(models.Func):
    """Whether the text is in NFC. A name that is not would neither be found nor sorted as it looks."""

    template = "%(expressions)s IS NFC NORMALIZED"
    output_field = models.BooleanField()
