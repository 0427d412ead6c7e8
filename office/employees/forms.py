"""Forms for a firm's people: invitation, role, and who takes over from a leaver."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration.actions.firm.deactivate_employee import Responsibilities
from ground.lines import LineField
from ground.names import NorwegianOrder
from organisations.forms.addresses import AddressField
from organisations.models import Employee, Invitation


class EmployeeForm(forms.Form):
    """A co-worker's role and which clients he sees."""

    role = forms.ChoiceField(
        label=_("Rolle"),
        choices=[
            (Employee.Role.EMPLOYEE, _("Medarbeider")),
            (Employee.Role.ADMINISTRATOR, _("Administrator: styrer også medarbeidere og innstillinger")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg en rolle.")},
    )
    client_access = forms.ChoiceField(
        label=_("Kunder"),
        choices=[
            (Employee.ClientAccess.ALL, _("Alle kunder")),
            (Employee.ClientAccess.OWN, _("Egne kunder: som kundeansvarlig, oppgaveansvarlig eller deltaker")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg hvilke kunder medarbeideren skal se.")},
    )


class InvitationForm(EmployeeForm):
    name = LineField(
        label=_("Navn"),
        max_length=Invitation._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Skriv navnet.")},
    )
    email = AddressField(
        label=_("E-post"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Skriv e-postadressen.")},
    )

    field_order = ("name", "email", "role", "client_access")


class HandOverForm(forms.Form):
    """Who takes over from a leaver; a field is asked only where there is something to take over."""

    account_manager = forms.ModelChoiceField(
        label=_("Ny kundeansvarlig"),
        queryset=Employee.objects.none(),
        empty_label=_("Velg medarbeider"),
        error_messages={"required": _("Velg hvem som skal være kundeansvarlig.")},
    )
    task_owner = forms.ModelChoiceField(
        label=_("Ny oppgaveansvarlig"),
        queryset=Employee.objects.none(),
        empty_label=_("Velg medarbeider"),
        error_messages={"required": _("Velg hvem som skal ha oppgavene.")},
    )

    def __init__(self, leaver: Employee, there: Responsibilities, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        others = Employee.objects.visible_to(leaver).active().exclude(pk=leaver.pk).select_related("user")
        for name, rows in (("account_manager", there.managed), ("task_owner", there.owned)):
            if rows:
                self.fields[name].queryset = others.order_by(NorwegianOrder("user__name"))  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def chosen(self, name: str) -> Employee | None:
        """The employee who takes over; None where there is nothing to take over."""
        return self.cleaned_data.get(name)
