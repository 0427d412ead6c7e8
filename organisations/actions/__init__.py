"""The deeds about people and places: locks first, then checks, then writes, then mail."""

from organisations.actions.places import (
    LAST_REMINDER_DAY,
    MOST_REMINDERS,
    RIGHTS,
    accept_place,
    accept_place_with_password,
    add_company,
    change_rights,
    clean_reminder_days,
    confirm_company,
    edit_firm,
    edit_user,
    remove_second_factors,
)

__all__ = [
    "LAST_REMINDER_DAY",
    "MOST_REMINDERS",
    "RIGHTS",
    "accept_place",
    "accept_place_with_password",
    "add_company",
    "change_rights",
    "clean_reminder_days",
    "confirm_company",
    "edit_firm",
    "edit_user",
    "remove_second_factors",
]
