"""People, the firms they work in and the companies they act for."""

from organisations.models.cache_entry import CacheEntry
from organisations.models.company import Company, CompanyUser, Dispute
from organisations.models.firm import Employee, Firm
from organisations.models.invitation import Invitation
from organisations.models.kept_form import KeptForm
from organisations.models.saved_view import SavedView, StartView
from organisations.models.user import User

__all__ = [
    "CacheEntry", "Company", "CompanyUser", "Dispute", "Employee", "Firm", "Invitation", "KeptForm", "SavedView",
    "StartView", "User",
]  # fmt: skip
