"""What somebody typed into a form that could not be taken, to be shown again under the fields' own names."""

from django.apps import apps
from django.http import QueryDict
from django.utils.text import capfirst

NEVER_SHOWN = frozenset({"csrfmiddlewaretoken", "password", "password1", "password2", "next", "form_key"})


def what_was_typed(form: QueryDict) -> list[tuple[str, str]]:
    """Label and value of each field with something in it; ids of chosen rows and our own hidden fields are left out."""
    our_own_last = reversed(list(apps.get_models()))
    columns = {column.name: column for model in our_own_last for column in model._meta.get_fields()}
    typed = []
    for name, values in form.lists():
        column = columns.get(name.rpartition("-")[2])
        if name in NEVER_SHOWN or name.startswith("_") or getattr(column, "is_relation", False):
            continue
        label = capfirst(getattr(column, "verbose_name", name))
        typed += [(label, value) for value in values if value]
    return typed
