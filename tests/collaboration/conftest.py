"""Requests that have led to an agreement, as tests/agreements makes them."""

from tests.agreements.conftest import agreement, join

__all__ = ["agreement", "join"]
