"""Names in the database: that they are spelt with one sign for a letter with a mark, and how older ones come to be."""

import unicodedata
from typing import Any

from django.db import IntegrityError, models, transaction


class IsNFC(models.Func):
    """Whether the text is spelt so. Not so spelt, it is neither found nor sorted as it looks."""

    template = "%(expressions)s IS NFC NORMALIZED"
    output_field = models.BooleanField()


def bring_into_nfc(model: Any, *columns: str) -> None:
    """For migrations. Names that are one now, where only one may be, are told apart by the row's number."""
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
