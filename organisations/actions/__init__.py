"""The deeds about people and places: locks first, then checks, then writes, then mail."""

from organisations.actions.companies import (
    add_company,
    confirm_company,
)
from organisations.actions.employees import (
    change_employee,
)
from organisations.actions.firms import (
    LAST_REMINDER_DAY,
    MOST_REMINDERS,
    clean_reminder_days,
    edit_firm,
)
from organisations.actions.invitations import (
    accept_invitation,
    accept_invitation_with_password,
    invite_by_platform,
    invite_company_user,
    invite_employee,
    refuse_invitation,
    resend_invitation,
    withdraw_invitation,
)
from organisations.actions.people import (
    RIGHTS,
    change_rights,
    edit_user,
    remove_second_factors,
)
from organisations.actions.places import (
    accept_place,
    accept_place_with_password,
    enter_place,
)
from organisations.actions.saved_views import (
    MOST_VIEWS,
    delete_view,
    overwrite_view,
    rename_view,
    save_view,
    start_with_view,
)
from organisations.actions.sessions import end_all_sessions, end_session

__all__ = [
    "LAST_REMINDER_DAY",
    "MOST_REMINDERS",
    "MOST_VIEWS",
    "RIGHTS",
    "accept_invitation",
    "accept_invitation_with_password",
    "accept_place",
    "accept_place_with_password",
    "add_company",
    "change_employee",
    "change_rights",
    "clean_reminder_days",
    "confirm_company",
    "delete_view",
    "edit_firm",
    "edit_user",
    "end_all_sessions",
    "end_session",
    "enter_place",
    "invite_by_platform",
    "invite_company_user",
    "invite_employee",
    "overwrite_view",
    "refuse_invitation",
    "remove_second_factors",
    "rename_view",
    "resend_invitation",
    "save_view",
    "start_with_view",
    "withdraw_invitation",
]
