"""The service's page, the wizard and the door, for the firm's people."""

from collaboration.views.ending import collaboration_end
from collaboration.views.repair import (
    activation_change,
    activation_correct_address,
    activation_resend,
    forward_answer,
)
from collaboration.views.service import activation_restart, activation_withdraw, service_detail, service_open
from collaboration.views.wizard import activation_agreement, activation_check, activation_discard, activation_start

__all__ = [
    "activation_agreement",
    "activation_change",
    "activation_check",
    "activation_correct_address",
    "activation_discard",
    "activation_resend",
    "activation_restart",
    "activation_start",
    "activation_withdraw",
    "collaboration_end",
    "forward_answer",
    "service_detail",
    "service_open",
]
