"""What the admin's forms have in common: deeds save them, and what a save brings is shown before it."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from ground.refusals import NotAllowed


class SavesByDeed:
    """Mixin of an admin whose forms call deeds.

    What somebody else did between the form's check and the deed is told, and the page comes anew.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except NotAllowed as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)  # type: ignore[attr-defined]
            return HttpResponseRedirect(request.get_full_path())


class LooksFirst:
    """Mixin of an admin whose page offers to look at what a save brings, and the save after that."""

    change_form_template: Any = "admin/looked_over.html"

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context["looked_over"] = request.method == "POST" and not context.get("errors")
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]


class LookedOver:
    """Mixin of a form or formset of LooksFirst: `foretell` says in sentences what a save would bring.

    A page whose facts have changed after the look is shown again; other words for them, or another language, are no
    change. A form that was sent without a look is saved.
    """

    data: Any
    prefix: Any

    def foretell(self) -> list[str]:
        """Only asked when all that was typed is right."""
        raise NotImplementedError

    def is_valid(self) -> bool:
        """False also where the page is to be shown again with what it foretells."""
        self.foretold: list[str] = []
        if not super().is_valid():  # type: ignore[misc]
            return False
        shown = self.data.get(self.shown_name)
        if "_look" in self.data or shown is not None:
            self.foretold = self.foretell()
        return "_look" not in self.data and shown in (None, self.fingerprint)

    def foretold_facts(self) -> str:
        """What `foretell` tells, as text that no language or wording changes. Asked when `foretell` may be."""
        raise NotImplementedError

    @property
    def shown_name(self) -> str:
        return f"{self.prefix}-shown" if self.prefix else "shown"

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.foretold_facts().encode()).hexdigest()[:32]
