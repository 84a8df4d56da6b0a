"""The trail in human words, as pages above use it; it is made where people have names."""

from qms.organization.history import Told, told

__all__ = ["Told", "told"]
