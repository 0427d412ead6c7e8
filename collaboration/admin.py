"""Requests, collaborations and receipts: history, to look at. And who administers a company, where it is disputed."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.aggregates import StringAgg
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from collaboration import actions
from collaboration.disputes import describe_claims, fingerprint
from collaboration.models import Activation, Collaboration, Receipt
from ground.mail_addresses import shown_address
from ground.refusals import NotAllowed
from history.admin import FindsNames, LookOnly
from notifications.admin import FindsAddresses
from organisations.companies.rows import find_claims
from organisations.models import Company, CompanyUser, Dispute, User


@admin.register(Activation)
class ActivationAdmin(FindsAddresses, LookOnly, admin.ModelAdmin):
    list_display = ["client", "firm", "service", "variant", "scenario", "status", "requested_at", "decided_at"]
    list_filter = ["status", "scenario", "service", "firm"]
    list_select_related = ["client", "firm", "service", "variant"]
    search_fields = [
        "client__name", "=client__number", "client__org_number", "company__name", "contact_email", "firm__name",
    ]  # fmt: skip
    date_hierarchy = "requested_at"
    ordering = ["-started_at", "-pk"]
    show_full_result_count = False
    exclude = ["token_hash"]


@admin.register(Collaboration)
class CollaborationAdmin(FindsNames, LookOnly, admin.ModelAdmin):
    list_display = ["client", "firm", "company", "service", "started_on", "last_day"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), "service", "firm"]
    list_select_related = ["client", "firm", "company", "service", "subscription"]
    search_fields = ["client__name", "=client__number", "company__name", "company__org_number", "firm__name"]
    date_hierarchy = "started_on"
    ordering = ["-started_on", "-pk"]
    exclude = ["people_told", "ends_on"]
    readonly_fields = ["last_day"]

    @admin.display(description=_("siste dag"), ordering="ended_at")
    def last_day(self, collaboration: Collaboration) -> date | None:
        return collaboration.last_day


@admin.register(Receipt)
class ReceiptAdmin(FindsNames, LookOnly, admin.ModelAdmin):
    """Who has approved which version of which service's terms."""

    list_display = ["plain_number", "company", "approver_name", "service", "terms_version", "firm", "created_at"]
    list_filter = ["subscription__service", "terms__version", "firm"]
    list_select_related = ["company", "firm", "subscription__service", "terms"]
    search_fields = [
        "=number", "company__name", "company__org_number", "firm__name", "approver_name", "=terms__sha256",
    ]  # fmt: skip
    date_hierarchy = "created_at"
    ordering = ["-number"]
    fields = [
        "plain_number", "activation", "company", "firm", "terms", "record", "approver_name", "approver_email",
        "created_at",
    ]  # fmt: skip

    @admin.display(description=_("nummer"), ordering="number")
    def plain_number(self, receipt: Receipt) -> str:
        """Without the space that a number of thousands would get."""
        return str(receipt.number)

    @admin.display(description=_("tjeneste"), ordering="subscription__service__name")
    def service(self, receipt: Receipt) -> str:
        return receipt.subscription.service.name

    @admin.display(description=_("vilkårenes versjon"), ordering="terms__version")
    def terms_version(self, receipt: Receipt) -> int | None:
        return receipt.terms.version if receipt.terms else None


class SettleForm(forms.Form):
    """Who administers the company, and what becomes of the others. Nothing is chosen beforehand."""

    company = forms.TypedChoiceField(label=_("Hvem administrerer selskapet?"), coerce=int, widget=forms.RadioSelect)
    others = forms.ChoiceField(
        label=_("Hva skjer med de andre?"),
        choices=[
            ("stay", _("De blir brukere av selskapet, og ser alt i det")),
            ("leave", _("De hører ikke til selskapet, og mister plassen")),
        ],
        widget=forms.RadioSelect,
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, places: list[CompanyUser], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["company"].choices = [
            (place.company_id, f"{place.name}, {shown_address(place.email)}") for place in places
        ]
        self.initial["shown"] = fingerprint(places)


@admin.register(Dispute)
class DisputeAdmin(FindsNames, admin.ModelAdmin):
    """One entry for a company for which several have answered; it goes when it is settled, or nobody disputes it."""

    list_display = ["org_number", "names", "provisional_at"]
    search_fields = ["org_number", "name"]
    ordering = ["provisional_at", "pk"]
    readonly_fields = ["org_number", "name", "asking_firm", "merged_into"]  # the page has a form of its own

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        rows = Company.objects.unsettled().filter(org_number=OuterRef("org_number")).order_by().values("org_number")
        names = rows.annotate(names=StringAgg("name", ", ", order_by="name")).values("names")
        return super().get_queryset(request).annotate(all_names=Subquery(names))

    @admin.display(description=_("kalles av byråene"))
    def names(self, dispute: Any) -> str:
        return dispute.all_names

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Who answers, who is asked, and what each has begun; and the form that settles it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        dispute = self.get_object(request, object_id)
        if dispute is None:
            messages.info(request, _("Det er allerede avgjort hvem som administrerer selskapet."))
            return redirect("admin:organisations_dispute_changelist")
        places = find_claims(dispute.org_number)
        form = SettleForm(places, request.POST or None)
        if form.is_valid():
            return self.settle(request, form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "title": _("To mottakere for samme selskap"),
            "opts": self.opts,
            "dispute": dispute,
            "claims": describe_claims(places),
            "form": form,
        }
        return TemplateResponse(request, "admin/organisations/dispute.html", context)

    def settle(self, request: HttpRequest, answers: dict[str, Any]) -> HttpResponse:
        assert isinstance(request.user, User)
        try:
            company = actions.settle_company(
                company=Company(pk=answers["company"]), others_stay=answers["others"] == "stay", by=request.user,
                shown=answers["shown"],
            )  # fmt: skip
        except NotAllowed as refusal:
            messages.error(request, refusal.sentence)
            return redirect(request.path)
        messages.success(request, _("Det er avgjort hvem som administrerer %(company)s.") % {"company": company})
        return redirect("admin:organisations_dispute_changelist")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Dispute | None = None) -> bool:
        return False
