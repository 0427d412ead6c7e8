"""What is offered (services, variants, prices, terms), and what companies have and pay."""

from agreements.models.change import RenewalNotice, SubscriptionChange
from subscriptions.models.service import Feature, Price, Service, Terms, Variant
from subscriptions.models.subscription import Charge, ServiceAccess, Subscription

__all__ = [
    "Charge",
    "Feature",
    "Price",
    "RenewalNotice",
    "Service",
    "ServiceAccess",
    "Subscription",
    "SubscriptionChange",
    "Terms",
    "Variant",
]
