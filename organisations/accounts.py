"""Signing in, as allauth asks for it: by invitation only, and every mail through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from notifications import outbox
from organisations.redirects import is_ours


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Where `next` may lead. allauth's own answer to an address that makes no sense is an error."""
        return is_ours(self.request, url or "")

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Post allauth's mail like every other one: a row first, delivered by a worker."""
        context = {"email": email, "base_url": outbox.base_url(), **context}
        message = self.render_mail(template_prefix, email, context)
        kind = template_prefix.rsplit("/", 1)[-1]
        outbox.post_message(message, kind=f"account_{kind}", secret=str(context.get("code") or context.get("key", "")))
