"""The tables of standards: the library, the scope."""

from qms.standards.models.library import Clause, Correspondence, Edition, Mapping, Shipment, Term
from qms.standards.models.scope import NotApplicable, ScopeStatement

__all__ = [
    "Clause",
    "Correspondence",
    "Edition",
    "Mapping",
    "NotApplicable",
    "ScopeStatement",
    "Shipment",
    "Term",
]
