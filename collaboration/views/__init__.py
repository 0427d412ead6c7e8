"""The service's page, the wizard and the door, for the firm's people."""

from collaboration.views.agreement import (
    change_answer,
    change_take_back,
    subscription_change_payer,
    subscription_change_period,
    subscription_change_variant,
)
from collaboration.views.change_task import collaboration_change_task
from collaboration.views.ending import collaboration_end, subscription_cancel, subscription_resume
from collaboration.views.receipt import receipt_detail, receipt_pdf
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
    "change_answer",
    "change_take_back",
    "collaboration_change_task",
    "collaboration_end",
    "forward_answer",
    "receipt_detail",
    "receipt_pdf",
    "service_detail",
    "service_open",
    "subscription_cancel",
    "subscription_change_payer",
    "subscription_change_period",
    "subscription_change_variant",
    "subscription_resume",
]
