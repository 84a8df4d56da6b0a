"""A file of people: what its rows mean, and what each would change. Pure: it is given what is known."""

from qms.organization.roster.columns import Column, columns_of, rows_of
from qms.organization.roster.plan import Change, Held, Kind, Known, Outcome, Powers, Row, plan

__all__ = [
    "Change",
    "Column",
    "Held",
    "Kind",
    "Known",
    "Outcome",
    "Powers",
    "Row",
    "columns_of",
    "plan",
    "rows_of",
]
