"""The firm's pages that look across: the list of clients, the card and its tabs, one's own tasks."""

from django.urls import include, path

from office import views

app_name = "office"

card = [
    path("", views.client_detail, name="client-detail"),
    path("rediger/", views.client_edit, name="client-edit"),
    path("deaktiver/", views.client_deactivate, name="client-deactivate"),
    path("aktiver/", views.client_activate, name="client-activate"),
    path("samarbeid/", views.client_collaboration, name="client-collaboration"),
    path("oppgaver/", views.client_tasks, name="client-tasks"),
    path("oppgaver/<int:pk>/lukk/", views.task_close, name="task-close"),
    path("oppgaver/<int:pk>/apne-igjen/", views.task_reopen, name="task-reopen"),
]
urlpatterns = [
    path("kunder/", views.client_list, name="client-list"),
    path("kunder/<int:number>/", include(card)),
    path("mine-oppgaver/", views.my_tasks, name="my-tasks"),
]
