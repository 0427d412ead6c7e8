"""Forms for clients, contacts and tasks."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact, Task, TaskType
from clients.numbers import NumberTaken
from clients.rights import may_choose_manager
from clients.typed import LARGEST_CLIENT_NUMBER, check_org_number, check_postal_code
from ground.lines import LineField
from ground.names import NorwegianOrder
from ground.org_number import OrgNumberField
from ground.refusals import NotAllowed, show_refusal
from organisations.forms.addresses import AddressField
from organisations.models import Employee, Firm


class EmployeeChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, employee: Employee) -> str:
        return employee.user.name


class EmployeesChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, employee: Employee) -> str:
        return employee.user.name


def employees_of(firm: Firm, *, and_also: int | None = None):
    """Employees who can be chosen: those who work in the firm today, and the one who is chosen already (`and_also`)."""
    everybody = Employee.objects.filter(firm=firm)
    chosen = everybody.active() | everybody.filter(pk__in=[and_also] if and_also else [])
    return chosen.select_related("user").order_by(NorwegianOrder("user__name"))


class ClientForm(forms.ModelForm):
    """A client's card. The deed says which changes are allowed.

    A person who may not choose the account manager reads who it is: `fixed_manager`, on a new card oneself; None for
    nobody. `taken_by` is the client that has the number already; None where it is free, or the reader does not see that
    client.
    """

    fixed_manager: Employee | None = None
    taken_by: Client | None = None

    number = forms.IntegerField(
        label=_("Kundenummer"),
        required=False,
        min_value=1,
        max_value=LARGEST_CLIENT_NUMBER,
        widget=forms.TextInput(attrs={"class": "narrow", "inputmode": "numeric"}),
        help_text=_("La feltet stå tomt, så får kunden neste ledige nummer."),
        error_messages={"invalid": _("Kundenummeret skal være et helt tall.")},
    )
    org_number = OrgNumberField(
        label=_("Organisasjonsnummer"),
        required=False,
        help_text=_("Ni siffer. Må være med for å aktivere samarbeid."),
        widget=forms.TextInput(attrs={"class": "narrow", "inputmode": "numeric"}),
    )
    account_manager = EmployeeChoiceField(
        label=_("Kundeansvarlig"),
        queryset=Employee.objects.none(),
        required=False,
        empty_label=_("Ingen"),
    )

    class Meta:
        model = Client
        fields = (
            "name",
            "number",
            "org_number",
            "legal_form",
            "street",
            "postal_code",
            "city",
            "email",
            "phone",
            "account_manager",
        )
        field_classes = {**dict.fromkeys(("name", "street", "city", "phone"), LineField), "email": AddressField}
        error_messages = {"name": {"required": _("Skriv kundens navn.")}}

    def __init__(self, *args: Any, by: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        may_choose = may_choose_manager(by, self.instance) if self.instance.pk else by.sees_all_clients
        if may_choose:
            fields["account_manager"].queryset = employees_of(by.firm, and_also=self.instance.account_manager_id)
        else:
            self.fixed_manager = self.instance.account_manager if self.instance.pk else by
            del fields["account_manager"]
        fields["legal_form"].choices = [("", _("Velg")), *Client.LegalForm.choices]
        fields["postal_code"].widget.attrs |= {"class": "narrow", "inputmode": "numeric"}
        if self.instance.pk:
            fields["number"].required = True
            fields["number"].help_text = ""
            fields["number"].error_messages["required"] = _("Skriv et kundenummer.")

    def clean_org_number(self) -> str | None:
        return check_org_number(self.cleaned_data["org_number"])

    def clean_postal_code(self) -> str:
        return check_postal_code(self.cleaned_data["postal_code"])

    def _post_clean(self) -> None:
        """Leave the instance as it is, since the deed writes it under its locks."""

    def show_refusal(self, refusal: NotAllowed) -> None:
        """Show the refusal at its field, with a link to the client that has the number where the reader sees it."""
        show_refusal(self, refusal)
        self.taken_by = refusal.client if isinstance(refusal, NumberTaken) else None

    @property
    def answers(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}


class MainContactForm(forms.Form):
    """The main contact, beside the card of a new client."""

    name = LineField(label=_("Navn"), max_length=150, required=False)
    email = AddressField(label=_("E-post"), required=False)
    phone = LineField(label=_("Telefon"), max_length=30, required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if (typed.get("email") or typed.get("phone")) and not typed.get("name"):
            self.add_error("name", _("Skriv navnet på hovedkontakten."))
        return typed

    @property
    def has_own_address(self) -> bool:
        """Whether something else than the name was typed, or is wrong: then its fields stand open."""
        return any(self[name].value() or self[name].errors for name in ("email", "phone"))

    def answers(self, card: ClientForm) -> dict[str, str]:
        """The contact; e-mail and telephone are the client's where no others were typed."""
        own = self.cleaned_data
        return {name: own[name] or card.answers[name] for name in ("email", "phone")} | {"name": own["name"]}


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ("name", "email", "phone", "is_main")
        field_classes = {"name": LineField, "email": AddressField, "phone": LineField}
        error_messages = {"name": {"required": _("Skriv navnet på kontakten.")}}

    def __init__(self, *args: Any, asks_main: bool = True, **kwargs: Any) -> None:
        """`asks_main` is false for the main contact and the first one, which stay it until another one takes over."""
        super().__init__(*args, **kwargs)
        if not asks_main:
            del self.fields["is_main"]

    def _post_clean(self) -> None:
        """Leave the instance as it is, since the deed writes it under its locks."""


class TaskForm(forms.Form):
    type = forms.ModelChoiceField(
        label=_("Type"),
        queryset=TaskType.objects.none(),
        empty_label=_("Velg type"),
        error_messages={"required": _("Velg en type.")},
    )
    period = LineField(
        label=_("Periode eller stikkord"),
        required=False,
        max_length=60,
        help_text=_("For eksempel «2. termin 2026». Skiller oppgaver av samme type. Kunden ser det ikke."),
    )
    owner = EmployeeChoiceField(
        label=_("Oppgaveansvarlig"),
        queryset=Employee.objects.none(),
        empty_label=_("Velg medarbeider"),
        error_messages={"required": _("Velg en oppgaveansvarlig.")},
    )
    participants = EmployeesChoiceField(
        label=_("Deltakere"),
        queryset=Employee.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Den ansvarlige og deltakerne får tilgang til kundens tjenester."),
    )
    due_on = forms.DateField(
        label=_("Frist"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "narrow"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Datoen er ikke gyldig.")},
    )

    def __init__(self, *args: Any, firm: Firm, task: Task | None = None, **kwargs: Any) -> None:
        if task is not None:
            kwargs["initial"] = {
                "type": task.type_id,
                "owner": task.owner_id,
                "participants": list(task.participants.values_list("pk", flat=True)),
                "period": task.period,
                "due_on": task.due_on,
            }
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        in_use = Q(is_active=True) | Q(pk=task.type_id if task else None)  # a task keeps a type that is out of use
        fields["type"].queryset = firm.task_types.filter(in_use)
        fields["owner"].queryset = fields["participants"].queryset = employees_of(firm)
