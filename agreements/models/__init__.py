"""What runs after a yes: the collaborations, what is to change in an agreement, and what has been told of it."""

from agreements.models.change import SubscriptionChange
from agreements.models.collaboration import AccessNotice, Collaboration
from agreements.models.renewal import RenewalNotice

__all__ = ["AccessNotice", "Collaboration", "RenewalNotice", "SubscriptionChange"]
