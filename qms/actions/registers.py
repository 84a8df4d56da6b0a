"""The register of actions as a sheet: what CSV, XLSX and the PDF show of each."""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.actions.queries import RegisterRow
from qms.organization.models import User
from qms.organization.queries import organization_day, organization_zone
from qms.reports.sheets import About, Column, Kind, Row, Sheet, Tone, Toned


def action_list(rows: Iterable[RegisterRow], *, filter_words: str, person: User) -> Sheet:
    """Return the actions as they are filtered, with how old and how late each is, and how often its day was moved."""
    columns = [
        Column("number", _("Number"), width=10),
        Column("title", _("What"), width=44),
        Column("state", _("State"), width=16),
        Column("owner", _("Owner"), width=20),
        Column("due", _("Due"), Kind.DATE, width=12),
        Column("late", _("Days late"), Kind.NUMBER, width=9),
        Column("age", _("Days open"), Kind.NUMBER, width=9),
        Column("extended", _("Times extended"), Kind.NUMBER, width=9),
        Column("verifier", _("Verifier"), width=20),
        Column("origin", _("From"), width=30),
        Column("process", _("Process"), width=20),
        Column("site", _("Site"), width=16),
        Column("done", _("Done on"), Kind.DATE, width=12),
        Column("verified", _("Verified on"), Kind.DATE, width=12),
    ]
    about = About(filter_words, timezone.now().astimezone(organization_zone()), person.name)
    return Sheet(_("Actions"), columns, _rows(rows), about, get_language() or "en")


def _rows(rows: Iterable[RegisterRow]) -> Iterator[Row]:
    for row in rows:
        action = row.action
        yield {
            "number": action.number,
            "title": action.title,
            "state": Toned(_("Overdue"), Tone.BAD) if row.is_late and action.done_at is None else action.state_words,
            "owner": action.owner.name,
            "due": action.due_on,
            "late": row.late or None,
            "age": row.age,
            "extended": row.extended or None,
            "verifier": action.verifier.name if action.verifier else "",
            "origin": action.subject_label,
            "process": str(action.process or ""),
            "site": str(action.site or ""),
            "done": organization_day(action.done_at) if action.done_at else None,
            "verified": organization_day(action.verified_at) if action.verified_at else None,
        }
