"""The deeds about a company's people and what they may open."""

from subscriptions.actions.company_users import (
    change_role,
    choose_main_contact,
    choose_services,
    deactivate_company_user,
    leave_company,
)
from subscriptions.actions.give_access import give_access

__all__ = [
    "change_role",
    "choose_main_contact",
    "choose_services",
    "deactivate_company_user",
    "give_access",
    "leave_company",
]
