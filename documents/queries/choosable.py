"""What a person may choose from in forms."""

from django.db.models import Prefetch, QuerySet

from documents.models import ApprovalProfile, Document, DocumentType, ProfileStep, Revision
from documents.queries.standing import scope_of, visible_to
from documents.rights import Can
from qms.organization.models import Process, Site, Team, User
from qms.organization.queries import active_people, people_with, reach


def types() -> QuerySet[DocumentType]:
    """Return the document types in use, by name."""
    return DocumentType.objects.filter(is_active=True).select_related("profile").order_by("name")


def all_types() -> QuerySet[DocumentType]:
    """Return all document types with their profiles, those in use first."""
    return DocumentType.objects.select_related("profile").order_by("-is_active", "code")


def profiles() -> QuerySet[ApprovalProfile]:
    """Return all approval profiles with their steps, by name."""
    steps = Prefetch("steps", ProfileStep.objects.order_by("position"))
    return ApprovalProfile.objects.prefetch_related(steps).order_by("name")


def processes(person: User) -> QuerySet[Process]:
    """Return the processes for which a person may write documents."""
    everywhere, sites, own = reach(person, Can.WRITE)
    rows = Process.objects.order_by("number")
    return rows if everywhere else rows.filter(pk__in=own) | rows.filter(site__in=sites)


def sites() -> QuerySet[Site]:
    """Return all sites, by name."""
    return Site.objects.order_by("name")


def owners() -> QuerySet[User]:
    """Return who may own a document: everybody who is here."""
    return active_people().order_by("name", "pk")


def parents(person: User) -> QuerySet[Document]:
    """Return the documents below which another may stand."""
    return visible_to(person).order_by("number")


def reviewers(revision: Revision) -> QuerySet[User]:
    """Return who may review a revision: the right to, and not one of its writers."""
    return _others(revision, people_with(Can.REVIEW, scope_of(revision.document)))


def approvers(revision: Revision, *, role: str = "") -> QuerySet[User]:
    """Return who holds the right to approve where a revision lies; with a role, only its holders."""
    people = people_with(Can.APPROVE, scope_of(revision.document))
    if role:
        people = people.filter(assignments__role=role, assignments__valid_until__isnull=True).distinct()
    return people


def _others(revision: Revision, people: QuerySet[User]) -> QuerySet[User]:
    writers = [revision.author_id, *revision.co_authors.values_list("pk", flat=True)]
    return people.exclude(pk__in=writers)


def all_processes() -> QuerySet[Process]:
    """Return all processes, by number."""
    return Process.objects.order_by("number")


def teams() -> QuerySet[Team]:
    """Return all teams, by name."""
    return Team.objects.order_by("name")
