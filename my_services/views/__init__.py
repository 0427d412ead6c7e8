"""The customer's pages."""

from my_services.views.activation import activation_approve, activation_decline, activation_detail
from my_services.views.agreement import (
    change_answer,
    change_take_back,
    subscription_change_payer,
    subscription_change_period,
    subscription_change_variant,
)
from my_services.views.charges import charge_export, charge_list
from my_services.views.collaboration import (
    collaboration_end,
    collaboration_take_back_end,
    subscription_cancel,
    subscription_resume,
)
from my_services.views.disown import disown_link, link_disown
from my_services.views.forward import activation_forward, link_forward, link_forward_code, link_forwarded
from my_services.views.link import link, link_follow, link_password, link_request
from my_services.views.offer import offer_accept, offer_list
from my_services.views.order import order_create, order_list
from my_services.views.overview import overview, service_open
from my_services.views.receipt import receipt_detail, receipt_pdf
from my_services.views.receipt_check import receipt_check, receipt_check_form
from my_services.views.service import service_detail

__all__ = [
    "activation_approve",
    "activation_decline",
    "activation_detail",
    "activation_forward",
    "change_answer",
    "change_take_back",
    "charge_export",
    "charge_list",
    "collaboration_end",
    "collaboration_take_back_end",
    "disown_link",
    "link",
    "link_disown",
    "link_follow",
    "link_forward",
    "link_forward_code",
    "link_forwarded",
    "link_password",
    "link_request",
    "offer_accept",
    "offer_list",
    "order_create",
    "order_list",
    "overview",
    "receipt_check",
    "receipt_check_form",
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
