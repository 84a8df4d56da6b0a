"""The tables of standards: the library, the scope, what is linked to clauses and what that comes to."""

from qms.standards.models.library import Clause, Correspondence, Edition, Mapping, Shipment, Term
from qms.standards.models.links import ClauseLink, EvidenceSpan, Expectation, Judgement
from qms.standards.models.scope import NotApplicable, ScopeStatement

__all__ = [
    "Clause",
    "ClauseLink",
    "Correspondence",
    "Edition",
    "EvidenceSpan",
    "Expectation",
    "Judgement",
    "Mapping",
    "NotApplicable",
    "ScopeStatement",
    "Shipment",
    "Term",
]
