"""Questions about documents and their revisions."""

from datetime import date, timedelta

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils import timezone

from documents.models import Body, Document, EditLock, ReadingDuty, Revision, Round, Seat
from documents.states import (
    MAJOR_CLASSES,
    OPEN_STATES,
    ChangeClass,
    Decision,
    RoundKind,
    RoundOutcome,
    State,
)
from qms.filing.models import Link
from qms.organization.queries import today
from qms.standards.queries.evidence import left_without

OPEN = [state.value for state in OPEN_STATES]


def governing_body(revision: Revision) -> Body | None:
    """Return the body that counts when languages differ."""
    return revision.bodies.filter(governing=True).select_related("source", "rendition").first()


def people_beside(revision: Revision) -> tuple[list[str], list[str]]:
    """Return the names of who approved the content of a revision, and of its co-authors, in one query."""
    agreed = Seat.objects.filter(
        round__revision=revision,
        round__content=revision.content_id,
        round__kind=RoundKind.APPROVAL,
        round__outcome=RoundOutcome.AGREED,
        decision=Decision.YES,
    )
    wrote = Revision.co_authors.through.objects.filter(revision=revision)
    approvers = agreed.values_list(Value("approved"), "person__name")
    authors = wrote.values_list(Value("wrote"), "user__name")
    found = sorted(approvers.union(authors))
    return [name for kind, name in found if kind == "approved"], [name for kind, name in found if kind == "wrote"]


def effective_revision(document: Document) -> Revision | None:
    """Return the revision in force, or None."""
    return document.revisions.filter(state=State.EFFECTIVE).select_related("document", "author", "content").first()


def document_with(key: str) -> Document | None:
    """Return the document that another room knows by its key, or None."""
    return Document.objects.filter(pk=key).first()


def open_revision(document: Document) -> Revision | None:
    """Return the revision that is on its way, or None."""
    return document.revisions.filter(state__in=OPEN).select_related("document", "author").first()


def shown_revision(document: Document) -> Revision | None:
    """Return the revision that stands for a document: the one in force, else the open one, else the newest."""
    found = effective_revision(document) or open_revision(document)
    return found or document.revisions.order_by("-sequence").first()


def lock_of_other(revision: Revision, person_id: int | None) -> str:
    """Return the name of somebody else who writes in the draft right now, or nothing."""
    lock = EditLock.objects.filter(revision=revision, until__gt=timezone.now()).select_related("person").first()
    return lock.person.name if lock is not None and lock.person_id != person_id else ""


def referring(document: Document) -> list[Link]:
    """Return the links that point at a document (D10: shown and accepted before retirement)."""
    return list(_links_to(document).order_by("pk"))


def _links_to(document: Document) -> QuerySet[Link]:
    return Link.objects.filter(to_model="documents.document", to_key=str(document.pk))


def standing_below(document: Document) -> QuerySet[Document]:
    """Return the documents below a document that are in force or on their way, by number."""
    standing = Revision.objects.filter(document=OuterRef("pk"), state__in=[State.EFFECTIVE, *OPEN])
    return Document.objects.filter(Exists(standing), parent=document).order_by("number")


def references_count(document: Document) -> int:
    """Return how many records refer to a document or stand below it, and how many clauses keep no evidence without it:
    one question.
    """
    rows = (
        _links_to(document).values_list("pk"),
        standing_below(document).order_by().values_list("pk"),
        left_without(document._meta.label_lower, document.pk).order_by().values_list("pk"),
    )
    return rows[0].union(*rows[1:], all=True).count()


def references(document: Document) -> list[str]:
    """Return what refers to a document or stands below it, by number, and the clauses that keep no current evidence
    without it, as it is shown before a retirement (D10).

    A record of any room that links to the document counts; one without a number is named by its kind.
    """
    found = [f"{clause.edition} {clause.number}" for clause in left_without(document._meta.label_lower, document.pk)]
    found += [each.number for each in standing_below(document)]
    by_model: dict[str, list[int]] = {}
    for link in referring(document):
        by_model.setdefault(link.from_model, []).append(int(link.from_key))
    for label in sorted(by_model):
        model = apps.get_model(label)
        rows = model._default_manager.in_bulk(by_model[label])
        found += [str(getattr(rows[key], "number", f"{model._meta.verbose_name} {key}")) for key in sorted(rows)]
    return found


def readers_without(revision: Revision) -> int:
    """Return how many people still owe the acknowledgement of a revision."""
    return ReadingDuty.objects.filter(revision=revision, duty__closed_at__isnull=True).count()


def review_is_needed(revision: Revision) -> bool:
    """Return whether a change of this class goes through review by the type's profile."""
    profile = revision.document.type.profile
    if profile.reviewers_needed == 0:
        return False
    return profile.review_minor or ChangeClass(revision.change_class) in MAJOR_CLASSES


def due_for_review(day: date | None = None) -> QuerySet[Document]:
    """Return the documents in force whose periodic review is due within thirty days and waits for nobody's answer."""
    going_on = Round.objects.filter(
        revision__document=OuterRef("pk"), revision__state=State.EFFECTIVE, closed_at__isnull=True
    )
    return Document.objects.filter(
        ~Exists(going_on),
        Exists(Revision.objects.filter(document=OuterRef("pk"), state=State.EFFECTIVE)),
        next_review_on__lte=(day or today()) + timedelta(days=30),
    )
