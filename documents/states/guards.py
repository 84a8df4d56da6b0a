"""The guards of a revision: each says in a sentence why an edge cannot be gone now, or nothing. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.states.facts import RevisionFacts
from documents.states.kinds import RoundKind


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
    return None if facts.retirement_agreed else _("The withdrawal is not agreed yet.")


def nothing_else_is_open(facts: RevisionFacts) -> str | None:
    """Retirement is refused while another revision is open (D10)."""
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
    return _("A withdrawal or periodic review is going on already.") if facts.round_open else None


def a_retirement_is_asked(facts: RevisionFacts) -> str | None:
    """D10: the open round asks for retirement."""
    return None if facts.round_kind == RoundKind.RETIREMENT else _("Nobody has asked to withdraw this.")


def a_periodic_review_is_asked(facts: RevisionFacts) -> str | None:
    """D11: the open round is a periodic review."""
    return None if facts.round_kind == RoundKind.PERIODIC_REVIEW else _("No periodic review is waiting here.")
