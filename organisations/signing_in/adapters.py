"""What allauth asks the house: who may sign up (nobody), how mails go out, how tries are counted, what counts as
proof.
"""

from urllib.parse import quote, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ground.mail_addresses import find_form, shown_address
from notifications import outbox
from organisations.forms.addresses import form_or_invalid
from organisations.invitations.links import SESSION_KEY
from organisations.language import language_of_receiver
from organisations.models import User
from organisations.places.redirects import is_ours
from organisations.signing_in.known_browsers import known_browser
from organisations.signing_in.pages import TRIED_TOO_OFTEN
from organisations.signing_in.proofs import is_fresh
from organisations.signing_in.second_factor import FACTORS, has_app, has_second_factor, must_have_second_factor


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def logout(self, request: HttpRequest) -> None:
        """Sign out. Who does so to answer an invitation as its receiver keeps the invitation; nothing else is kept."""
        goes_there = request.POST.get(REDIRECT_FIELD_NAME) == reverse("organisations:invitation")
        held = request.session.get(SESSION_KEY) if goes_there else None
        super().logout(request)
        if held:
            request.session[SESSION_KEY] = held

    def clean_email(self, email: str) -> str:
        """The stored form of an address in any form of allauth's. Raises ValidationError."""
        return form_or_invalid(email)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether `next` may lead there. allauth's own check fails on an address that makes no sense."""
        return is_ours(self.request, url or "")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link's address, never from the request's Host, which anybody may write; `key` is the user's number
        and the token.
        """
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return outbox.make_url(path.replace("UID-KEY", quote(key)))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        return outbox.make_url(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_account_already_exists_mail(self, email: str) -> None:
        context = {"password_reset_url": outbox.make_url(reverse("account_reset_password"))}
        self.send_mail("account/email/account_already_exists", email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Post allauth's mail through the outbox, in the receiver's language."""
        context = {"email": shown_address(email), "base_url": outbox.base_url(), **context}
        for name in ("request", "signup_url"):  # addresses made from these would be what the Host says
            context.pop(name, None)
        spoken_now = translation.get_language() or settings.LANGUAGE_CODE
        with translation.override(language_of_receiver(email, of_a_stranger=spoken_now)):
            message = self.render_mail(template_prefix, email, context)
        kind = template_prefix.rsplit("/", 1)[-1]
        outbox.post_message(message, kind=f"account_{kind}", secret=str(context.get("code") or context.get("key", "")))

    def validation_error(self, code: str, *args) -> ValidationError:
        """The error of a form of allauth's; after too many tries the answer gets their status too (`say_too_often`)."""
        if code == "too_many_login_attempts":
            setattr(self.request, TRIED_TOO_OFTEN, True)
        return super().validation_error(code, *args)

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Count the try: by address and machine, or by the browser alone where the person has signed in with it
        before.
        """
        browser = known_browser(request, credentials.get("email", ""))
        if not browser:
            return super().pre_authenticate(request, **credentials)
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="login_failed_known_browser", key=browser
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")
        return None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials) -> str:
        """The address alone. allauth's key begins with the Host, whose port anybody may choose for new tries."""
        return find_form(credentials.get("email", ""))

    def is_reauthentication_required(self, **kwargs) -> bool:
        """Whether to ask for a proof. A fresh sign-in is one; allauth would ask for the password again a moment
        later.
        """
        return super().is_reauthentication_required(**kwargs) and not is_fresh(self.request)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict]:
        """allauth's ways, and a code by e-mail for a person without a second factor, who could sign in by it too."""
        words = {
            "reauthenticate": _("Bruk passordet"),
            "mfa_reauthenticate": _("Bruk kode fra appen")
            if isinstance(user, User) and has_app(user)
            else _("Bruk en gjenopprettingskode"),
            "mfa_reauthenticate:webauthn": _("Bruk passnøkkel"),
        }
        methods = [
            {**method, "description": words[method["id"]]} for method in super().get_reauthentication_methods(user)
        ]
        if isinstance(user, User) and not has_second_factor(user):
            page = reverse("account:reauthenticate-by-code")
            methods.append({"id": "code", "description": _("Få en kode på e-post"), "url": page})
        return methods


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy(
            "Du må ha totrinnsbekreftelse. Legg til en annen måte før du fjerner denne."
        ),
        "incorrect_code": gettext_lazy("Koden stemmer ikke. Prøv igjen."),
        "unverified_email": gettext_lazy("Bekreft e-postadressen din først."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """False for the last second factor of a person who must have one."""
        if not must_have_second_factor(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return others.exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """A passkey's name until the person writes another one."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passnøkkel %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site's own name, whatever name the request came by, since a passkey belongs to the name."""
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": "Byrå"}
