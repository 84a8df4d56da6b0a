"""Importing a folder, end to end: read, plan, and run or only tell. The page, the job and the command call this."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from documents.importing import Mapping, Plan, Proposal, Seen, propose, read_mapping
from documents.importing.reading import files_in, read_files
from documents.queries.importing import Known, left_aside
from documents.reading import file_on_disk
from documents.services.importing import begin_run, end_run, import_group, plain_row, row_of
from qms.core.errors import RuleBroken
from qms.core.parsers import NotTaken, Outcome, unpack_folder
from qms.core.parsers.model import Extracted
from qms.core.seams.jobs import Progress
from qms.imports.models import ImportRow, ImportRun
from qms.imports.states import RowOutcome, RunState
from qms.organization.models import User


@dataclass(frozen=True)
class Read:
    """A folder that was read: the plan, what was read of each file, and what is known here."""

    plan: Plan
    read: dict[str, Extracted]
    known: Known


def read_folder(folder: Path, mapping: Mapping, progress: Progress | None = None) -> Read:
    """Read every file of a folder and return the plan. Raises RuleBroken when no document type is set up."""
    known = Known()
    if not known.types:
        raise RuleBroken(_("Set up the types of documents first; the import needs to know their numbers."))
    paths = files_in(folder)
    seen: list[Seen] = []
    read: dict[str, Extracted] = {}
    for at, (each, found) in enumerate(read_files(folder, paths), start=1):
        seen.append(each)
        read[each.path] = found
        if progress is not None:
            progress.step(at, len(paths), each.path)
    said = {each.path: mapping.said_about(each.path) for each in seen}
    return Read(propose(seen, said, list(known.types)), read, known)


def planned_rows(read: Read) -> list[ImportRow]:
    """Return what a run would do with each file, row by row, without doing it."""
    rows = []
    for group in read.plan.documents:
        for proposal in group:
            present = read.known.revision_with(proposal)
            outcome = RowOutcome.UNCHANGED if present else RowOutcome.NEW
            words = (left_aside(proposal, present) if present else "") or _remarks(proposal, read)
            rows.append(row_of(proposal, outcome, words, key=present.pk if present else None))
    return [*rows, *_other_rows(read.plan)]


def import_folder(
    *, folder: Path, mapping_text: str, by: User, source: str, progress: Progress | None = None
) -> ImportRun:
    """Bring a folder in. Running it again changes nothing. Returns the run with its rows."""
    read = read_folder(folder, read_mapping(mapping_text), progress)
    run = begin_run(source=source, mapping=mapping_text, by=by)
    return _carry_out(run, read, folder, by)


def plan_upload(*, run: ImportRun, progress: Progress) -> ImportRun:
    """Read an uploaded zip and keep the plan on its run; what cannot be opened is refused in words."""
    with _unpacked(run) as (folder, not_taken, words):
        if words:
            return end_run(run=run, rows=[], state=RunState.REFUSED, by=run.made_by, words=words)
        read = read_folder(folder, read_mapping(run.mapping), progress)
        rows = [*planned_rows(read), *(_left(each) for each in not_taken)]
        return end_run(run=run, rows=rows, state=RunState.PLANNED, by=run.made_by)


def run_upload(*, run: ImportRun, progress: Progress) -> ImportRun:
    """Carry out the plan of an uploaded zip."""
    with _unpacked(run) as (folder, not_taken, _words):
        read = read_folder(folder, read_mapping(run.mapping), progress)
        return _carry_out(run, read, folder, run.made_by, [_left(each) for each in not_taken])


def as_line(row: ImportRow) -> str:
    """Return a row as one line of the dry run: what happens, the file, and what is proposed."""
    proposed = json.loads(row.data) if row.data else {}
    facts = [proposed.get(name) or "" for name in ("number", "type", "title", "revision", "owner")]
    told = " | ".join(facts) if proposed else ""
    return "  ".join(part for part in (f"{row.outcome_words:<28}", row.name, told, row.words) if part)


def _carry_out(run: ImportRun, read: Read, folder: Path, by: User, more: list[ImportRow] | None = None) -> ImportRun:
    rows: list[ImportRow] = []
    for group in read.plan.documents:
        try:
            rows += import_group(run=run, group=group, known=read.known, folder=folder, read=read.read, by=by)
        except RuleBroken as refusal:
            rows += [row_of(proposal, RowOutcome.PROBLEM, str(refusal)) for proposal in group]
    return end_run(run=run, rows=[*rows, *_other_rows(read.plan), *(more or [])], state=RunState.DONE, by=by)


def _other_rows(plan: Plan) -> list[ImportRow]:
    rows = [
        plain_row(seen, RowOutcome.DUPLICATE, _("same content as %(path)s") % {"path": first.path})
        for seen, first in plan.duplicates
    ]
    return rows + [plain_row(seen, RowOutcome.LEFT_OUT, _("left out by the mapping")) for seen in plan.left_out]


def _remarks(proposal: Proposal, read: Read) -> str:
    found = list(proposal.remarks)
    if proposal.owner and read.known.owner(proposal.owner) is None:
        found.append(_("owner “%(name)s” is not known here") % {"name": proposal.owner})
    if proposal.source.comments:
        found.append(_("%(n)d comments in the file are not resolved") % {"n": proposal.source.comments})
    if proposal.source.tracked_changes:
        found.append(_("%(n)d tracked changes are not accepted") % {"n": proposal.source.tracked_changes})
    return "; ".join(found)


def _left(each: NotTaken) -> ImportRow:
    return ImportRow(name=each.path[:500], outcome=RowOutcome.PROBLEM, words=each.words)


@contextmanager
def _unpacked(run: ImportRun) -> Iterator[tuple[Path, tuple[NotTaken, ...], str]]:
    assert run.upload is not None
    with TemporaryDirectory(prefix="qms-import-") as into, file_on_disk(run.upload, "upload.zip") as path:
        found = unpack_folder(path, Path(into))
        words = "" if found.outcome is Outcome.TEXT else found.words
        yield Path(into), found.not_taken, words
