"""Typed text that could not be taken, shown again on its form's own page to the one who typed it.

The one mechanism for a sign-in that is too old, a session that has ended, a form that was written for another place,
and one with an old token (docs/adr/0014). Nothing is ever sent for the person: the form stands there filled in.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from ground.clock import database_clock
from organisations.actions.kept_forms import keep_typed, take_kept
from organisations.models import CompanyUser, Employee, KeptForm, User
from organisations.places.in_address import FIELDS, posted_place, without_place
from organisations.places.redirects import is_ours
from organisations.signing_in.known_browsers import person_known_to_browser
from organisations.signing_in.proofs import is_fresh

SESSION_KEY = "has_kept_forms"
TYPIST_FIELD = "_by"
TYPIST_SALT = "typist"
MARKED_FOR = 7 * 24 * 3600  # seconds: a page may stand open over a weekend
MOST_KEPT = 20_000  # characters of a form; more than any of them takes
LONGEST_PATH = 2_000
# A consent is given to the page that is sent; a secret is typed where it is used. Our own hidden fields begin with _.
NEVER_KEPT = re.compile(r"_.*|csrfmiddlewaretoken|next|accepts_terms|acknowledge|code|otp|credential|.*password.*")


def mark_typist(user: User) -> str:
    """The form's mark of the user whose page it stands on, sealed, so that nobody fills in a form for another."""
    return signing.TimestampSigner(salt=TYPIST_SALT).sign(str(user.pk))


def find_typist(request: HttpRequest) -> int | None:
    """The id of the user whose page the sent form stood on, by its mark; None where nothing tells.

    For a form without a mark, who is signed in, was so when this request began, or used the browser last. Also None for
    a form of another site.
    """
    if is_from_another_site(request):
        return None
    mark = request.POST.get(TYPIST_FIELD)
    if mark is not None:
        return read_mark(mark)
    if isinstance(request.user, User):
        return request.user.pk
    return getattr(request, "ended_user_id", None) or person_known_to_browser(request)


def read_mark(mark: str) -> int | None:
    """The user's id in the mark; None for a mark that is too old or not ours."""
    try:
        return int(signing.TimestampSigner(salt=TYPIST_SALT).unsign(mark, max_age=MARKED_FOR))
    except signing.BadSignature:
        return None


def is_from_another_site(request: HttpRequest) -> bool:
    """Whether the browser says that another site sent the form. It is refused anyway, and nothing of it is shown."""
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and not is_ours(request, origin) and origin not in settings.CSRF_TRUSTED_ORIGINS
    return is_foreign or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def page_of_the_form(request: HttpRequest) -> str:
    """The path and query of the page that the form was sent from, by the Referer; else of the request itself.

    A button's own address may show nothing to come back to.
    """
    came_from = request.headers.get("Referer", "")
    if not is_ours(request, came_from) or not urlsplit(came_from).path:
        return request.get_full_path()
    return urlsplit(came_from)._replace(scheme="", netloc="", fragment="").geturl()


def keep_form(request: HttpRequest, *, needs_proof: bool) -> bool:
    """Keep what this request posts, to be shown again on its page; returns whether it could be kept.

    `needs_proof`: it is given back only after a sign-in or another proof. Not kept is a form of a page without a
    sign-in, one that nobody is known to have typed, and one for a place that is not this person's.
    """
    match, typist = request.resolver_match, find_typist(request)
    path = without_place(page_of_the_form(request))
    if match is None or not match.namespace or typist is None or len(path) > LONGEST_PATH:
        return False
    place = find_place(request, typist)
    if place is None:
        return False
    is_lost = match.namespace == "admin"  # its forms are Django's own, and are not filled in
    fields = None if is_lost else fields_to_keep(request)
    keep_typed(user_id=typist, path=path, place=place, fields=fields, needs_proof=needs_proof)
    if isinstance(request.user, User) and request.user.pk == typist:
        request.session[SESSION_KEY] = True
    return True


def find_place(request: HttpRequest, typist: int) -> dict[str, int | None] | None:
    """The ids of the firm and the company that the form was written for; None for a side that it does not name.

    None altogether where the form names a place that the typist does not have.
    """
    rows: dict[str, Any] = {"firm": Employee.objects, "company": CompanyUser.objects}
    place: dict[str, int | None] = {"firm_id": None, "company_id": None}
    for side, field in FIELDS.items():
        if not request.POST.get(field):
            continue
        key = f"{side}_id"
        own = rows[side].active().filter(user=typist).values_list(key, flat=True)
        place[key] = own.filter(**{key: posted_place(request, side) or 0}).first()
        if place[key] is None:
            return None
    return place


def fields_to_keep(request: HttpRequest) -> dict[str, list[str]] | None:
    """The posted values by name, without NUL, which PostgreSQL cannot hold; None where it is more than any form
    takes.
    """
    fields = {
        name.replace("\0", ""): [value.replace("\0", "") for value in values]
        for name, values in request.POST.lists()
        if not NEVER_KEPT.fullmatch(name)
    }
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    return fields if size <= MOST_KEPT else None


@receiver(user_logged_in)
def look_for_kept_forms(request: HttpRequest, user: User, **kwargs) -> None:
    """Note in the new session whether forms are kept for the user, so that the pages need not ask each time."""
    if KeptForm.objects.filter(user=user).waiting(database_clock()).exists():
        request.session[SESSION_KEY] = True


class GiveBackMiddleware:
    """Lets the page of a kept form show it once, with a sentence, in its place, to the one who typed it."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        if request.method == "GET" and isinstance(request.user, User) and SESSION_KEY in request.session:
            give_back(request, request.user)


def give_back(request: HttpRequest, person: User) -> None:
    """Put the fields that were typed on this page before at `request.META`, delete them, and say so."""
    kept_forms = list(KeptForm.objects.filter(user=person).waiting(database_clock()))
    if not kept_forms:
        del request.session[SESSION_KEY]
        return
    path, proved = without_place(request.get_full_path()), is_fresh(request)
    for kept in kept_forms:
        if kept.path == path and is_in_its_place(kept, request) and (proved or not kept.needs_proof):
            if take_kept(kept=kept):
                request.META[SESSION_KEY] = kept.fields
                messages.info(request, sentence_about(kept))
            return


def is_in_its_place(kept: KeptForm, request: Any) -> bool:
    """Whether the page is in the firm or company that the form was for. A page of no place shows it in any."""
    if request.employee and kept.firm_id:
        return request.employee.firm_id == kept.firm_id
    if request.company_user and kept.company_id:
        return request.company_user.company_id == kept.company_id
    return True


def sentence_about(kept: KeptForm) -> str:
    """What the person is told when the form is given back."""
    if not kept.needs_proof:
        if kept.fields is None:
            return _("Ingenting er sendt: skriv det inn én gang til.")
        return _("Ingenting er sendt ennå: se over og send én gang til.")
    if kept.fields is None:
        return _("Takk, da vet vi at det er deg. Ingenting er sendt: skriv det inn én gang til.")
    return _("Takk, da vet vi at det er deg. Ingenting er sendt ennå: se over og send én gang til.")


def typed_before(request: HttpRequest) -> MultiValueDict[str, str] | None:
    """What the person typed on this page when it could not be taken; None where nothing is given back."""
    fields = request.META.get(SESSION_KEY)
    return None if fields is None else MultiValueDict(fields)


def fill_in(form: forms.BaseForm, request: HttpRequest) -> None:
    """Fill an unsent form with what was typed before, but for its hidden fields, which tell what the page shows now."""
    typed, files = typed_before(request), MultiValueDict[str, object]()
    if typed is None:
        return
    for name, field in form.fields.items():
        sent_as = form.add_prefix(name)
        was_sent = not field.widget.value_omitted_from_data(typed, files, sent_as)  # boxes without a tick send nothing
        if was_sent and not field.widget.is_hidden:
            form.initial[name] = field.widget.value_from_datadict(typed, files, sent_as)
