"""Names in the database: that they are spelt with one sign for a letter with a mark."""

from django.db import models


class IsNFC(models.Func):
    """Whether the text is spelt so. Not so spelt, it is neither found nor sorted as it looks."""

    template = "%(expressions)s IS NFC NORMALIZED"
    output_field = models.BooleanField()
