"""/sok/: what the search of the header finds, as a page of its own and while one types."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ground.lines import clean_line
from office.search.found import find
from organisations.places.requests import FirmRequest

LONGEST = 100  # characters; the field takes no more


@require_safe
def search(request: FirmRequest) -> HttpResponse:
    found = find(request.employee, clean_line(request.GET.get("q", "")[:LONGEST]))
    context = {"found": found, "searched": found.typed}
    if request.htmx:
        return render(request, "office/_search_panel.html", context)
    return redirect(found.card) if found.card else render(request, "office/search.html", context)
