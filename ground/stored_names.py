"""Names in the database are in NFC: a letter with a mark is one character where there is one for it."""

import unicodedata
from typing import Any

from django.db import IntegrityError, models, transaction


class IsNFC(models.Func):
    """Whether the text is in NFC. A name that is not would neither be found nor sorted as it looks."""

    template = "%(expressions)s IS NFC NORMALIZED"
    output_field = models.BooleanField()


def bring_into_nfc(model: Any, *columns: str) -> None:
    """Write the columns' names in NFC; called by migrations.

    Where two names become one and only one may be, they get the row's number.
    """
    rows = model._base_manager
    for column in columns:
        longest = model._meta.get_field(column).max_length
        for pk, text in list(rows.exclude(IsNFC(column)).order_by("pk").values_list("pk", column)):
            name = unicodedata.normalize("NFC", text)[:longest]
            try:
                with transaction.atomic():
                    rows.filter(pk=pk).update(**{column: name})
            except IntegrityError:
                mark = f" ({pk})"
                rows.filter(pk=pk).update(**{column: name[: longest - len(mark)] + mark})
