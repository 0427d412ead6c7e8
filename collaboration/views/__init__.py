"""The service's page, the wizard and the door, for the firm's people."""

from collaboration.views.service import activation_restart, activation_withdraw, service_detail, service_open
from collaboration.views.wizard import activation_agreement, activation_check, activation_discard, activation_start

__all__ = [
    "activation_agreement",
    "activation_check",
    "activation_discard",
    "activation_restart",
    "activation_start",
    "activation_withdraw",
    "service_detail",
    "service_open",
]
