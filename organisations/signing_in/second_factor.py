"""Who must have a second factor, and the middleware that lets nobody of those past without it."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from organisations.forms.kept import keep_form, page_of_the_form
from organisations.models import Employee, User
from organisations.places.in_address import tell_place
from organisations.places.redirects import SAFE_METHODS, with_next
from organisations.signing_in.pages import PROVING
from organisations.signing_in.proofs import has_proved_second_factor

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
OPEN_WITHOUT = PROVING | {"account_logout"}
SETTING_UP = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn"}


def must_have_second_factor(user: User) -> bool:
    """Whether the person works in a firm or runs the platform, where the setting asks for it."""
    if not settings.REQUIRE_SECOND_FACTOR:
        return False
    return user.is_staff or Employee.objects.active().filter(user=user).exists()


def has_app(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


class RequireSecondFactorMiddleware:
    """Lets nobody past who must have a second factor and has not shown one in this session.

    Such a person is led to where it is shown, or set up if he has none. Pages that need no sign-in stay open.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        user = request.user
        if not settings.REQUIRE_SECOND_FACTOR or not isinstance(user, User) or name in OPEN_WITHOUT:
            return None
        if not getattr(view, "login_required", True):
            return None
        has_proved = has_proved_second_factor(request)
        if has_proved and has_second_factor(user):
            return None
        if not must_have_second_factor(user):
            return None
        if not has_proved and has_second_factor(user):
            return self.lead_to_proof(request, user)
        return None if name in SETTING_UP else redirect("mfa_index")  # what was proved counts no more once it is gone

    def lead_to_proof(self, request: HttpRequest, user: User) -> HttpResponse:
        """To where the second factor is shown, and back; what was typed is kept."""
        page = reverse("mfa_reauthenticate" if has_app(user) else "mfa_reauthenticate_webauthn")
        back = request.get_full_path()
        if request.method not in SAFE_METHODS:
            keep_form(request, needs_proof=True)
            back = page_of_the_form(request)
        return redirect(with_next(page, tell_place(request, back)))


@receiver(authenticator_added)
def count_setting_up_as_proof(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs) -> None:
    """Record the second factor that was just set up as shown. allauth offers no other place to learn of it."""
    if authenticator.type in FACTORS:
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)
    if authenticator.type == Authenticator.Type.TOTP:
        # The code that has set it up is used (ASVS 5.0, 6.5.1).
        TOTP(authenticator).validate_code(request.POST.get("code", ""))
