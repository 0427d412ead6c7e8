"""The catalogue, the companies and their charges, for the platform's administrators."""

from subscriptions.admin import catalogue, charges, companies, terms

__all__ = ["catalogue", "charges", "companies", "terms"]
