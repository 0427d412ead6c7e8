"""The forms of an import: the file, its columns, how it is imported."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from client_imports.columns import Field
from client_imports.models import ClientImport

MOST_EXAMPLES = 3
LONGEST_EXAMPLE = 40


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Fil med kunder"),
        help_text=gettext_lazy("CSV eller Excel (.xlsx), høyst 5 MB og 20 000 rader."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        allow_empty_file=True,  # the reader has a sentence for it
        error_messages={"required": gettext_lazy("Velg en fil.")},
    )


class ColumnsForm(forms.Form):
    """What each column of the file is, with examples, and what happens to clients that are here."""

    says_optional = False

    def __init__(self, *args: Any, client_import: ClientImport, examples: list[list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_headed"] = forms.BooleanField(
            label=_("Første rad er overskrifter"), required=False, initial=client_import.is_headed
        )
        for column, chosen in enumerate(client_import.columns):
            self.fields[f"column_{column}"] = forms.ChoiceField(
                label=heading_of(client_import, column),
                help_text=tell_examples(examples, column),
                choices=[("", _("Ikke med")), *Field.choices],
                required=False,
                initial=chosen,
            )
        self.fields["duplicates"] = forms.ChoiceField(
            label=_("Kunder dere har fra før"),
            help_text=_(
                "De kjennes igjen på organisasjonsnummer, kundenummer eller navn. Tomme celler endrer ingenting."
            ),
            choices=ClientImport.Duplicates.choices,
            widget=forms.RadioSelect,
            initial=client_import.duplicates,
        )
        self.width = len(client_import.columns)

    @property
    def columns(self) -> list[str]:
        return [self.cleaned_data[f"column_{column}"] for column in range(self.width)]


class StartForm(forms.Form):
    scope = forms.ChoiceField(
        label=gettext_lazy("Hva som importeres"),
        choices=ClientImport.Scope.choices,
        widget=forms.RadioSelect,
        initial=ClientImport.Scope.GOOD,
    )


def heading_of(client_import: ClientImport, column: int) -> str:
    """What the column is called on the page: its heading, or its number."""
    cells = client_import.first_cells if client_import.is_headed else []
    heading = cells[column][:LONGEST_EXAMPLE] if column < len(cells) else ""
    return heading or _("Kolonne %(number)s") % {"number": column + 1}


def tell_examples(examples: list[list[str]], column: int) -> str:
    cells = [cells[column][:LONGEST_EXAMPLE] for cells in examples if column < len(cells) and cells[column]]
    return ", ".join(cells[:MOST_EXAMPLES])
