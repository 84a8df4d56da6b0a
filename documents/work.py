"""What this room's duties are called, and where a person goes to do them."""

from collections.abc import Callable, Iterable

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents.models import Document, Objection, RecordKind, Revision
from documents.queries import relations, standing_on
from documents.queries.kept import may_keep
from documents.queries.seating import successor_problem
from documents.queries.standing import reads_at
from documents.rights import Can
from documents.states import AUTHOR, OWNER, RoundKind, State
from qms.core.seams.work import WorkItem, WorkKind
from qms.organization.models import User

MayTake = Callable[[str, int, int], str]
Describe = Callable[[Iterable[str]], dict[str, WorkItem]]


def _on_revision(keys: Iterable[str]) -> dict[str, WorkItem]:
    found = Revision.objects.filter(pk__in=[int(key) for key in keys]).select_related("document")
    return {str(each.pk): _item(each.document, each.title, each.get_absolute_url()) for each in found}


def _to_read(keys: Iterable[str]) -> dict[str, WorkItem]:
    found = Revision.objects.filter(pk__in=[int(key) for key in keys]).select_related("document")
    return {
        str(each.pk): WorkItem(
            each.document.number,
            each.title,
            reverse("documents:read", args=[each.document_id]),
            for_others=reverse("documents:readers", args=[each.document_id]),
        )
        for each in found
    }


def _by_act(name: str) -> Describe:
    """Lead from a document to a verb of its revision in force; where none is, to the document."""

    def describe(keys: Iterable[str]) -> dict[str, WorkItem]:
        in_force = Revision.objects.filter(document=OuterRef("pk"), state=State.EFFECTIVE).values("pk")[:1]
        found = Document.objects.filter(pk__in=[int(key) for key in keys]).annotate(in_force=Subquery(in_force))
        return {str(each.pk): _item(each, each.title, _address(each, each.in_force, name)) for each in found}

    return describe


def _address(document: Document, revision: int | None, name: str) -> str:
    if revision is None:
        return document.get_absolute_url()
    return reverse("documents:act", args=[document.pk, revision, name])


def _to_revise(keys: Iterable[str]) -> dict[str, WorkItem]:
    found = Document.objects.filter(pk__in=[int(key) for key in keys])
    return {str(each.pk): _item(each, each.title, reverse("documents:revise", args=[each.pk])) for each in found}


def _to_answer(keys: Iterable[str]) -> dict[str, WorkItem]:
    found = Objection.objects.filter(pk__in=[int(key) for key in keys]).select_related("revision__document")
    return {
        str(each.pk): _item(
            each.revision.document,
            each.revision.title,
            reverse("documents:readers", args=[each.revision.document_id]),
        )
        for each in found
    }


def _to_record(keys: Iterable[str]) -> dict[str, WorkItem]:
    found = RecordKind.objects.filter(pk__in=[int(key) for key in keys])
    return {
        str(each.pk): WorkItem("", each.name, reverse("documents:add_record", args=[each.pk]), each.get_absolute_url())
        for each in found
    }


def _item(document: Document, title: str, url: str) -> WorkItem:
    return WorkItem(number=document.number, title=title, url=url)


def owners_of_revisions(keys: Iterable[str]) -> dict[str, int]:
    """Return the process owner whom the ladder tells at its third step, by revision."""
    found = Revision.objects.filter(pk__in=[int(key) for key in keys]).select_related("document__process")
    owners = {str(each.pk): each.document.process.owner_id for each in found if each.document.process}
    return {key: owner for key, owner in owners.items() if owner is not None}


def _takes_seat(kind: RoundKind) -> MayTake:
    """A review or an approval goes to who may sit in the place of who is asked."""

    def problem(key: str, old: int, new: int) -> str:
        return successor_problem(kind, int(key), old, User.objects.get(pk=new))

    return problem


def _releases(key: str, _old: int, new: int) -> str:
    person = User.objects.get(pk=new)
    if Can.RELEASE in standing_on(Revision.objects.select_related("document").get(pk=key).document, person):
        return ""
    return gettext("%(name)s does not hold the right to release here.") % {"name": person.name}


def _goes_on(key: str, _old: int, new: int) -> str:
    revision, person = Revision.objects.select_related("document").get(pk=key), User.objects.get(pk=new)
    if relations(revision, person) & {AUTHOR, OWNER} or Can.MANAGE in standing_on(revision.document, person):
        return ""
    return gettext("%(name)s is neither its author nor its owner.") % {"name": person.name}


def _reviews(key: str, _old: int, new: int) -> str:
    return _owners(Document.objects.get(pk=key), new)


def _revises(key: str, _old: int, new: int) -> str:
    document, person = Document.objects.get(pk=key), User.objects.get(pk=new)
    if standing_on(document, person) & {OWNER, Can.MANAGE, Can.WRITE}:
        return ""
    return _stranger(document, person) or gettext("%(name)s may not write there.") % {"name": person.name}


def _answers(key: str, _old: int, new: int) -> str:
    return _owners(Objection.objects.select_related("revision__document").get(pk=key).revision.document, new)


def _keeps(key: str, _old: int, new: int) -> str:
    person = User.objects.get(pk=new)
    if may_keep(person, RecordKind.objects.get(pk=key)):
        return ""
    return gettext("%(name)s may not add these records. Make %(name)s the owner of the kind instead.") % {
        "name": person.name
    }


def owners_of_kinds(keys: Iterable[str]) -> dict[str, int]:
    """Return the owner of its process whom the ladder tells at its third step, by kind of record."""
    found = RecordKind.objects.filter(pk__in=[int(key) for key in keys]).select_related("process")
    owners = {str(each.pk): each.process.owner_id for each in found if each.process}
    return {key: owner for key, owner in owners.items() if owner is not None}


def _owners(document: Document, new: int) -> str:
    person = User.objects.get(pk=new)
    if standing_on(document, person) & {OWNER, Can.MANAGE}:
        return ""
    return _stranger(document, person) or gettext(
        "Only the owner of the document or Quality does this. Make %(name)s its owner instead."
    ) % {"name": person.name}


def _stranger(document: Document, person: User) -> str:
    """Why a document is nothing to somebody at all; empty for whoever reads there."""
    if reads_at(person, document):
        return ""
    return gettext("%(name)s may not read this document. Choose somebody who may.") % {"name": person.name}


def _kind(
    words: Promise,
    describe: Describe,
    may_take: MayTake | None = None,
    *,
    instead: Promise | None = None,
    at_once: bool = False,
    tells: bool = False,
) -> WorkKind:
    return WorkKind(
        words=words,
        describe=describe,
        delegable=instead is None,
        owners_of=owners_of_revisions,
        at_once=at_once,
        instead=instead,
        tells=tells,
        may_take=may_take,
    )


KINDS: dict[str, WorkKind] = {
    "review": _kind(_("Review"), _on_revision, _takes_seat(RoundKind.REVIEW)),
    "approve": _kind(_("Approve"), _on_revision, _takes_seat(RoundKind.APPROVAL), at_once=True),
    "agree_retirement": _kind(_("Agree to a withdrawal"), _on_revision, _takes_seat(RoundKind.RETIREMENT)),
    "confirm_periodic_review": _kind(
        _("Confirm a periodic review"), _on_revision, _takes_seat(RoundKind.PERIODIC_REVIEW)
    ),
    "start_approval": _kind(_("Start the approval"), _on_revision, _goes_on),
    "take_up": _kind(_("Change it and submit it again"), _on_revision, _goes_on),
    "release": _kind(_("Release, or give a new date"), _on_revision, _releases),
    "acknowledge": _kind(
        _("Read and acknowledge"),
        _to_read,
        instead=_(
            "Nobody acknowledges for another person. Excuse the person with a reason, or change who reads the document."
        ),
    ),
    "see_change": _kind(
        _("Look at a minor change"),
        _to_read,
        instead=_("This only tells a reader of a minor change. Change who reads the document instead."),
        tells=True,
    ),
    "periodic_review": WorkKind(words=_("Periodic review"), describe=_by_act("review-periodically"), may_take=_reviews),
    "start_revision": WorkKind(words=_("Revise after review"), describe=_to_revise, may_take=_revises),
    "propose_withdrawal": WorkKind(
        words=_("Withdraw after review"),
        describe=_by_act("ask-retirement"),
        may_take=_reviews,
    ),
    "answer_objection": WorkKind(words=_("Answer a reader's question"), describe=_to_answer, may_take=_answers),
    "record_wanted": WorkKind(
        words=_("Add a record that is wanted"), describe=_to_record, owners_of=owners_of_kinds, may_take=_keeps
    ),
}
