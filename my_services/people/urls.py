"""The company's users: for its administrators. And the way out, for everybody (settings.PLACES)."""

from django.urls import URLPattern, URLResolver, include, path

from my_services.people import invitations, users

app_name = "company_users"

person: list[URLPattern | URLResolver] = [
    path("", users.user_detail, name="user-detail"),
    path("rolle/", users.user_role_edit, name="user-role-edit"),
    path("tjenester/", users.user_services_edit, name="user-services-edit"),
    path("hovedkontakt/", users.user_main_contact, name="user-main-contact"),
    path("deaktiver/", users.user_deactivate, name="user-deactivate"),
]
invitation: list[URLPattern | URLResolver] = [
    path("send-igjen/", invitations.invitation_resend, name="invitation-resend"),
    path("trekk-tilbake/", invitations.invitation_withdraw, name="invitation-withdraw"),
]
pages: list[URLPattern | URLResolver] = [
    path("brukere/", users.user_list, name="user-list"),
    path("brukere/inviter/", invitations.user_invite, name="user-invite"),
    path("brukere/invitasjoner/<int:pk>/", include(invitation)),
    path("brukere/<int:pk>/", include(person)),
    path("forlat/", users.company_leave, name="company-leave"),
]
urlpatterns = [path("mine-tjenester/", include(pages))]
