"""The lifecycle of a revision (docs/lifecycles.md, rows D0-D12) as a table, its facts and its guards. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.rights import Can
from qms.core.lifecycle import Edge, Facts, Lifecycle
from qms.signatures.states import Meaning


class State(StrEnum):
    """Where a revision stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    OBSOLETE = "obsolete"
    CANCELLED = "cancelled"
    MIGRATED = "migrated"


STATE_WORDS: dict[State, Promise] = {
    State.DRAFT: gettext_lazy("Draft"),
    State.IN_REVIEW: gettext_lazy("In review"),
    State.IN_APPROVAL: gettext_lazy("In approval"),
    State.APPROVED: gettext_lazy("Approved, not yet effective"),
    State.EFFECTIVE: gettext_lazy("Effective"),
    State.SUPERSEDED: gettext_lazy("Superseded"),
    State.OBSOLETE: gettext_lazy("Obsolete"),
    State.CANCELLED: gettext_lazy("Cancelled"),
    State.MIGRATED: gettext_lazy("Migrated, not adopted"),
}

OPEN_STATES = (State.DRAFT, State.IN_REVIEW, State.IN_APPROVAL, State.APPROVED)


class ChangeClass(StrEnum):
    """How far a change reaches (lifecycles 5.1.4): it decides label, route and what readers owe."""

    ADMINISTRATIVE = "administrative"
    MINOR = "minor"
    MAJOR = "major"
    TRAINING = "training"


CLASS_WORDS: dict[ChangeClass, Promise] = {
    ChangeClass.ADMINISTRATIVE: gettext_lazy("Administrative (typing error, link in the body)"),
    ChangeClass.MINOR: gettext_lazy("Minor (readers are told)"),
    ChangeClass.MAJOR: gettext_lazy("Major (readers acknowledge again)"),
    ChangeClass.TRAINING: gettext_lazy("Training needed (acknowledged before it takes effect)"),
}
CLASS_ORDER = list(ChangeClass)
MAJOR_CLASSES = frozenset({ChangeClass.MAJOR, ChangeClass.TRAINING})


class RoundKind(StrEnum):
    """What a round of people is asked for."""

    REVIEW = "review"
    APPROVAL = "approval"
    RETIREMENT = "retirement"
    PERIODIC_REVIEW = "periodic_review"


class RoundOutcome(StrEnum):
    """How a round ended."""

    AGREED = "agreed"
    CHANGES_WANTED = "changes_wanted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class Decision(StrEnum):
    """What one person of a round said."""

    YES = "yes"
    NO = "no"


class ApprovalMode(StrEnum):
    """When an approval is complete."""

    ALL = "all"
    N_OF = "n_of"
    ORDERED = "ordered"


class ReviewOutcome(StrEnum):
    """What a periodic review concludes (D11)."""

    NO_CHANGE = "no_change"
    MINOR = "minor"
    MAJOR = "major"
    RETIRE = "retire"


REVIEW_OUTCOME_WORDS: dict[ReviewOutcome, Promise] = {
    ReviewOutcome.NO_CHANGE: gettext_lazy("Still right, no change"),
    ReviewOutcome.MINOR: gettext_lazy("Needs a minor change"),
    ReviewOutcome.MAJOR: gettext_lazy("Needs a major change"),
    ReviewOutcome.RETIRE: gettext_lazy("No longer needed, retire it"),
}


class RenditionState(StrEnum):
    """How far the readable PDF of a body is (issue: bodies)."""

    NONE = "none"
    MAKING = "making"
    MADE = "made"
    COVER_SHEET = "cover_sheet"
    FAILED = "failed"


# Relations of a person to a revision; they stand beside rights in `Facts.standing`.
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


def metadata_is_complete(facts: RevisionFacts) -> str | None:
    """D2: number, title, type, owner, change class and reason are there."""
    if facts.missing:
        return _("Still missing: %(what)s.") % {"what": ", ".join(facts.missing)}
    return None


def body_is_there(facts: RevisionFacts) -> str | None:
    """D2: a text or a file is there."""
    return None if facts.has_body else _("There is no text and no file yet.")


def body_is_readable(facts: RevisionFacts) -> str | None:
    """D2: the rendition was made and accepted by the author, or a cover sheet stands in for it."""
    return None if facts.readable else _("Look at the PDF that readers will see, and accept it first.")


def changes_are_listed(facts: RevisionFacts) -> str | None:
    """Where no text can be compared, the author lists the changes by page."""
    if facts.change_list_missing:
        return _("The text of this file cannot be compared. List the changes by page.")
    return None


def nobody_else_writes(facts: RevisionFacts) -> str | None:
    """A draft is not taken out of somebody's hands while they write."""
    if facts.locked_by_other:
        return _("%(name)s is writing in this draft right now.") % {"name": facts.locked_by_other}
    return None


def enough_reviewers(facts: RevisionFacts) -> str | None:
    """D2: at least as many reviewers as the profile asks for."""
    if facts.reviewers >= facts.reviewers_needed:
        return None
    return ngettext("Choose at least %(n)d reviewer.", "Choose at least %(n)d reviewers.", facts.reviewers_needed) % {
        "n": facts.reviewers_needed
    }


def reviewers_agreed(facts: RevisionFacts) -> str | None:
    """D4: every required reviewer said yes."""
    if facts.reviewers_open:
        return ngettext(
            "%(n)d reviewer has not answered yet.", "%(n)d reviewers have not answered yet.", facts.reviewers_open
        ) % {"n": facts.reviewers_open}
    return None


def no_blocking_comment(facts: RevisionFacts) -> str | None:
    """D4: no comment that must be resolved is open."""
    if facts.blocking_comments:
        return ngettext(
            "%(n)d comment must be resolved first.", "%(n)d comments must be resolved first.", facts.blocking_comments
        ) % {"n": facts.blocking_comments}
    return None


def review_can_be_left_out(facts: RevisionFacts) -> str | None:
    """D5: the profile asks for no review of this class, or the last round's reviewers all said yes."""
    if facts.review_needed and not facts.review_agreed:
        return _("A change of this class goes through review first.")
    return None


def approvers_fit(facts: RevisionFacts) -> str | None:
    """D4, D5: the chosen approvers can meet the profile."""
    return facts.approvers_problem or None


def approval_is_met(facts: RevisionFacts) -> str | None:
    """D7: the profile is met (all, n-of, ordered steps)."""
    return None if facts.approval_met else _("The approval is not complete.")


def date_is_reached(facts: RevisionFacts) -> str | None:
    """D8: the effective date has come."""
    return None if facts.date_reached else _("The effective date has not come.")


def readers_are_ready(facts: RevisionFacts) -> str | None:
    """D8: where training is needed, everybody has acknowledged before it takes effect."""
    if facts.readers_first and facts.readers_open:
        return ngettext(
            "%(n)d person has not acknowledged yet.", "%(n)d people have not acknowledged yet.", facts.readers_open
        ) % {"n": facts.readers_open}
    return None


def retirement_is_agreed(facts: RevisionFacts) -> str | None:
    """D10: the approver of the retirement round agreed."""
    return None if facts.retirement_agreed else _("The retirement is not agreed yet.")


def nothing_else_is_open(facts: RevisionFacts) -> str | None:
    """Retirement is refused while another revision is open (lifecycles 5.1.4)."""
    return _("Another revision is open. Cancel or release it first.") if facts.other_open_revision else None


def references_are_accepted(facts: RevisionFacts) -> str | None:
    """D10: everything that refers to the document was shown and accepted."""
    if facts.references_open:
        return ngettext(
            "%(n)d record refers to this document. Look at it and accept that first.",
            "%(n)d records refer to this document. Look at them and accept that first.",
            facts.references_open,
        ) % {"n": facts.references_open}
    return None


def no_round_is_open(facts: RevisionFacts) -> str | None:
    """Retirement and periodic review are rounds on the effective revision, one at a time."""
    return _("A retirement or periodic review is going on already.") if facts.round_open else None


def a_retirement_is_asked(facts: RevisionFacts) -> str | None:
    """D10: the open round asks for retirement."""
    return None if facts.round_kind == RoundKind.RETIREMENT else _("Nobody has asked to retire this.")


def a_periodic_review_is_asked(facts: RevisionFacts) -> str | None:
    """D11: the open round is a periodic review."""
    return None if facts.round_kind == RoundKind.PERIODIC_REVIEW else _("No periodic review is waiting here.")


def edges_touching(state: State) -> Iterable[Edge[RevisionFacts]]:
    """Return the edges that leave a state; the documentation draws them."""
    return (edge for edge in REVISION.edges.values() if state in edge.sources)


_TO_REVIEW = (metadata_is_complete, body_is_there, body_is_readable, changes_are_listed, nobody_else_writes)

REVISION: Lifecycle[RevisionFacts] = Lifecycle(
    "revision",
    [
        Edge(
            verb="submit_for_review",
            row="D2",
            label=gettext_lazy("Submit for review"),
            sources=frozenset({State.DRAFT}),
            to=State.IN_REVIEW,
            who=frozenset({AUTHOR, OWNER, Can.MANAGE}),
            guards=(*_TO_REVIEW, enough_reviewers),
        ),
        Edge(
            verb="agree_in_review",
            row="D4",
            label=gettext_lazy("No objection"),
            sources=frozenset({State.IN_REVIEW}),
            to=State.IN_REVIEW,
            who=frozenset({REVIEWER}),
        ),
        Edge(
            verb="want_changes",
            row="D3",
            label=gettext_lazy("Changes wanted"),
            sources=frozenset({State.IN_REVIEW}),
            to=State.DRAFT,
            who=frozenset({REVIEWER}),
            reason=True,
        ),
        Edge(
            verb="withdraw_from_review",
            row="D3",
            label=gettext_lazy("Take back to draft"),
            sources=frozenset({State.IN_REVIEW}),
            to=State.DRAFT,
            who=frozenset({AUTHOR}),
        ),
        Edge(
            verb="start_approval",
            row="D4",
            label=gettext_lazy("Start approval"),
            sources=frozenset({State.IN_REVIEW}),
            to=State.IN_APPROVAL,
            who=frozenset({AUTHOR}),
            guards=(reviewers_agreed, no_blocking_comment, approvers_fit),
        ),
        Edge(
            verb="start_approval_from_draft",
            row="D5",
            label=gettext_lazy("Start approval"),
            sources=frozenset({State.DRAFT}),
            to=State.IN_APPROVAL,
            who=frozenset({AUTHOR, OWNER, Can.MANAGE}),
            guards=(*_TO_REVIEW, review_can_be_left_out, no_blocking_comment, approvers_fit),
        ),
        Edge(
            verb="withdraw_from_approval",
            row="D4b",
            label=gettext_lazy("Withdraw from approval"),
            sources=frozenset({State.IN_APPROVAL}),
            to=State.DRAFT,
            who=frozenset({AUTHOR}),
            reason=True,
        ),
        Edge(
            verb="reject",
            row="D6",
            label=gettext_lazy("Refuse approval"),
            sources=frozenset({State.IN_APPROVAL}),
            to=State.DRAFT,
            who=frozenset({APPROVER}),
            meaning=Meaning.REJECTED,
            reason=True,
        ),
        Edge(
            verb="approve",
            row="D7",
            label=gettext_lazy("Approve"),
            sources=frozenset({State.IN_APPROVAL}),
            to=State.IN_APPROVAL,
            who=frozenset({APPROVER}),
            meaning=Meaning.APPROVED,
        ),
        Edge(
            verb="complete_approval",
            row="D7",
            label=gettext_lazy("Approval complete"),
            sources=frozenset({State.IN_APPROVAL}),
            to=State.APPROVED,
            guards=(approval_is_met,),
        ),
        Edge(
            verb="take_effect",
            row="D8",
            label=gettext_lazy("Take effect"),
            sources=frozenset({State.APPROVED}),
            to=State.EFFECTIVE,
            guards=(date_is_reached, readers_are_ready),
        ),
        Edge(
            verb="release_now",
            row="D8",
            label=gettext_lazy("Release now"),
            sources=frozenset({State.APPROVED}),
            to=State.EFFECTIVE,
            who=frozenset({Can.RELEASE}),
            meaning=Meaning.RELEASED,
            reason=True,
        ),
        Edge(
            verb="return_to_approval",
            row="D9",
            label=gettext_lazy("Return to approval"),
            sources=frozenset({State.APPROVED}),
            to=State.IN_APPROVAL,
            who=frozenset({Can.RELEASE}),
            meaning=Meaning.RETURNED,
            reason=True,
        ),
        Edge(
            verb="ask_retirement",
            row="D10",
            label=gettext_lazy("Ask for retirement"),
            sources=frozenset({State.EFFECTIVE}),
            to=State.EFFECTIVE,
            who=frozenset({OWNER, Can.MANAGE}),
            reason=True,
            guards=(nothing_else_is_open, no_round_is_open, references_are_accepted, approvers_fit),
        ),
        Edge(
            verb="agree_retirement",
            row="D10",
            label=gettext_lazy("Agree to retirement"),
            sources=frozenset({State.EFFECTIVE}),
            to=State.EFFECTIVE,
            who=frozenset({APPROVER}),
            meaning=Meaning.RETIRED,
            guards=(a_retirement_is_asked, nothing_else_is_open),
        ),
        Edge(
            verb="refuse_retirement",
            row="D10",
            label=gettext_lazy("Refuse retirement"),
            sources=frozenset({State.EFFECTIVE}),
            to=State.EFFECTIVE,
            who=frozenset({APPROVER}),
            meaning=Meaning.REJECTED,
            reason=True,
            guards=(a_retirement_is_asked,),
        ),
        Edge(
            verb="retire",
            row="D10",
            label=gettext_lazy("Retire"),
            sources=frozenset({State.EFFECTIVE}),
            to=State.OBSOLETE,
            guards=(retirement_is_agreed, nothing_else_is_open),
        ),
        Edge(
            verb="review_periodically",
            row="D11",
            label=gettext_lazy("Record the periodic review"),
            sources=frozenset({State.EFFECTIVE}),
            to=State.EFFECTIVE,
            who=frozenset({OWNER, Can.MANAGE}),
            meaning=Meaning.REVIEW_CONFIRMED,
            reason=True,
            guards=(no_round_is_open, approvers_fit),
        ),
        Edge(
            verb="confirm_periodic_review",
            row="D11",
            label=gettext_lazy("Confirm the periodic review"),
            sources=frozenset({State.EFFECTIVE}),
            to=State.EFFECTIVE,
            who=frozenset({APPROVER}),
            meaning=Meaning.REVIEW_CONFIRMED,
            guards=(a_periodic_review_is_asked,),
        ),
        Edge(
            verb="refuse_periodic_review",
            row="D11",
            label=gettext_lazy("Send the periodic review back"),
            sources=frozenset({State.EFFECTIVE}),
            to=State.EFFECTIVE,
            who=frozenset({APPROVER}),
            meaning=Meaning.REJECTED,
            reason=True,
            guards=(a_periodic_review_is_asked,),
        ),
        Edge(
            verb="cancel_draft",
            row="D12",
            label=gettext_lazy("Cancel this revision"),
            sources=frozenset({State.DRAFT, State.IN_REVIEW, State.IN_APPROVAL}),
            to=State.CANCELLED,
            who=frozenset({AUTHOR, Can.MANAGE}),
            reason=True,
        ),
        Edge(
            verb="cancel_approved",
            row="D12",
            label=gettext_lazy("Cancel this revision"),
            sources=frozenset({State.APPROVED}),
            to=State.CANCELLED,
            who=frozenset({Can.MANAGE}),
            reason=True,
        ),
        Edge(
            verb="supersede",
            row="D8",
            label=gettext_lazy("Superseded"),
            sources=frozenset({State.EFFECTIVE}),
            to=State.SUPERSEDED,
        ),
        Edge(
            verb="adopt",
            row="D0",
            label=gettext_lazy("Adopt"),
            sources=frozenset({State.MIGRATED}),
            to=State.EFFECTIVE,
            who=frozenset({Can.ADOPT}),
        ),
    ],
    {state.value: words for state, words in STATE_WORDS.items()},
)
