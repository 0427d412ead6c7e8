"""Agreements, their collaborations and changes, for the platform's administrators."""

from agreements.admin import agreements, changes, collaborations

__all__ = ["agreements", "changes", "collaborations"]
