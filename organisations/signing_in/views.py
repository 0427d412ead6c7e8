"""Each person's own page, and what allauth's pages about signing in lack."""

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import INTERNAL_RESET_SESSION_KEY, PasswordResetFromKeyView
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from ground.clock import database_clock
from ground.mail_addresses import shown_address
from ground.refusals import NotAllowed
from organisations import actions
from organisations.forms.kept import fill_in
from organisations.models import Employee, User
from organisations.places.current import offered_names
from organisations.places.redirects import safe_next
from organisations.places.requests import SignedInRequest
from organisations.reach import help_desk
from organisations.signing_in.account_forms import CodeForm, OwnDetailsForm
from organisations.signing_in.mailed_code import MailedCode, make_code
from organisations.signing_in.second_factor import FACTORS, has_second_factor, must_have_second_factor

CODE = MailedCode("reauthentication_code")


def account_detail(request: SignedInRequest) -> HttpResponse:
    """One's name, phone and language to be changed, and the ways of signing in with links to where each is changed."""
    person = request.user
    shown = User.objects.get(pk=person.pk)  # the form writes what was typed on it, taken or not
    form = OwnDetailsForm(request.POST or None, instance=shown)
    fill_in(form, request)
    if form.is_valid():
        actions.edit_user(user=person, fields=form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):  # the next page speaks it already
            messages.success(request, _("Opplysningene dine er lagret."))
        return redirect("account:detail")
    context = {
        "form": form,
        "factors": Authenticator.objects.filter(user=person, type__in=FACTORS).order_by("created_at"),
        "must_have_second_factor": must_have_second_factor(person),
        "sessions": UserSession.objects.filter(user=person).count(),
        "offered": offered_names(person),
        "works_in_a_firm": Employee.objects.active().filter(user=person).exists(),
    }
    return render(request, "organisations/account_detail.html", context)


@require_POST
def session_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign out another of the person's own devices."""
    session = get_object_or_404(UserSession, user=request.user, pk=pk)
    if session.is_current():
        return redirect("account_logout")
    actions.end_session(session=session)
    messages.success(request, _("Enheten er logget ut."))
    return redirect("usersessions_list")


@sensitive_post_parameters("code")
def reauthenticate_by_code(request: SignedInRequest) -> HttpResponse:
    """Ask for a new proof by a code in the mail. A person with a second factor is led to that instead."""
    if has_second_factor(request.user):
        return redirect("account_reauthenticate")
    has_typed = "code" in request.POST
    limited = has_typed and ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
    if limited:
        return limited
    form = CodeForm(request.POST if has_typed else None)
    if request.method == "POST" and not has_typed:
        send_code_unless_many(request)
    elif form.is_valid():
        try:
            CODE.check(request, form.cleaned_data["code"], about=str(request.user.pk), at=database_clock())
        except NotAllowed as refusal:
            form.add_error("code", refusal.sentence)
        else:
            CODE.forget(request)
            record_authentication(request, request.user, method="code", reauthenticated=True)
            return redirect(safe_next(request, "/"))
    context = {
        "form": form,
        "has_code": CODE.is_out(request, database_clock()),
        "next": safe_next(request, ""),
    }
    return render(request, "organisations/reauthenticate_by_code.html", context)


def send_code_unless_many(request: SignedInRequest) -> None:
    """Mail a new code, few of them in an hour: each gives new tries to a session in the wrong hands."""
    if not ratelimit.consume(request, action="reauthentication_code", user=request.user):
        messages.error(request, _("Du har bedt om mange koder. Vent en time, og prøv igjen."))
        return
    code = make_code()
    CODE.remember(request, code, about=str(request.user.pk), at=database_clock())
    get_account_adapter(request).send_mail("account/email/reauthentication_code", request.user.email, {"code": code})
    messages.info(request, _("Koden er sendt til %(email)s.") % {"email": shown_address(request.user.email)})


class SecondFactorView(IndexView):
    """allauth's page of second factors, which also says whether one is required of this person and missing."""

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        context["has_second_factor"] = has_second_factor(user)
        context["is_missing"] = not context["has_second_factor"] and must_have_second_factor(user)
        return context


class DevicesView(ListUserSessionsView):
    """allauth's list of sessions, with this device first and then as they were last used."""

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        context["sessions"].sort(key=lambda session: session.last_seen_at, reverse=True)
        context["sessions"].sort(key=lambda session: not session.is_current())
        return context


class NewPasswordView(PasswordResetFromKeyView):
    """allauth's page for a new password. The address with the token only leads on, and no other site hears of it.

    The form keeps the site's referrer policy, since under no-referrer it would be sent with `Origin: null`.
    """

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, uidb36: str, key: str, **kwargs) -> HttpResponse:
        response = super().dispatch(request, uidb36, key, **kwargs)
        if key == self.reset_url_key:
            return response
        if response.status_code == 200:  # the token is not valid, and the page that says so has an address of its own
            request.session.pop(INTERNAL_RESET_SESSION_KEY, None)
            response = redirect("account_reset_password_from_key", uidb36=uidb36, key=self.reset_url_key)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response


class SecondStepView(AuthenticateView):
    """allauth's second step, with only the ways that the person has, the one used last on top."""

    def get_context_data(self, **kwargs) -> dict:
        held = Authenticator.objects.filter(user=self.stage.login.user).order_by(
            F("last_used_at").desc(nulls_last=True), "-type"
        )
        types = [authenticator.type for authenticator in held]
        factors = [one for one in types if one in FACTORS]
        return super().get_context_data(**kwargs) | {
            "has_passkey": Authenticator.Type.WEBAUTHN in types,
            "has_app": Authenticator.Type.TOTP in types,
            "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in types,
            "is_code_first": factors[0] == Authenticator.Type.TOTP,
            "is_code_second": factors[0] != Authenticator.Type.TOTP,
            "help_desk": help_desk(),
        }


class PasskeyAgainView(ReauthenticateWebAuthnView):
    """allauth's proof by passkey, which asks again where the passkey was not taken."""

    def form_invalid(self, form) -> HttpResponse:
        super().form_invalid(form)  # says why
        return redirect("mfa_reauthenticate_webauthn")


class OneFactorAtATime:
    """Locks the person during a removal, so that of two at once the later one sees that only one factor is left."""

    @transaction.atomic
    def post(self, request: SignedInRequest, *args, **kwargs) -> HttpResponse:
        User.objects.select_for_update().get(pk=request.user.pk)
        return super().post(request, *args, **kwargs)  # type: ignore[misc]


class RemoveAppView(OneFactorAtATime, DeactivateTOTPView):
    """allauth's removal of the app, whose form asks the adapter whether it may go."""


class RemovePasskeyView(OneFactorAtATime, RemoveWebAuthnView):
    """allauth's removal of a passkey, which asks the adapter whether it may go."""

    def form_valid(self, form) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.object):
            messages.warning(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        return super().form_valid(form)


devices = DevicesView.as_view()
new_password = NewPasswordView.as_view()
second_factor = SecondFactorView.as_view()
second_step = SecondStepView.as_view()
app_remove = RemoveAppView.as_view()
passkey_again = PasskeyAgainView.as_view()
passkey_remove = RemovePasskeyView.as_view()
