"""Importing a folder, end to end: read, plan, and run or only tell. The page, the job and the command call this."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from documents.importing import ORIGINS, Left, Mapping, Plan, Proposal, Seen, parts_of, propose, read_mapping
from documents.importing.reading import files_in, read_files
from documents.queries.importing import Known, here_already
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
    passed: Sequence[str] = ()


def read_folder(folder: Path, mapping: Mapping, progress: Progress | None = None) -> Read:
    """Read every file of a folder and return the plan. Raises RuleBroken when no document type is set up."""
    known = Known()
    if not known.types:
        raise RuleBroken(_("Set up the types of documents first; the import needs to know their numbers."))
    paths, passed = files_in(folder)
    seen: list[Seen] = []
    read: dict[str, Extracted] = {}
    for at, (each, found) in enumerate(read_files(folder, paths), start=1):
        seen.append(each)
        read[each.path] = found
        if progress is not None:
            progress.step(at, len(paths), each.path)
    said = {each.path: mapping.said_about(each.path) for each in seen}
    return Read(propose(seen, said, list(known.types)), read, known, passed)


def planned_rows(read: Read) -> list[ImportRow]:
    """Return what a run would do with each file, row by row, without doing it."""
    rows = [row for group in read.plan.documents for row in _planned_group(group, read)]
    return in_order([*rows, *_other_rows(read)])


def in_order(rows: Iterable[ImportRow]) -> list[ImportRow]:
    """Return rows by the paths of their files, so that a line keeps its place whatever is corrected in it; what nobody
    can say anything about comes last.
    """
    return sorted(rows, key=lambda row: (not row.data and row.outcome == RowOutcome.LEFT_OUT, row.name.casefold()))


def _planned_group(group: Sequence[Proposal], read: Read) -> list[ImportRow]:
    clash, rows = read.known.clash(group), []
    for proposal in group:
        present = read.known.revision_with(proposal)
        if present is not None:
            words = here_already(proposal, present)
            rows.append(row_of(proposal, RowOutcome.UNCHANGED, words, key=present.pk))
        elif clash:
            rows.append(row_of(proposal, RowOutcome.PROBLEM, clash))
        else:
            rows.append(row_of(proposal, RowOutcome.NEW, _remarks(proposal, read)))
    return rows


def import_folder(
    *, folder: Path, mapping_text: str, by: User, source: str, progress: Progress | None = None
) -> ImportRun:
    """Bring a folder in. Running it again changes nothing. Returns the run with its rows."""
    read = read_folder(folder, read_mapping(mapping_text), progress)
    run = begin_run(source=source, mapping=mapping_text, by=by)
    return _carry_out(run, read, folder, by)


def plan_upload(*, run: ImportRun, progress: Progress) -> ImportRun:
    """Read an uploaded zip and keep the plan on its run; what cannot be opened is refused in words."""
    with _unpacked(run) as (folder, left, words):
        if words:
            return end_run(run=run, rows=[], state=RunState.REFUSED, by=run.made_by, words=words)
        read = read_folder(folder, read_mapping(run.mapping), progress)
        rows = in_order([*planned_rows(read), *left])
        return end_run(run=run, rows=rows, state=RunState.PLANNED, by=run.made_by)


def run_upload(*, run: ImportRun, progress: Progress) -> ImportRun:
    """Carry out the plan of an uploaded zip."""
    with _unpacked(run) as (folder, left, _words):
        read = read_folder(folder, read_mapping(run.mapping), progress)
        return _carry_out(run, read, folder, run.made_by, left)


def line_heading() -> str:
    """Return what stands above the lines of the dry run."""
    proposed = [_("Number"), _("Type"), _("Title"), _("Revision"), _("Owner"), _("Where the number comes from")]
    return f"{_('What happens'):<28}  {_('File')}  {' | '.join(proposed)}"


def as_line(row: ImportRow) -> str:
    """Return a row as one line of the dry run: what happens, the file, and what is proposed."""
    proposed = json.loads(row.data) if row.data else {}
    origin = str(ORIGINS[proposed.get("number_from", "")])
    facts = [proposed.get(name) or "" for name in ("number", "type", "title", "revision", "owner")]
    told = " | ".join([*facts, origin]) if "source" in proposed else ""
    return "  ".join(part for part in (f"{row.outcome_words:<28}", row.name, told, row.words) if part)


def _carry_out(run: ImportRun, read: Read, folder: Path, by: User, more: list[ImportRow] | None = None) -> ImportRun:
    rows: list[ImportRow] = []
    for group in read.plan.documents:
        if read.known.clash(group):
            rows += _planned_group(group, read)
            continue
        try:
            rows += import_group(run=run, group=group, known=read.known, folder=folder, read=read.read, by=by)
        except RuleBroken as refusal:
            rows += [row_of(proposal, RowOutcome.PROBLEM, str(refusal)) for proposal in group]
    whole = in_order([*rows, *_other_rows(read), *(more or [])])
    return end_run(run=run, rows=whole, state=RunState.DONE, by=by)


def _other_rows(read: Read) -> list[ImportRow]:
    plan = read.plan
    same = _("same content as %(path)s, which comes in")
    rows = [plain_row(seen.path, RowOutcome.DUPLICATE, same % {"path": first.path}) for seen, first in plan.duplicates]
    rows += [_left_row(each, RowOutcome.PROBLEM) for each in plan.refused]
    rows += [_left_row(each, RowOutcome.LEFT_OUT) for each in plan.left_out]
    return rows + [_passed(path) for path in read.passed]


def _left_row(left: Left, outcome: RowOutcome) -> ImportRow:
    parts = parts_of(left.seen.path)
    found = {"number": parts.number, "title": parts.title, "revision": parts.revision}
    return plain_row(left.seen.path, outcome, left.words, offers={name: found.get(name, "") for name in left.offers})


def _passed(path: str) -> ImportRow:
    return plain_row(path, RowOutcome.LEFT_OUT, _("added by the system, not a document"))


def _remarks(proposal: Proposal, read: Read) -> str:
    found = list(proposal.remarks)
    if proposal.owner and read.known.owner(proposal.owner) is None:
        found.append(
            _("owner “%(name)s” is not known here: whoever brings it in becomes the owner") % {"name": proposal.owner}
        )
    if proposal.source.comments:
        found.append(_("%(n)d comments in the file are not resolved") % {"n": proposal.source.comments})
    if proposal.source.tracked_changes:
        found.append(_("%(n)d tracked changes are not accepted") % {"n": proposal.source.tracked_changes})
    return "; ".join(found)


def _left(each: NotTaken) -> ImportRow:
    return ImportRow(name=each.path[:500], outcome=RowOutcome.PROBLEM, words=each.words)


@contextmanager
def _unpacked(run: ImportRun) -> Iterator[tuple[Path, list[ImportRow], str]]:
    assert run.upload is not None
    with TemporaryDirectory(prefix="qms-import-") as into, file_on_disk(run.upload, "upload.zip") as path:
        found = unpack_folder(path, Path(into))
        words = "" if found.outcome is Outcome.TEXT else found.words
        left = [*map(_left, found.not_taken), *map(_passed, found.passed_over)]
        yield Path(into), left, words
