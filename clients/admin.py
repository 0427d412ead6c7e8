"""Firms with their employees, and their clients and tasks, in the admin, mostly to look at."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clients.actions import create_standard_task_types
from clients.models import Client, Contact, Task, TaskParticipant, TaskType
from ground.org_number import OrgNumberField
from ground.phone import PhoneField
from ground.refusals import NotAllowed
from history.admin import FindsNames, LookOnly
from notifications.admin import FindsAddresses
from organisations.actions.firms import clean_reminder_days
from organisations.forms.admin_fields import TEXTS
from organisations.models import Employee, Firm


class EmployeeInline(LookOnly, admin.TabularInline):
    """The firm's employees. Each comes by an invitation, the first one by the platform's (Invitasjoner)."""

    model = Employee
    extra = 0
    fields = ["user", "role", "client_access", "deactivated_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Employee]:
        return super().get_queryset(request).select_related("user")


class TaskTypeInline(LookOnly, admin.TabularInline):
    model = TaskType
    extra = 0
    fields = ["name", "name_en", "is_active"]


class FirmForm(forms.ModelForm):
    class Meta:
        field_classes = {"org_number": OrgNumberField, "phone": PhoneField}

    def clean_reminder_days(self) -> list[int]:
        try:
            return clean_reminder_days(self.cleaned_data["reminder_days"] or [])
        except NotAllowed as refusal:
            raise forms.ValidationError(refusal.sentence) from None


@admin.register(Firm)
class FirmAdmin(FindsNames, admin.ModelAdmin):
    """Firms. A new one gets the standard task types."""

    list_display = ["name", "org_number", "slug", "email", "phone"]
    search_fields = ["name", "org_number", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [EmployeeInline, TaskTypeInline]
    form = FirmForm
    formfield_overrides = TEXTS

    def get_prepopulated_fields(self, request: HttpRequest, obj: Firm | None = None) -> dict:
        return {} if obj else self.prepopulated_fields

    def get_inlines(self, request: HttpRequest, obj: Firm | None) -> list:
        return self.inlines if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Firm | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Firm, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            create_standard_task_types(firm=obj)


class ContactInline(LookOnly, admin.TabularInline):
    model = Contact
    extra = 0
    fields = ["name", "email", "phone", "is_main"]


class TaskInline(LookOnly, admin.TabularInline):
    model = Task
    extra = 0
    fields = ["type", "period", "owner", "due_on", "opened_at", "closed_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        return super().get_queryset(request).select_related("type", "owner__user")


@admin.register(Client)
class ClientAdmin(FindsAddresses, LookOnly, admin.ModelAdmin):
    list_display = ["plain_number", "name", "org_number", "firm", "account_manager", "is_active", "updated_at"]
    list_filter = ["is_active", "firm", "legal_form"]
    list_select_related = ["firm", "account_manager__user"]
    search_fields = ["name", "=number", "org_number", "contacts__name", "contacts__email"]
    date_hierarchy = "created_at"
    ordering = ["firm", "number"]
    fields = [
        "firm", "plain_number", "name", "org_number", "legal_form", "street", "postal_code", "city", "email", "phone",
        "account_manager", "is_active", "created_at", "updated_at",
    ]  # fmt: skip
    inlines = [ContactInline, TaskInline]

    @admin.display(description=_("kundenummer"), ordering="number")
    def plain_number(self, client: Client) -> str:
        """Without the space that a number of thousands would get."""
        return str(client.number)


class TaskParticipantInline(LookOnly, admin.TabularInline):
    model = TaskParticipant
    extra = 0
    fields = ["employee"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaskParticipant]:
        return super().get_queryset(request).select_related("employee__user")


@admin.register(Task)
class TaskAdmin(FindsNames, LookOnly, admin.ModelAdmin):
    list_display = ["client", "type", "period", "owner", "firm", "due_on", "opened_at", "closed_at"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter), "firm"]
    list_select_related = ["client", "type", "owner__user", "firm"]
    search_fields = ["client__name", "=client__number", "type__name", "period", "owner__user__name"]
    date_hierarchy = "opened_at"
    ordering = ["-opened_at", "-pk"]
    fields = ["firm", "client", "type", "period", "owner", "due_on", "opened_at", "closed_at"]
    inlines = [TaskParticipantInline]
