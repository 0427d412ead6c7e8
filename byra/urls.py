"""Every address of the house. Which side a namespace belongs to stands in settings.PLACES."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from byra import health
from organisations.places.views import home
from organisations.signing_in.views import (
    app_remove,
    devices,
    new_password,
    passkey_again,
    passkey_remove,
    second_factor,
    second_step,
)
from privacy.views import privacy_policy

admin.site.site_header = admin.site.site_title = _("Byrå – administrasjon")
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "byra.error_pages.bad_request"
handler500 = "byra.error_pages.server_error"
handler429 = "byra.error_pages.too_many_tries"  # asked for by allauth

urlpatterns = [
    path("", home, name="home"),
    path("helse/", health.health, name="health"),
    # Before allauth's: it has a page for changing one's addresses, which is not ours, and refers to it by this name.
    path("konto/email/", RedirectView.as_view(pattern_name="home"), name="account_email"),
    path("konto/", include("organisations.signing_in.urls")),
    path("konto/opplysninger/", include("privacy.urls")),
    path("personvern/", privacy_policy, name="privacy-policy"),
    # Before allauth's, by its own pattern: the address with the token only leads on.
    re_path(
        r"^konto/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        new_password,
        name="account_reset_password_from_key",
    ),
    path("konto/", include("allauth.account.urls")),
    # Before allauth's: this device first, then as they were last used.
    path("konto/enheter/", devices, name="usersessions_list"),
    # Before allauth's: it tells whether a second factor is required and missing.
    path("konto/to-trinn/", second_factor, name="mfa_index"),
    # Before allauth's: it offers what the person has.
    path("konto/to-trinn/authenticate/", second_step, name="mfa_authenticate"),
    # Before allauth's: it keeps asking where the passkey was not taken.
    path("konto/to-trinn/webauthn/reauthenticate/", passkey_again, name="mfa_reauthenticate_webauthn"),
    # Before allauth's, as is the next one: of two removals at once the later one keeps the last factor.
    path("konto/to-trinn/totp/deactivate/", app_remove, name="mfa_deactivate_totp"),
    path("konto/to-trinn/webauthn/keys/<int:pk>/remove/", passkey_remove, name="mfa_remove_webauthn"),
    path("konto/to-trinn/", include("allauth.mfa.urls")),
    path("konto/enheter/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
    path("anymail/", include("notifications.webhook_urls")),
    path("", include("organisations.urls")),
    path("", include("office.urls")),
    path("", include("office.clients.edit_urls")),
    path("", include("collaboration.urls")),
    path("", include("my_services.urls")),
    path("", include("my_services.link_urls")),
    path("", include("my_services.user_urls")),
]
if settings.DEMO:
    urlpatterns += [path("", include("devtools.urls"))]
