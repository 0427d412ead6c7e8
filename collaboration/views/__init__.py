"""The service's page, the wizard and the door, for the firm's people."""

from agreements.pages.end_views import collaboration_end, subscription_cancel, subscription_resume
from office.agreements.change_task import collaboration_change_task
from office.agreements.changing import (
    change_answer,
    change_take_back,
    subscription_change_payer,
    subscription_change_period,
    subscription_change_variant,
)
from office.agreements.receipt import receipt_detail, receipt_pdf
from office.requests.repair import (
    activation_change,
    activation_correct_address,
    activation_resend,
    forward_answer,
)
from office.requests.wizard import activation_agreement, activation_check, activation_discard, activation_start
from office.service.views import activation_restart, activation_withdraw, service_detail, service_open

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
