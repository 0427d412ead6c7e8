"""A request and its life, the collaboration it makes, and the receipt of what was approved."""

from agreements.models.collaboration import AccessNotice, Collaboration
from collaboration.models.activation import Activation
from collaboration.models.link import Forwarding, ForwardProposal, ReplacedLink
from collaboration.models.reminder import Reminder
from commitments.models import Receipt

__all__ = [
    "AccessNotice",
    "Activation",
    "Collaboration",
    "ForwardProposal",
    "Forwarding",
    "Receipt",
    "Reminder",
    "ReplacedLink",
]
