"""What is offered (services, variants, prices, terms), and what companies have and pay."""

from subscriptions.models.service import Feature, Price, Service, Terms, Variant
from subscriptions.models.subscription import Charge, ServiceAccess, Subscription

__all__ = [
    "Charge",
    "Feature",
    "Price",
    "Service",
    "ServiceAccess",
    "Subscription",
    "Terms",
    "Variant",
]
