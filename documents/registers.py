"""The register as a sheet: what CSV, XLSX and the PDF master list show of each document."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.queries.register import RegisterFilter, RegisterRow
from documents.states import State
from qms.organization.models import User
from qms.organization.queries import organization_zone
from qms.reports.sheets import About, Column, Kind, Row, Sheet


def master_list(rows: Iterable[RegisterRow], *, filter_words: str, person: User) -> Sheet:
    """Return the master list of documents as it is filtered (ISO 9001 7.5.3)."""
    columns = [
        Column("number", _("Number"), width=14),
        Column("title", _("Title"), width=50),
        Column("type", _("Type"), width=16),
        Column("revision", _("Revision"), width=9),
        Column("state", _("State"), width=14),
        Column("effective", _("Effective since"), Kind.DATE, width=14),
        Column("owner", _("Owner"), width=20),
        Column("process", _("Process"), width=20),
        Column("site", _("Site"), width=16),
        Column("review", _("Next review"), Kind.DATE, width=14),
        Column("under_way", _("Under way"), width=18),
    ]
    about = About(filter_words, timezone.now().astimezone(organization_zone()), person.name)
    return Sheet(_("Master list of documents"), columns, _rows(rows), about)


def master_parts(rows: Iterable[RegisterRow], *, filter_words: str, person: User) -> list[Sheet]:
    """Return the master list in parts, each with its own heading: what is in force never stands among what is not
    (ISO 9001 7.5.3.2).
    """
    found = list(rows)
    parts = [
        (_("In force"), [each for each in found if each.effective]),
        (_("Not yet in force"), [each for each in found if not each.effective and not _is_over(each)]),
        (_("No longer in force: do not work by these"), [each for each in found if _is_over(each)]),
    ]
    whole = master_list([], filter_words=filter_words, person=person)
    return [replace(whole, title=title, rows=_rows(part)) for title, part in parts if part or title == parts[0][0]]


def _is_over(row: RegisterRow) -> bool:
    return row.shown is not None and row.shown.state in {State.OBSOLETE, State.SUPERSEDED, State.CANCELLED}


def words_of(wanted: RegisterFilter, chips: Iterable[dict[str, Any]]) -> str:
    """Return a filter in words: what stands in the first line of an export."""
    found = [f"{chip['label']}: {chip['value']}" for chip in chips if chip["value"]]
    if wanted.q:
        found.append(_("text: “%(text)s”") % {"text": wanted.q})
    return ", ".join(found) or _("all documents")


def _rows(documents: Iterable[RegisterRow]) -> Iterator[Row]:
    zone = organization_zone()
    for row in documents:
        document, effective, under_way = row.document, row.effective, row.open
        yield {
            "number": document.number,
            "title": document.title,
            "type": document.type.name,
            "revision": row.shown.label if row.shown else "",
            "state": row.shown.state_words if row.shown else _("not in force"),
            "effective": effective.effective_at.astimezone(zone).date()
            if effective and effective.effective_at
            else None,
            "owner": document.owner.name,
            "process": str(document.process or ""),
            "site": str(document.site or ""),
            "review": document.next_review_on,
            "under_way": f"{under_way.label} {under_way.state_words}" if under_way else "",
        }
