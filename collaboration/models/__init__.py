"""A request and its life: the link, its receivers, its reminders."""

from collaboration.models.activation import Activation
from collaboration.models.link import Forwarding, ForwardProposal, ReplacedLink
from collaboration.models.reminder import Reminder

__all__ = [
    "Activation",
    "ForwardProposal",
    "Forwarding",
    "Reminder",
    "ReplacedLink",
]
