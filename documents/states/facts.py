"""What guards know about a revision, and what a person can be to it. Pure."""

from dataclasses import dataclass

from qms.core.lifecycle import Facts

AUTHOR = "relation.author"

REVIEWER = "relation.reviewer"

APPROVER = "relation.approver"

OWNER = "relation.owner"


@dataclass(frozen=True, kw_only=True)
class RevisionFacts(Facts):
    """What guards ask of a revision, read after its row was locked."""

    missing: tuple[str, ...] = ()
    has_body: bool = True
    readable: bool = True
    change_list_missing: bool = False
    reviewers: int = 0
    reviewers_needed: int = 0
    reviewers_open: int = 0
    blocking_comments: int = 0
    review_needed: bool = False
    review_agreed: bool = False
    approvers_problem: str = ""
    approval_met: bool = False
    locked_by_other: str = ""
    date_reached: bool = True
    readers_open: int = 0
    readers_first: bool = False
    retirement_agreed: bool = False
    references_open: int = 0
    other_open_revision: bool = False
    round_open: bool = False
    round_kind: str = ""
