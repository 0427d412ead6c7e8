"""The mail with the receipt of an order."""

from django.urls import reverse
from django.utils import translation

from commitments.models import Receipt
from commitments.receipt_words import summary_rows
from notifications import outbox
from notifications.models import Email
from organisations.models import User
from organisations.places.links import company_url


def order_receipt(receipt: Receipt, user: User) -> Email | None:
    """To the one who ordered a service for the company: what, what it binds to, under which terms."""
    with translation.override(user.language):
        rows = summary_rows(receipt)
    return outbox.post_email(
        key=f"order_receipt:{receipt.pk}",
        kind="order_receipt",
        to=user.email,
        language=user.language,
        about=receipt,
        context={
            "receipt": receipt,
            "rows": rows,
            "person": user,
            "receipt_url": receipt_address(receipt),
        },
    )


def receipt_address(receipt: Receipt) -> str:
    return company_url(reverse("my_services:receipt-detail", args=[receipt.number]), receipt.company)
