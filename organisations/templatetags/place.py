"""Hidden fields of our forms: the firm or company, the person whose page it is, and the form's own key."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organisations.forms.kept import TYPIST_FIELD, mark_typist
from organisations.forms.sent import KEY_FIELD
from organisations.models import User
from organisations.places.in_address import PARAMETERS

register = template.Library()


@register.simple_tag(takes_context=True)
def place_field(context) -> SafeString | str:
    """The current place's id, with the marks. CurrentPlaceMiddleware refuses a form that was written for another
    place.
    """
    request = context["request"]
    places = getattr(request, "places", [])
    current = next((place for place in places if place.is_current), None)
    if current is None:
        return form_marks(context)
    place = format_html('<input type="hidden" name="{}" value="{}">', current.field_name, current.pk)
    return place + form_marks(context)


@register.simple_tag(takes_context=True)
def form_marks(context) -> SafeString | str:
    """The marks of a form on a page without a place: whose page it is, and the key that tells when it is sent twice."""
    key = format_html('<input type="hidden" name="{}" value="{}">', KEY_FIELD, uuid4())
    user = getattr(context["request"], "user", None)
    if not isinstance(user, User):
        return key
    return format_html('<input type="hidden" name="{}" value="{}">', TYPIST_FIELD, mark_typist(user)) + key


@register.simple_tag(takes_context=True)
def next_of_sign_in(context) -> SafeString | str:
    """On the page of the second step, where the sign-in leads; a person who has taken it in another tab comes there."""
    stage = getattr(context["request"], "_login_stage", None)
    wanted = stage.login.redirect_url if stage else None
    return format_html('<input type="hidden" name="next" value="{}">', wanted) if wanted else ""


@register.simple_tag
def place_of_tab(request: Any) -> str:
    """What the tab's address carries, for a person with another place on this side; else empty."""
    places = getattr(request, "places", [])
    if len(places) < 2:
        return ""
    return f"{PARAMETERS[request.place]}={quote(places.current.name_in_address)}"
