"""A request and its life, the collaboration it makes, and the receipt of what was approved."""

from collaboration.models.activation import Activation
from collaboration.models.collaboration import Collaboration
from collaboration.models.receipt import Receipt

__all__ = ["Activation", "Collaboration", "Receipt"]
