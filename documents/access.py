"""Doors: load and permit in one function; what is hidden looks like what is missing."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from documents.models import ApprovalProfile, Document, DocumentType, Objection, Record, RecordKind, Revision
from documents.queries import may_read, relations, revisions_visible_to, standing_on, visible_to
from documents.queries.importing import runs
from documents.queries.kept import kinds_visible_to, manages, may_keep, place_of, records_visible_to
from documents.queries.reading import owed_reading
from documents.queries.standing import open_ones_readable_by, was_asked
from documents.rights import Can
from documents.states import AUTHOR, OWNER, State
from qms.core.errors import NotPermitted, Stale
from qms.duties.models import Duty
from qms.imports.models import ImportRun
from qms.organization.models import User
from qms.organization.queries import is_line_manager_of, may, person_with_id


def document_for(person: User, key: int) -> Document:
    """Return a document that a person may see; raise Http404 otherwise."""
    found = visible_to(person).filter(pk=key).select_related("type__profile", "owner", "process", "site", "parent")
    document = found.first()
    if document is None:
        raise Http404
    return document


def sees_document(person: User, key: int) -> bool:
    """Return whether a person may open the page of a document."""
    return visible_to(person).filter(pk=key).exists()


def revision_for(person: User, document_key: int, key: int) -> Revision:
    """Return a revision that a person may read; raise Http404 otherwise."""
    document = document_for(person, document_key)
    revision = Revision.objects.filter(document=document, pk=key).select_related("author", "content", "base").first()
    if revision is None or not may_read(revision, person):
        raise Http404
    revision.document = document
    return revision


def revision_to_answer(person: User, document_key: int, key: int) -> Revision:
    """Return a revision that a person answers about now; raise Stale to who was asked and is not any more.

    What they may no longer read they are told nothing of but that. Raises Http404 to others.
    """
    try:
        return revision_for(person, document_key, key)
    except Http404:
        if was_asked(person, document_key, key):
            words = _("You are not asked about this any more: it was taken back, or decided. Nothing was recorded.")
            raise Stale(words) from None
        raise


def open_revision_for(person: User, document_key: int) -> Revision:
    """Return the revision of a document that is on its way, to who may read it; raise Http404 otherwise."""
    found = Revision.objects.filter(open_ones_readable_by(person), document=document_key).first()
    if found is None:
        raise Http404
    return found


def objection_for(person: User, document_key: int, key: int) -> tuple[Document, Objection]:
    """Return a document and a difficulty that a reader raised with it, to who sees it; raise Http404 otherwise."""
    document = document_for(person, document_key)
    seen = standing_on(document, person) & {Can.SEE_ACKNOWLEDGEMENTS, Can.MANAGE, OWNER}
    found = Objection.objects.filter(pk=key, revision__document=document).first() if seen else None
    if found is None:
        raise Http404
    return document, found


def document_to_change(person: User, key: int, *wanted: str) -> Document:
    """Return a document to somebody who holds one of these there; raise Http404, or NotPermitted to who only sees it.

    A form asks it before it is shown: it names people.
    """
    document = document_for(person, key)
    if not standing_on(document, person) & set(wanted):
        raise NotPermitted(_("You may not do this here."))
    return document


def document_to_address(person: User, key: int) -> Document:
    """Return a document to somebody who may say who reads it; its rules name people. Raises as `document_to_change`."""
    return document_to_change(person, key, Can.MANAGE, OWNER, Can.WRITE)


def draft_for(person: User, document_key: int, key: int) -> Revision:
    """Return a revision that a person may write in; raise Http404 or NotPermitted otherwise."""
    revision = revision_for(person, document_key, key)
    held = standing_on(revision.document, person) | relations(revision, person)
    if not held & {Can.MANAGE, AUTHOR, OWNER}:
        raise NotPermitted(_("Only its authors, its owner and Quality write in this draft."))
    return revision


def require(person: User, right: Can) -> None:
    """Raise Http404 unless a person holds a right anywhere: the page does not exist for others."""
    if not may(person, right):
        raise Http404


def reported_on(viewer: User, key: int) -> User:
    """Return a person whose status somebody may see: their own, their people's, or by right; raise Http404 if not."""
    person = person_with_id(key)
    if person is None or not may_report(viewer, person):
        raise Http404
    return person


def may_report(viewer: User, person: User) -> bool:
    """Return whether somebody may take away what a person has acknowledged and owes."""
    own = person.pk == viewer.pk or is_line_manager_of(viewer, person)
    return own or may(viewer, Can.SEE_ACKNOWLEDGEMENTS)


def report_panel(viewer: User, subject: User) -> dict[str, Any] | None:
    """Return what the page of what a person owes is given for the way to the report; None where there is none."""
    return {"subject": subject} if may_report(viewer, subject) else None


def type_with(person: User, key: int) -> DocumentType:
    """Return a document type to somebody who may change it; raise Http404 otherwise."""
    require(person, Can.CHANGE_TYPES)
    found = DocumentType.objects.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def profile_with(person: User, key: int) -> ApprovalProfile:
    """Return an approval profile to somebody who may change it; raise Http404 otherwise."""
    require(person, Can.CHANGE_TYPES)
    found = ApprovalProfile.objects.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def can_write(person: User) -> bool:
    """Return whether a person may make documents anywhere."""
    return may(person, Can.WRITE)


def revision_to_show(person: User, document: Document, wanted: str = "") -> Revision:
    """Return the revision of a document that a person wants by its key; without one, or where they may not read it,
    the one that stands for the document: in force, else the newest they may read.
    """
    shown, others = revision_and_others(person, document)
    return next((each for each in others if str(each.pk) == wanted), shown)


def revision_and_others(person: User, document: Document) -> tuple[Revision, list[Revision]]:
    """Return the revision that stands for a document to a person, and the others they may read, newest first."""
    found = revisions_visible_to(person, document)
    if not found:
        raise Http404
    shown = next((each for each in found if each.state == State.EFFECTIVE), found[0])
    return shown, [each for each in found if each is not shown]


def document_with_history(person: User, key: int) -> Document:
    """Return a document whose history a person may see; raise Http404 otherwise."""
    document = document_for(person, key)
    if not standing_on(document, person) & {Can.READ_HISTORY, Can.READ_DRAFTS, OWNER}:
        raise Http404
    return document


def document_by_number(person: User, number: str) -> Document:
    """Return a document that a person may see by its number, whatever its case; raise Http404 otherwise."""
    found = visible_to(person).filter(number__iexact=number).first()
    if found is None:
        raise Http404
    return found


def revision_to_read(person: User, document: Document) -> tuple[Revision, Duty | None]:
    """Return the revision a reader owes (it may wait for training) with the duty; else the one that stands for it."""
    owed = owed_reading(person).filter(document=document).select_related("duty", "revision__content").first()
    if owed is None:
        return revision_to_show(person, document), None
    owed.revision.document = document
    return owed.revision, owed.duty


def import_for(person: User, key: int) -> ImportRun:
    """Return an import of a folder that a person may see; raise Http404 otherwise."""
    require(person, Can.IMPORT)
    run = runs().filter(pk=key).first()
    if run is None:
        raise Http404
    return run


def kind_for(person: User, key: int) -> RecordKind:
    """Return a kind of record that a person may see; raise Http404 otherwise."""
    found = kinds_visible_to(person).filter(pk=key).select_related("owner", "process", "site", "form").first()
    if found is None:
        raise Http404
    return found


def can_manage_records(person: User) -> bool:
    """Return whether a person may add kinds of record anywhere."""
    return may(person, Can.MANAGE_RECORDS)


def kind_to_change(person: User, key: int) -> RecordKind:
    """Return a kind of record to somebody who may change it; raise Http404, or NotPermitted to who only sees it."""
    kind = kind_for(person, key)
    if not manages(person, place_of(kind)):
        raise NotPermitted(_("You may not change this kind of record."))
    return kind


def kind_to_add_to(person: User, key: int) -> RecordKind:
    """Return a kind to somebody who may add records to it; raise Http404, or NotPermitted to who only sees it."""
    kind = kind_for(person, key)
    if not may_keep(person, kind):
        raise NotPermitted(_("You may not add records of this kind."))
    return kind


def record_for(person: User, key: int) -> Record:
    """Return a record that a person may see; raise Http404 otherwise."""
    beside = ("kind__owner", "kind__process", "kind__site", "site", "process", "file", "recorded_by")
    found = (
        records_visible_to(person)
        .filter(pk=key)
        .select_related(*beside, "form_revision__document", "supersedes", "correction")
    )
    kept = found.first()
    if kept is None:
        raise Http404
    return kept


def record_to_correct(person: User, key: int) -> Record:
    """Return a record to somebody who may correct it; raise Http404, or NotPermitted to who only sees it."""
    kept = record_for(person, key)
    if not may_keep(person, kept.kind, place_of(kept)):
        raise NotPermitted(_("You may not correct this record."))
    return kept
