"""Bringing a folder of procedures in: the run that the plan describes, once, and taking it back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.importing import Proposal, Text
from documents.models import Body, Document, DocumentType, Placement, Revision, RevisionSpan
from documents.queries.importing import Known, blockers_of, here_already, used_numbers
from documents.rights import Can
from documents.services.behind import behind
from documents.services.freezing import freeze
from documents.services.pages import drawn_file
from documents.states import ChangeClass, RenditionState, State
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.parsers.model import Extracted, pack
from qms.filing.models import StoredFile
from qms.filing.numbers import check_number
from qms.filing.services import attach, free_numbers, issue_number, note_number
from qms.filing.services.files import clean_name, store, store_bytes
from qms.imports.models import ImportRow, ImportRun
from qms.imports.states import RowOutcome, RunState
from qms.organization.models import User
from qms.organization.queries import may
from qms.trail.services import record

CHUNK = 1024 * 1024


@transaction.atomic
def import_group(
    *, run: ImportRun, group: Sequence[Proposal], known: Known, folder: Path, read: dict[str, Extracted], by: User
) -> list[ImportRow]:
    """Bring one document with its revisions in, whole or not at all; what is here already is left as it is.

    Numbers, labels, dates and approvers are kept as found; the revisions are *migrated*, never approved here (D0).
    """
    document = known.document_for(group)
    rows = []
    for proposal in group:
        present = known.revision_with(proposal)
        if present is not None:
            rows.append(_row(run, proposal, RowOutcome.UNCHANGED, present, here_already(proposal, present)))
            continue
        if document is None:
            document = _make_document(proposal, known, by)
        revision = _make_revision(document, proposal, folder, read, run, by)
        rows.append(_row(run, proposal, RowOutcome.NEW, revision))
    if document is not None:
        behind("index", document, document=document.pk)
    return rows


@transaction.atomic
def begin_run(*, source: str, mapping: str, by: User, upload: StoredFile | None = None) -> ImportRun:
    """Open a run; raises NotPermitted without the right to import."""
    if not may(by, Can.IMPORT):
        raise NotPermitted(_("You may not import documents."))
    run = ImportRun.objects.create(
        kind="documents.folder",
        source=source[:300],
        mapping=mapping,
        upload=upload,
        state=RunState.READING if upload else RunState.RUNNING,
        made_at=timezone.now(),
        made_by=by,
    )
    record("documents.import_begun", run, by=by, source=run.source)
    return run


@transaction.atomic
def upload_folder(*, file: StoredFile, name: str, mapping: str, by: User) -> ImportRun:
    """Take a zip of a folder; a job reads it and makes the plan."""
    run = begin_run(source=clean_name(name), mapping=mapping, by=by, upload=file)
    behind("import_plan", run, by=by.pk, run=run.pk)
    return run


@transaction.atomic
def end_run(*, run: ImportRun, rows: Sequence[ImportRow], state: RunState, by: User, words: str = "") -> ImportRun:
    """Keep what became of each row and close the run."""
    ImportRow.objects.filter(run=run).delete()
    for position, row in enumerate(rows, start=1):
        row.position, row.run = position, run
    ImportRow.objects.bulk_create(rows, batch_size=500)
    run.state, run.words = state, words
    run.save(update_fields=["state", "words"])
    if state is RunState.DONE:
        counts = {outcome.value: sum(row.outcome == outcome for row in rows) for outcome in RowOutcome}
        record("documents.imported", run, by=by, source=run.source, **counts)
    return run


@transaction.atomic
def start_run(*, run_id: int, by: User) -> ImportRun:
    """Let a planned upload run; raises RuleBroken when it is not planned (a second click, an old page)."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if not may(by, Can.IMPORT):
        raise NotPermitted(_("You may not import documents."))
    if run.state != RunState.PLANNED:
        raise RuleBroken(_("This import has run, or is not planned yet."), code="wrong_state")
    run.state = RunState.RUNNING
    run.save(update_fields=["state"])
    behind("import_run", run, by=by.pk, run=run.pk)
    return run


@transaction.atomic
def undo_run(*, run_id: int, by: User) -> ImportRun:
    """Take a whole run back, as long as nothing was built on what it brought. The trail keeps that it was there.

    Raises RuleBroken naming what was built on it; then nothing is taken back.
    """
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if not may(by, Can.IMPORT):
        raise NotPermitted(_("You may not import documents."))
    if run.state != RunState.DONE:
        raise RuleBroken(_("Only an import that has run can be taken back."), code="wrong_state")
    blockers = blockers_of(run)
    if blockers:
        raise RuleBroken(
            _("Something was built on this import already: %(what)s.") % {"what": ", ".join(blockers[:5])},
            code="built_upon",
        )
    brought = Revision.objects.filter(pk__in=_new_keys(run)).order_by("pk")
    for revision in brought.select_related("document__type", "document__site", "document__process"):
        _withdraw(revision, by)
    run.state, run.undone_at, run.undone_by = RunState.UNDONE, timezone.now(), by
    run.save(update_fields=["state", "undone_at", "undone_by"])
    record("documents.import_undone", run, by=by, source=run.source)
    return run


def row_of(proposal: Proposal, outcome: RowOutcome, words: str = "", *, key: int | None = None) -> ImportRow:
    """Return a row, not kept yet, for a proposal: what the plan shows and the run keeps."""
    files = [file for text in proposal.texts for file in (text.source, text.pdf, *text.others)]
    paths = [file.path for file in files if file is not None]
    return ImportRow(
        name=proposal.source.path[:500],
        outcome=outcome,
        words=words or "; ".join(proposal.remarks),
        data=json.dumps({**asdict(proposal), "paths": paths}, default=str, ensure_ascii=False),
        subject_model="documents.revision" if key else "",
        subject_key=str(key or ""),
    )


def plain_row(path: str, outcome: RowOutcome, words: str, *, offers: Mapping[str, str] | None = None) -> ImportRow:
    """Return a row, not kept yet, for a file that becomes no document; `offers` is what a person can say about it, with
    what stands there now.
    """
    data = json.dumps({"offers": [*offers], "paths": [path], **offers}, ensure_ascii=False) if offers else ""
    return ImportRow(name=path[:500], outcome=outcome, words=words, data=data)


def _row(run: ImportRun, proposal: Proposal, outcome: RowOutcome, revision: Revision, words: str = "") -> ImportRow:
    row = row_of(proposal, outcome, words, key=revision.pk)
    row.run = run
    return row


def _make_document(proposal: Proposal, known: Known, by: User) -> Document:
    type_: DocumentType = known.types[proposal.type]
    process, pattern = known.process(proposal.process), type_.number_pattern
    area = {"type_": type_.code, "process": process.number if process else ""}
    site = known.site(proposal.site) or known.site_of_number(pattern, proposal.number, **area)
    scope = {"site": site.code if site else "", **area}
    number = proposal.number or _free_number(type_, scope["process"], scope["site"])
    check_number(number)
    note_number(type_.number_pattern, number, **scope)
    now = timezone.now()
    document = Document.objects.create(
        number=number,
        title=proposal.title or number,
        type=type_,
        owner=known.owner(proposal.owner) or by,
        process=process,
        site=site,
        created_at=now,
        created_by=by,
    )
    Placement.objects.create(
        document=document, title=document.title, owner=document.owner, process=process, site=site, valid_from=now
    )
    record("documents.created", document, by=by, number=number, title=document.title, type=type_.code, origin="import")
    return document


def _free_number(type_: DocumentType, process: str, site: str) -> str:
    while True:
        number = issue_number(type_.number_pattern, site=site, type_=type_.code, process=process)
        if not Document.objects.filter(number=number).exists():
            return number


def _make_revision(
    document: Document, proposal: Proposal, folder: Path, read: dict[str, Extracted], run: ImportRun, by: User
) -> Revision:
    last = document.revisions.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    now = timezone.now()
    revision = Revision.objects.create(
        document=document,
        sequence=last + 1,
        label=(proposal.revision or str(last + 1))[:40],
        state=State.DRAFT,
        title=proposal.title or document.title,
        change_class=ChangeClass.MAJOR,
        author=by,
        created_at=now,
        origin=run.source[:120],
        origin_effective_on=proposal.effective,
        origin_approvers=proposal.approvers,
    )
    texts = proposal.texts
    for position, text in enumerate(texts):
        _make_body(revision, text, folder, read, governing=position == 0)
    for other in (other for text in texts for other in text.others):
        file = _stored(folder / other.path)
        attach(row=revision, file=file, name=Path(other.path).name, media_type=other.media_type, by=by)
    freeze(revision)
    revision.state = State.MIGRATED
    revision.save(update_fields=["state"])
    RevisionSpan.objects.create(revision=revision, state=State.MIGRATED, valid_from=now)
    record("documents.migrated", revision, document, by=by, label=revision.label, source=proposal.source.path)
    return revision


def _make_body(revision: Revision, text: Text, folder: Path, read: dict[str, Extracted], *, governing: bool) -> None:
    source, place = text.source, {"revision": revision, "language": text.language, "governing": governing}
    words = _markdown(folder / source.path) if source.media_type == "text/markdown" else None
    if words is not None:
        Body.objects.create(**place, markdown=words, outcome="text")
        return
    file = _stored(folder / source.path)
    found = read[source.path]
    pdf = file if source.media_type == "application/pdf" else None
    if text.pdf is not None:
        pdf = _stored(folder / text.pdf.path)
    body = Body.objects.create(
        **place,
        source=file,
        source_name=Path(source.path).name[:255],
        media_type=source.media_type,
        rendition=pdf,
        rendition_is_own=pdf is not None,
        rendition_state=RenditionState.MADE if pdf else RenditionState.NONE,
        extraction=store_bytes(json.dumps(pack(found)).encode(), limit=2**31),
        outcome=found.outcome,
        outcome_words=found.words,
    )
    if drawn_file(body) is not None:
        behind("draw_pages", revision, body=body.pk)


def _markdown(path: Path) -> str | None:
    """The text of a Markdown file that is UTF-8 as it stands, so that freezing it gives the same bytes again."""
    raw = path.read_bytes()
    try:
        return None if raw.startswith(b"\xef\xbb\xbf") else raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _stored(path: Path) -> StoredFile:
    with path.open("rb") as stream:
        return store(iter(lambda: stream.read(CHUNK), b""))


def _new_keys(run: ImportRun) -> list[int]:
    keys = run.rows.filter(outcome=RowOutcome.NEW).values_list("subject_key", flat=True)
    return [int(key) for key in keys if key]


def _withdraw(revision: Revision, by: User) -> None:
    document = revision.document
    record("documents.import_row_undone", revision, document, by=by, number=document.number, label=revision.label)
    RevisionSpan.objects.filter(revision=revision, valid_until__isnull=True).update(valid_until=timezone.now())
    revision.state = State.CANCELLED
    revision.ended_at = timezone.now()
    revision.save(update_fields=["state", "ended_at"])
    RevisionSpan.objects.create(revision=revision, state=State.CANCELLED, valid_from=timezone.now())
    if not document.revisions.exclude(state=State.CANCELLED).exists():
        document.number = f"{document.number} (import {revision.pk} undone)"[:60]
        document.save(update_fields=["number"])
        _free_numbers(document)


def _free_numbers(document: Document) -> None:
    """Let the sequence go back behind the numbers that documents have or had: an undone import used none of its own."""
    free_numbers(
        document.type.number_pattern,
        used_numbers,
        site=document.site.code if document.site else "",
        type_=document.type.code,
        process=document.process.number if document.process else "",
    )
