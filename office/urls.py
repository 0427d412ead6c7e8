"""Addresses of the firm's pages, by room."""

from django.urls import include, path

from office.alerts import views as alert_views
from office.bulk.urls import runs
from office.charges import views as charge_views
from office.clients import register_views, views
from office.clients.export import client_export
from office.collaborations import views as collaboration_views
from office.employees import views as employee_views
from office.imports import views as import_views
from office.overview.views import overview
from office.saved_views import views as view_pages
from office.search.views import search
from office.settings import views as settings_views
from office.tasks import views as task_views

app_name = "office"

card = [
    path("", views.client_detail, name="client-detail"),
    path("rediger/", views.client_edit, name="client-edit"),
    path("deaktiver/", views.client_deactivate, name="client-deactivate"),
    path("aktiver/", views.client_activate, name="client-activate"),
    path("enhetsregisteret/", register_views.client_register, name="client-register"),
    path("enhetsregisteret/ta-over/", register_views.client_take_over, name="client-take-over"),
    path("samarbeid/", views.client_collaboration, name="client-collaboration"),
    path("oppgaver/", views.client_tasks, name="client-tasks"),
    path("oppgaver/<int:pk>/lukk/", views.task_close, name="task-close"),
    path("oppgaver/<int:pk>/apne-igjen/", views.task_reopen, name="task-reopen"),
]
firm_settings = [
    path("", settings_views.settings_detail, name="settings-detail"),
    path("byra/", settings_views.firm_edit, name="firm-edit"),
    path("paminnelser/", settings_views.reminder_plan_edit, name="reminder-plan-edit"),
    path("kundenummer/", settings_views.client_numbers_edit, name="client-numbers-edit"),
    path("oppgavetyper/ny/", settings_views.task_type_create, name="task-type-create"),
    path("oppgavetyper/<int:pk>/", settings_views.task_type_edit, name="task-type-edit"),
    path("oppgavetyper/<int:pk>/ta-ut/", settings_views.task_type_retire, name="task-type-retire"),
    path("oppgavetyper/<int:pk>/ta-inn/", settings_views.task_type_restore, name="task-type-restore"),
    path("oppgavetyper/<int:pk>/slett/", settings_views.task_type_delete, name="task-type-delete"),
]
collaborations = [
    path("", collaboration_views.collaboration_list, name="collaboration-list"),
    path("eksport.<slug:kind>", collaboration_views.collaboration_export, name="collaboration-export"),
]
alerts = [
    path("", alert_views.alert_list, name="alert-list"),
    path("les-alle/", alert_views.alert_read_all, name="alert-read-all"),
    path("innstillinger/", alert_views.alert_preference_edit, name="alert-preference-edit"),
    path("<int:pk>/les/", alert_views.alert_read, name="alert-read"),
]
employees = [
    path("", employee_views.employee_list, name="employee-list"),
    path("inviter/", employee_views.employee_invite, name="employee-invite"),
    path("<int:pk>/", employee_views.employee_edit, name="employee-edit"),
    path("<int:pk>/deaktiver/", employee_views.employee_deactivate, name="employee-deactivate"),
    path("<int:pk>/tilganger.csv", employee_views.employee_report, name="employee-report"),
    path("invitasjoner/<int:pk>/send/", employee_views.invitation_resend, name="invitation-resend"),
    path("invitasjoner/<int:pk>/trekk/", employee_views.invitation_withdraw, name="invitation-withdraw"),
]
saved_views = [
    path("<slug:which>/", view_pages.view_list, name="view-list"),
    path("<int:pk>/gi-nytt-navn/", view_pages.view_rename, name="view-rename"),
    path("<int:pk>/erstatt/", view_pages.view_overwrite, name="view-overwrite"),
    path("<int:pk>/slett/", view_pages.view_delete, name="view-delete"),
    path("<int:pk>/start/", view_pages.view_start, name="view-start"),
]
imports = [
    path("", import_views.import_upload, name="import-upload"),
    path("mal.<slug:kind>", import_views.import_template, name="import-template"),
    path("<int:pk>/", import_views.import_detail, name="import-detail"),
    path("<int:pk>/kolonner/", import_views.import_columns, name="import-columns"),
    path("<int:pk>/start/", import_views.import_start, name="import-start"),
    path("<int:pk>/angre/", import_views.import_undo, name="import-undo"),
    path("<int:pk>/slett/", import_views.import_discard, name="import-discard"),
    path("<int:pk>/feil.csv", import_views.import_failed, name="import-failed"),
]
urlpatterns = [
    path("innstillinger/", include(firm_settings)),
    path("oversikt/", overview, name="overview"),
    path("sok/", search, name="search"),
    path("kunder/", views.client_list, name="client-list"),
    path("kunder/eksport.<slug:kind>", client_export, name="client-export"),
    path("kunder/importer/", include(imports)),
    path("kunder/<int:number>/", include(card)),
    path("masse/", include(runs)),
    path("varsler/", include(alerts)),
    path("medarbeidere/", include(employees)),
    path("mine-oppgaver/", task_views.my_tasks, name="my-tasks"),
    path("mine-oppgaver/eksport.<slug:kind>", task_views.task_export, name="task-export"),
    path("samarbeid/", include(collaborations)),
    path("visninger/", include(saved_views)),
    path("fakturagrunnlag/", charge_views.charge_list, name="charge-list"),
    path("fakturagrunnlag/eksport.<slug:kind>", charge_views.charge_export, name="charge-export"),
]
