"""Making documents and revisions, and writing in drafts (D1, D12)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Body, BodyPicture, Document, DocumentType, EditLock, Placement, Revision, RevisionSpan
from documents.queries import OPEN, current_round, governing_body, lock_of_other, relations, standing_on
from documents.rights import Can
from documents.services.behind import behind, index_behind
from documents.services.following import follow_review
from documents.services.going_on import has_gone_on
from documents.services.moving import MovedRevision, revision_move
from documents.services.rounds import close_round
from documents.states import (
    AUTHOR,
    MAJOR_CLASSES,
    OWNER,
    ChangeClass,
    RenditionState,
    RoundOutcome,
    State,
)
from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.filing.models import StoredFile
from qms.filing.numbers import LabelScheme, check_number, first_label, next_label
from qms.filing.services import issue_number, unlink_all
from qms.filing.services.files import clean_name
from qms.organization.models import Process, Site, User
from qms.organization.queries import may
from qms.organization.states import Scope
from qms.trail.services import record

LOCK_LIFE = timedelta(minutes=10)


@transaction.atomic
def create_document(
    *,
    type_: DocumentType,
    title: str,
    by: User,
    owner: User | None = None,
    process: Process | None = None,
    site: Site | None = None,
    parent: Document | None = None,
    number: str | None = None,
    language: str = "en",
) -> Document:
    """Make a document with its first draft (D1): the number is issued from the type's locked sequence.

    `number` is given only where it comes from outside (an import). Raises NotPermitted without the right to write
    there, RuleBroken for an empty title or a number that is taken.
    """
    if not may(by, Can.WRITE, Scope(site.pk if site else None, process.pk if process else None)):
        raise NotPermitted(_("You may not write documents here."))
    if not title.strip():
        raise RuleBroken(_("A document needs a title."))
    issued = number or issue_number(
        type_.number_pattern,
        site=site.code if site else "",
        type_=type_.code,
        process=process.number if process else "",
    )
    check_number(issued)
    if Document.objects.filter(number=issued).exists():
        raise RuleBroken(_("The number %(number)s is taken.") % {"number": issued}, code="number_taken")
    now = timezone.now()
    document = Document.objects.create(
        number=issued,
        title=title.strip(),
        type=type_,
        owner=owner or by,
        process=process,
        site=site,
        parent=parent,
        created_at=now,
        created_by=by,
    )
    Placement.objects.create(
        document=document, title=document.title, owner=document.owner, process=process, site=site, valid_from=now
    )
    record("documents.created", document, by=by, number=issued, title=document.title, type=type_.code)
    label = first_label(LabelScheme(type_.label_scheme))
    _make_draft(document, label=label, change_class=ChangeClass.MAJOR, reason="", base=None, by=by, language=language)
    index_behind(document)
    return document


@transaction.atomic
def start_revision(*, document: Document, change_class: ChangeClass, reason: str, by: User) -> Revision:
    """Start the next revision of a document from the one in force (D1).

    Raises NotPermitted without the right to write there, RuleBroken without a reason or while another one is open.
    """
    locked = Document.objects.select_for_update(of=("self",)).select_related("type").get(pk=document.pk)
    if not standing_on(locked, by) & {Can.WRITE, Can.MANAGE, OWNER}:
        raise NotPermitted(_("You may not start a revision of this document."))
    if locked.revisions.filter(state__in=OPEN).exists():
        raise RuleBroken(_("Another revision of this document is open already."), code="open_revision")
    if not reason.strip():
        raise RuleBroken(_("Please give a reason."), code="reason_missing")
    base = locked.revisions.filter(state__in=[State.EFFECTIVE, State.MIGRATED]).order_by("-sequence").first()
    if base is None:
        raise RuleBroken(_("There is no revision in force to start from."), code="no_base")
    label = label_after(locked, base.label, change_class)
    made = _make_draft(locked, label=label, change_class=change_class, reason=reason.strip(), base=base, by=by)
    follow_review(locked)
    return made


@transaction.atomic
def write_markdown(*, revision_id: int, text: str, version: int, by: User, language: str | None = None) -> Body:
    """Keep what was written in a draft. `version` is the one the writer started from.

    The text that is kept already is no conflict, whoever kept it. Raises Stale when another text was saved since,
    RuleBroken when it is no draft or another person writes in it.
    """
    revision = locked_draft(revision_id, by)
    body = _body(revision, language)
    if body.version != version and body.is_markdown and body.markdown == text:
        take_lock(revision=revision, by=by)
        return body
    if body.version != version:
        raise Stale(
            _("This text was saved in another window or by somebody else after you opened it; yours is not saved.")
        )
    if not body.is_markdown or body.markdown != text:
        credit(revision, by)
    body.markdown, body.version = text, body.version + 1
    body.media_type, body.source, body.source_name = "text/markdown", None, ""
    _forget_rendition(body)
    body.save()
    take_lock(revision=revision, by=by)
    index_behind(revision.document)
    return body


@transaction.atomic
def put_file(
    *,
    revision_id: int,
    file: StoredFile,
    name: str,
    media_type: str,
    by: User,
    own_pdf: StoredFile | None = None,
    language: str | None = None,
) -> Body:
    """Put a file into a draft as its body, with the author's own PDF beside it when there is one.

    A PDF is its own rendition; for other files a job makes one, which the author accepts. Raises as write_markdown.
    """
    revision = locked_draft(revision_id, by)
    body = _body(revision, language)
    body.markdown, body.version = "", body.version + 1
    body.source, body.source_name, body.media_type = file, clean_name(name), media_type
    _forget_rendition(body)
    own = file if media_type == "application/pdf" else own_pdf
    if own is not None:
        body.rendition, body.rendition_is_own, body.rendition_state = own, True, RenditionState.MADE
    else:
        body.rendition_state = RenditionState.MAKING
    body.save()
    credit(revision, by)
    record("documents.file_put", revision, by=by, name=body.source_name, sha256=file.sha256)
    behind("read_body", revision, by=by.pk, body=body.pk)
    return body


@transaction.atomic
def accept_rendition(*, revision_id: int, by: User) -> Body:
    """The author looked at the PDF (or cover sheet) that readers will get, and accepts it (D2)."""
    revision = locked_draft(revision_id, by)
    body = governing_body(revision)
    if body is None or body.rendition_state not in {RenditionState.MADE, RenditionState.COVER_SHEET}:
        raise RuleBroken(_("There is no PDF to accept yet."), code="no_rendition")
    body.accepted_at, body.accepted_by = timezone.now(), by
    body.save(update_fields=["accepted_at", "accepted_by"])
    record("documents.rendition_accepted", revision, by=by, sha256=body.rendition.sha256 if body.rendition else None)
    return body


@transaction.atomic
def change_draft(*, revision_id: int, by: User, **changes: Any) -> Revision:
    """Change title, change class, reason, list of changes, effective date or co-authors of a draft.

    A change of class gives a new label. Who has written in it stays a co-author, whoever is chosen. Raises RuleBroken
    when it is no draft or calls a first issue anything but major, NotPermitted to strangers.
    """
    revision = locked_draft(revision_id, by)
    co_authors: Iterable[User] | None = changes.pop("co_authors", None)
    allowed = {"title", "change_class", "reason", "change_list", "effective_from"}
    if not set(changes) <= allowed:
        raise TypeError(f"cannot change {sorted(set(changes) - allowed)}")
    before = _told(revision, changes)
    if revision.base is None and changes.get("change_class", ChangeClass.MAJOR) not in MAJOR_CLASSES:
        raise RuleBroken(_("A first issue is a major change: there is nothing it could change a little."), code="first")
    for name, value in changes.items():
        setattr(revision, name, value)
    if revision.base is not None and "change_class" in changes:
        revision.label = label_after(revision.document, revision.base.label, ChangeClass(revision.change_class))
    revision.save()
    if co_authors is not None:
        revision.co_authors.set({*co_authors, *revision.writers.all()})
    after = _told(revision, changes)
    if {name for name in after if after[name] != before[name]} & {"title", "change_list"}:
        credit(revision, by)
    record("documents.draft_changed", revision, by=by, before=before, after=after)
    return revision


@transaction.atomic
def take_lock(*, revision: Revision, by: User) -> EditLock:
    """Hold the draft for ten minutes while somebody writes; raises RuleBroken while another person does."""
    other = lock_of_other(revision, by.pk)
    if other:
        raise RuleBroken(_("%(name)s is writing in this draft right now.") % {"name": other}, code="locked")
    lock, _new = EditLock.objects.update_or_create(
        revision=revision, defaults={"person": by, "until": timezone.now() + LOCK_LIFE}
    )
    return lock


def cancel_revision(*, revision_id: int, by: User, reason: str) -> Revision:
    """Give a revision up (D12): the author before approval is complete, Quality later. Open rounds are void."""
    state = Revision.objects.values_list("state", flat=True).get(pk=revision_id)
    verb = "cancel_approved" if state == State.APPROVED else "cancel_draft"
    return revision_move(revision_id, verb, by=by, reason=reason, effect=_given_up)


@transaction.atomic
def discard_draft(*, revision_id: int, by: User) -> None:
    """Throw a draft away that was never submitted; only its entry stays. A document without any other goes too."""
    revision = locked_draft(revision_id, by)
    if revision.contents.exists():
        raise RuleBroken(_("This draft was submitted before. Cancel it instead; it is kept."), code="submitted_before")
    document = revision.document
    record("documents.draft_discarded", revision, document, by=by, number=document.number, label=revision.label)
    revision.delete()
    index_behind(document)
    if document.revisions.exists():
        follow_review(document, by=by)
    else:
        unlink_all(row=document, by=by)
        document.delete()


def label_after(document: Document, last: str, change_class: ChangeClass) -> str:
    """Return the label of the next revision by the type's scheme; a scheme without minor counts up."""
    return next_label(LabelScheme(document.type.label_scheme), last, major=change_class in MAJOR_CLASSES)


def _make_draft(
    document: Document,
    *,
    label: str,
    change_class: ChangeClass,
    reason: str,
    base: Revision | None,
    by: User,
    language: str = "en",
) -> Revision:
    last = document.revisions.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    now = timezone.now()
    revision = Revision.objects.create(
        document=document,
        sequence=last + 1,
        label=label,
        state=State.DRAFT,
        title=document.title,
        change_class=change_class,
        reason=reason,
        author=by,
        base=base,
        created_at=now,
    )
    RevisionSpan.objects.create(revision=revision, state=State.DRAFT, valid_from=now)
    source = governing_body(base) if base is not None else None
    body = Body.objects.create(
        revision=revision,
        language=source.language if source else language,
        markdown=source.markdown if source else "",
    )
    if source is not None:
        _carry_pictures(source, body)
    record("documents.draft_started", revision, document, by=by, label=label, change_class=change_class, reason=reason)
    return revision


def _told(revision: Revision, names: Iterable[str]) -> dict[str, str]:
    told = {name: str(getattr(revision, name) or "") for name in names}
    authors = revision.co_authors.order_by("pk").values_list("pk", flat=True)
    return {**told, "co_authors": ", ".join(map(str, authors))}


def credit(revision: Revision, by: User) -> None:
    """Count who has written in a draft among its authors, from the first time on: nobody approves what they wrote."""
    if by.pk == revision.author_id or revision.writers.filter(pk=by.pk).exists():
        return
    revision.writers.add(by)
    revision.co_authors.add(by)
    record("documents.wrote", revision, by=by)


def locked_draft(revision_id: int, by: User) -> Revision:
    """Return a draft, locked, in which a person may write now; raise NotPermitted or RuleBroken otherwise."""
    revision = (
        Revision.objects.select_for_update(of=("self",)).select_related("document__type", "base").get(pk=revision_id)
    )
    held = standing_on(revision.document, by) | relations(revision, by)
    if not held & {AUTHOR, OWNER, Can.MANAGE}:
        raise NotPermitted(_("Only its authors, its owner and Quality write in this draft."))
    if revision.state != State.DRAFT:
        raise RuleBroken(_("Only a draft can be changed."), code="wrong_state")
    other = lock_of_other(revision, by.pk)
    if other:
        raise RuleBroken(_("%(name)s is writing in this draft right now.") % {"name": other}, code="locked")
    return revision


def _body(revision: Revision, language: str | None) -> Body:
    body = governing_body(revision) if language is None else revision.bodies.filter(language=language).first()
    return body or Body.objects.create(
        revision=revision, language=language or "en", governing=not revision.bodies.exists()
    )


def _carry_pictures(source: Body, target: Body) -> None:
    """Lay the pictures of a text beside the copy of it that the next revision starts from."""
    rows = source.pictures.values("name", "alt", "file_id", "media_type", "added_at", "added_by_id")
    BodyPicture.objects.bulk_create([BodyPicture(body=target, **row) for row in rows])


def _forget_rendition(body: Body) -> None:
    body.rendition, body.rendition_is_own, body.rendition_state = None, False, RenditionState.NONE
    body.accepted_at, body.accepted_by, body.extraction = None, None, None
    body.outcome, body.outcome_words = "", ""


def _given_up(moved: MovedRevision) -> dict[str, Any]:
    current = current_round(moved.row)
    if current is not None:
        close_round(current, RoundOutcome.VOID)
    has_gone_on(moved.row)
    follow_review(moved.row.document, by=moved.by)
    index_behind(moved.row.document)
    return {}
