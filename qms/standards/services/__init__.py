"""The verbs of standards."""

from qms.standards.services.loading import load, refuse_given
from qms.standards.services.own import drop_planned, load_planned, plan, planned_in
from qms.standards.services.scope import LeftOut, confirm_scope, write_scope
from qms.standards.services.shipping import load_shipped
from qms.standards.services.suggestions import ask_for_suggestions

__all__ = [
    "LeftOut",
    "ask_for_suggestions",
    "confirm_scope",
    "drop_planned",
    "load",
    "load_planned",
    "load_shipped",
    "plan",
    "planned_in",
    "refuse_given",
    "write_scope",
]
