"""How a deed says no."""

from django import forms


class NotAllowed(Exception):
    """Raised by a deed that refuses. The argument is a sentence for the person, in that person's language.

    `field` names the form's field that the sentence is about; empty where it is about the whole form.
    """

    def __init__(self, *sentence: object, field: str = "") -> None:
        super().__init__(*sentence)
        self.field = field

    @property
    def sentence(self) -> str:
        return str(self.args[0])


def show_refusal(form: forms.BaseForm, refusal: NotAllowed) -> None:
    """Add the refusal's sentence to the form: at its field where the form has it, else above all fields."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
