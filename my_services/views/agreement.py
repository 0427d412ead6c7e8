"""Change the agreement."""

from django.http import Http404, HttpResponse

from organisations.requests import CompanyRequest


def subscription_change_variant(request: CompanyRequest, code: str) -> HttpResponse:
    raise Http404


def subscription_change_payer(request: CompanyRequest, code: str) -> HttpResponse:
    raise Http404


def subscription_change_period(request: CompanyRequest, code: str) -> HttpResponse:
    raise Http404


def change_answer(request: CompanyRequest, code: str, pk: int) -> HttpResponse:
    raise Http404


def change_take_back(request: CompanyRequest, code: str, pk: int) -> HttpResponse:
    raise Http404
