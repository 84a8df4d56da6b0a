"""Texts of other rooms as controlled documents: a draft, or the next revision of the document that stands."""

from django.urls import reverse
from django.utils.translation import gettext as _

from documents import services
from documents.models import Document, Revision
from documents.queries import choosable
from documents.queries.revisions import (
    document_with,
    effective_revision,
    governing_body,
    lock_of_other,
    open_revision,
)
from documents.queries.standing import relations, standing_on
from documents.rights import Can
from documents.states import AUTHOR, OWNER, ChangeClass, State
from qms.core.seams.texts import TextMaker
from qms.organization.models import User
from qms.organization.queries import may


def kinds(person: User) -> list[tuple[str, str]]:
    """Return the types of document that a person may write for the whole organization."""
    return [(str(each.pk), each.name) for each in choosable.types()] if may(person, Can.WRITE) else []


def write(*, kind: str, title: str, text: str, before: str, reason: str, by: User) -> str:
    """Write a text as a draft (D1); see `qms.core.seams.texts.Write`.

    A document that was withdrawn has no next revision: the text becomes a new document.
    """
    document = document_with(before) if before else None
    draft = _next(document, reason, by) if document else None
    if draft is None:
        type_ = next(each for each in choosable.types() if str(each.pk) == kind)
        draft = services.create_document(type_=type_, title=title, by=by).revisions.get()
    body = governing_body(draft)
    services.write_markdown(revision_id=draft.pk, text=text, version=body.version if body else 0, by=by)
    return str(draft.document_id)


def obstacle(key: str, person: User) -> str:
    """Return why a person cannot write into a document now, or have its next revision; nothing where they can."""
    document = document_with(key)
    draft = open_revision(document) if document else None
    if document is None or (draft is None and effective_revision(document) is None):
        return ""
    held, told = standing_on(document, person), {"document": document.number}
    if draft is None:
        return "" if held & {Can.WRITE, Can.MANAGE, OWNER} else _("You may not revise %(document)s.") % told
    return _hinders(draft, held | relations(draft, person), person) % told


def _hinders(draft: Revision, held: frozenset[str], person: User) -> str:
    if draft.state == State.APPROVED:
        return _("%(document)s has a revision that is approved and not yet effective.")
    if draft.state != State.DRAFT:
        return _("%(document)s is with its reviewers and approvers: it takes no text until they have decided.")
    if not held & {AUTHOR, OWNER, Can.MANAGE}:
        return _("Others write the draft of %(document)s.")
    return _("Somebody else is writing in %(document)s right now.") if lock_of_other(draft, person.pk) else ""


def _next(document: Document, reason: str, by: User) -> Revision | None:
    draft = open_revision(document)
    if draft is None and effective_revision(document) is not None:
        draft = services.start_revision(document=document, change_class=ChangeClass.MAJOR, reason=reason, by=by)
    return draft


MAKER = TextMaker(
    kinds=kinds,
    write=write,
    address=lambda key: reverse("documents:document", args=[int(key)]),
    obstacle=obstacle,
)
