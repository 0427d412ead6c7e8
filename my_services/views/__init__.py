"""The customer's pages."""

from my_services.views.activation import activation_approve, activation_decline, activation_detail
from my_services.views.link import link, link_password, link_request
from my_services.views.offer import offer_accept, offer_list
from my_services.views.overview import overview, service_open

__all__ = [
    "activation_approve",
    "activation_decline",
    "activation_detail",
    "link",
    "link_password",
    "link_request",
    "offer_accept",
    "offer_list",
    "overview",
    "service_open",
]
