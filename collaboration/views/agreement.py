"""Change the agreement."""

from django.http import Http404, HttpResponse

from organisations.requests import FirmRequest


def subscription_change_variant(request: FirmRequest, number: int, code: str) -> HttpResponse:
    raise Http404


def subscription_change_payer(request: FirmRequest, number: int, code: str) -> HttpResponse:
    raise Http404


def subscription_change_period(request: FirmRequest, number: int, code: str) -> HttpResponse:
    raise Http404


def change_answer(request: FirmRequest, number: int, code: str, pk: int) -> HttpResponse:
    raise Http404


def change_take_back(request: FirmRequest, number: int, code: str, pk: int) -> HttpResponse:
    raise Http404
