"""The one way a deed says no."""

from django import forms


class NotAllowed(Exception):
    """A deed was refused. The argument is a sentence for the person, in that person's language.

    `field` is the name of what was typed that the sentence is about; empty where it is about all of it.
    """

    def __init__(self, *sentence: object, field: str = "") -> None:
        super().__init__(*sentence)
        self.field = field

    @property
    def sentence(self) -> str:
        return str(self.args[0])


def show_refusal(form: forms.BaseForm, refusal: NotAllowed) -> None:
    """Say in the form what was refused, at its field where the form has it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
