"""Another task for a collaboration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from agreements.models import Collaboration
from clients.models import Task
from office.requests.forms import TaskChoiceField


class TaskForm(forms.Form):
    """Another open task of the same client, by GET as well."""

    says_optional = False

    valg = TaskChoiceField(
        label=gettext_lazy("Oppgave"),
        queryset=Task.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Velg en oppgave."),
            "invalid_choice": gettext_lazy("Oppgaven er lukket. Velg en annen."),
        },
    )

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["valg"]
        tasks = collaboration.client.tasks.open().exclude(pk=collaboration.task_id)
        field.queryset = tasks.with_people().order_by("opened_at")
