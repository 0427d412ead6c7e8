"""How a deed says no."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest


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


def perform(
    request: HttpRequest, deed: Callable[..., object], *, done: str, form: forms.BaseForm | None = None, **what: Any
) -> bool:
    """Do the deed with `what`, and say `done`; returns whether it was done.

    A refusal is said in the form the deed is from, or, without one, at the top of the next page.
    """
    try:
        deed(**what)
    except NotAllowed as refusal:
        if form is not None:
            show_refusal(form, refusal)
        else:
            messages.error(request, refusal.sentence)
        return False
    messages.success(request, done)
    return True
