"""What is chosen for many clients at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bulk.models import BulkRun
from organisations.models import Employee, Firm
from subscriptions.models import Service
from subscriptions.months import any_period, months_in_words


class ActivateForm(forms.Form):
    """The wizard's questions, once for all: which services, in which variants, who pays, for how long, which task."""

    says_optional = False  # what a service does not ask is passed over

    services = forms.MultipleChoiceField(
        label=_("Tjenester"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Velg minst én tjeneste.")},
    )
    payer = forms.ChoiceField(
        label=_("Fakturamottaker"),
        choices=[("company", _("Kunden")), ("firm", _("Byrået"))],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Gjelder dem som ikke har tjenesten fra før."),
    )
    period_months = forms.TypedChoiceField(
        label=_("Avtaleperiode"),
        coerce=int,
        empty_value=None,
        choices=any_period,
        widget=forms.RadioSelect,
        required=False,
    )
    task_type = forms.ChoiceField(
        label=_("Oppgave"),
        required=False,
        help_text=_("De som står på oppgaven, får tilgang til tjenesten."),
    )

    def __init__(self, *args: Any, run: BulkRun, **kwargs: Any) -> None:
        self.catalogue = list(Service.objects.prefetch_related("variants"))
        kwargs["initial"] = initial_of(run)
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["services"].choices = [(service.code, service.name) for service in self.catalogue]
        fields["payer"].choices = [("company", gettext("Kunden")), ("firm", run.firm.name)]
        fields["period_months"].choices = [(months, months_in_words(months)) for months in Service.PERIODS]
        fields["task_type"].choices = task_choices(run.firm)
        names = ["services"]
        for service in self.catalogue:
            if service.has_variants:
                names.append(variant_field(service))
                fields[names[-1]] = make_variant_field(service)
        self.order_fields([*names, "payer", "period_months", "task_type"])

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        chosen = [service for service in self.catalogue if service.code in answers.get("services", ())]
        for service in chosen:
            if service.has_variants and not answers.get(variant_field(service)):
                self.add_error(variant_field(service), gettext("Velg en variant."))
        if any(service.has_payer for service in chosen) and not answers.get("payer"):
            self.add_error("payer", gettext("Velg hvem som skal betale for tjenesten."))
        if any(service.has_period for service in chosen) and not answers.get("period_months"):
            self.add_error("period_months", gettext("Velg om avtaleperioden skal gjelde for 3 eller 12 måneder."))
        return answers

    @property
    def choices(self) -> dict[str, Any]:
        """What a run keeps of the answers."""
        answers = self.cleaned_data
        return {
            "services": {code: answers.get(f"variant_{code}", "") for code in answers["services"]},
            "payer": answers["payer"],
            "period_months": answers["period_months"],
            "task_type": int(answers["task_type"]) if answers["task_type"] else None,
        }


class ManagerForm(forms.Form):
    """Who is to answer for the clients."""

    manager = forms.ChoiceField(
        label=_("Ny kundeansvarlig"), error_messages={"required": _("Velg hvem som skal være kundeansvarlig.")}
    )

    def __init__(self, *args: Any, run: BulkRun, **kwargs: Any) -> None:
        kwargs["initial"] = {"manager": run.choices.get("manager", "")}
        super().__init__(*args, **kwargs)
        people = Employee.objects.visible_to(run.by).active().order_by("user__name", "pk")
        field: Any = self.fields["manager"]
        named = [(str(pk), name) for pk, name in people.values_list("pk", "user__name")]
        field.choices = [("", gettext("Velg en medarbeider")), *named]

    @property
    def choices(self) -> dict[str, Any]:
        return {"manager": int(self.cleaned_data["manager"])}


FORMS: dict[str, type[ActivateForm] | type[ManagerForm]] = {
    BulkRun.Deed.ACTIVATE: ActivateForm,
    BulkRun.Deed.MANAGER: ManagerForm,
}  # a deed without one asks nothing


def variant_field(service: Service) -> str:
    return f"variant_{service.code}"


def make_variant_field(service: Service) -> forms.ChoiceField:
    for_sale = [(variant.code, variant.name) for variant in service.variants.all() if variant.is_for_sale]
    return forms.ChoiceField(
        label=gettext("Variant av %(service)s") % {"service": service.name},
        choices=[("", gettext("Velg en variant")), *for_sale],
        required=False,
        help_text=gettext("Den som har tjenesten fra før, beholder varianten sin."),
    )


def task_choices(firm: Firm) -> list[tuple[str, str]]:
    types = [(str(type_.pk), type_.local_name) for type_ in firm.task_types.all()]
    return [("", gettext("Kundens eneste åpne oppgave")), *types]


def initial_of(run: BulkRun) -> dict[str, Any]:
    """The choices of a run as the form's first answers."""
    kept = run.choices
    variants = {f"variant_{code}": variant for code, variant in kept.get("services", {}).items()}
    return variants | {
        "services": list(kept.get("services", {})),
        "payer": kept.get("payer", "company"),
        "period_months": kept.get("period_months", 12),
        "task_type": kept.get("task_type") or "",
    }
