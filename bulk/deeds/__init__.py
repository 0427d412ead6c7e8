"""What can be done with many at once: each deed plans rows, and does one by the deed of a single click."""

from bulk.deeds.registry import DEEDS, deed_of

__all__ = ["DEEDS", "deed_of"]
