"""A request and its life, the collaboration it makes, and the receipt of what was approved."""

from collaboration.models.activation import Activation
from collaboration.models.collaboration import AccessNotice, Collaboration
from collaboration.models.link import Forwarding, ForwardProposal, ReplacedLink
from collaboration.models.receipt import Receipt
from collaboration.models.reminder import Reminder

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
