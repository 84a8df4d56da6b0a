"""What workers and the tick do for this room."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.core.seams.jobs import Progress
from qms.organization.queries import person_with_id, roster_with_id
from qms.organization.services import (
    apply_roster,
    end_due_accounts,
    forget_ended_sessions,
    send_reset_links,
    send_sign_in_links,
)


def import_people(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Apply a file of people for whoever uploaded it, with their rights as they are now."""
    roster = roster_with_id(arguments["roster"])
    return apply_roster(roster=roster, by=roster.uploaded_by, step=progress.step)


def send_links(arguments: dict[str, Any], progress: Progress) -> None:
    """Send links to the people who have forgotten their password; asked for an address nobody has, it is nobody."""
    send_reset_links(people=arguments["people"])


def let_people_in(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Send links to those without a password for whoever asked, with their rights as they are now."""
    by = person_with_id(arguments["person"])
    if by is None:
        raise RuleBroken(_("There is no such person."))
    return send_sign_in_links(by=by, step=progress.step)


def tick(now: datetime) -> None:
    """Close the accounts whose last day has passed, and forget sessions that have ended."""
    end_due_accounts()
    forget_ended_sessions()
