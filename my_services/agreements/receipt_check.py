"""Open to anybody: is a receipt genuine? It names no person, and every wrong answer is the same."""

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from commitments.receipt_words import check_rows
from commitments.receipts import find_genuine
from my_services.requests.forms import ReceiptCheckForm


@login_not_required
@require_safe
@cache_control(no_store=True)
def receipt_check(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What is signed, of a valid one; of anything else that it is not valid. Nothing is sent on to where one goes."""
    if not ratelimit.consume(request, app="allauth.account", action="check_receipt", limit_get=True):
        response = render(request, "my_services/receipt_check_later.html", status=429)
        response["Retry-After"] = "3600"
    elif receipt := find_genuine(number, code):
        response = render(request, "my_services/receipt_check.html", {"rows": check_rows(receipt)})
    else:
        response = render(request, "my_services/receipt_check_invalid.html", status=404)
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def receipt_check_form(request: HttpRequest) -> HttpResponse:
    """For who has it on paper. The site's own Referrer-Policy stays, else the form would be refused."""
    form = ReceiptCheckForm(request.POST or None)
    if form.is_valid():
        return redirect("links:receipt-check", form.cleaned_data["number"], form.cleaned_data["code"])
    return render(request, "my_services/receipt_check_form.html", {"form": form})
