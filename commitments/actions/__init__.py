"""The deed that binds a company without a request: it orders a service itself."""

from commitments.actions.order_subscription import order_subscription

__all__ = ["order_subscription"]
