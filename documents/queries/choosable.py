"""What a person may choose from in forms."""

from collections.abc import Iterable

from django.db.models import CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from documents.models import ApprovalProfile, Document, DocumentType, ProfileStep, Revision
from documents.queries.standing import scope_of, visible_to
from documents.rights import Can
from documents.states import OPEN_STATES, State
from qms.organization.models import Process, Site, Team, User
from qms.organization.queries import active_people, people_in_role, people_with, reach
from qms.organization.states import EVERYWHERE, Role
from qms.signatures.queries import exception_for
from qms.signatures.states import SeparationRule

WITHOUT_A_PART = {Role.IT_ADMIN, Role.EXTERNAL_AUDITOR}


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
    places, rows = reach(person, Can.WRITE), Process.objects.order_by("number")
    own = Q(pk__in=[place.process_id for place in places if place.process_id])
    there = Q(site__in=[place.site_id for place in places if place.process_id is None])
    return rows if EVERYWHERE in places else rows.filter(own | there)


def sites() -> QuerySet[Site]:
    """Return all sites, by name."""
    return Site.objects.order_by("name")


def people() -> QuerySet[User]:
    """Return everybody who is here, by name."""
    return active_people().order_by("name", "pk")


def owners(document: Document | None = None) -> QuerySet[User]:
    """Return who may own a document: who has a part in it beyond looking after machines or visiting (rights of guests
    and of IT name no quality role), and who owns it already."""
    taking_part = people_in_role(*(set(Role) - WITHOUT_A_PART))
    found = Q(pk__in=taking_part.values("pk"))
    if document is not None:
        found |= Q(pk=document.owner_id)
    return people().filter(found)


def parents(person: User, document: Document | None = None) -> QuerySet[Document]:
    """Return the documents below which another may stand: in force or on their way, not itself; and its parent now."""
    standing = Revision.objects.filter(document=OuterRef("pk"), state__in=[State.EFFECTIVE, *OPEN_STATES])
    found = Q(Exists(standing))
    if document is None:
        return visible_to(person).filter(found).order_by("number")
    found |= Q(pk=document.parent_id)
    return visible_to(person).filter(found).exclude(pk=document.pk).order_by("number")


def reviewers(revision: Revision) -> QuerySet[User]:
    """Return who may review a revision: the right to, and not one of its writers."""
    return _others(revision, people_with(Can.REVIEW, scope_of(revision.document)))


def approvers(revision: Revision, *, role: str = "") -> QuerySet[User]:
    """Return who may approve where a revision lies, without its writers (D4); with a role, only its holders there."""
    scope = scope_of(revision.document)
    people = people_with(Can.APPROVE, scope)
    if role:
        people = people.filter(pk__in=people_in_role(Role(role), scope=scope).values("pk"))
    return _without_makers(revision, people, _writers(revision))


def agreers(revision: Revision, by: User) -> QuerySet[User]:
    """Return who may agree to what `by` asks on a revision in force; whoever asks is the maker here (D10, D11)."""
    people = people_with(Can.APPROVE, scope_of(revision.document))
    return _without_makers(revision, people, [by])


def co_authors(revision: Revision) -> QuerySet[User]:
    """Return who may be a co-author of a revision: the right to write where it lies; and who is one already."""
    writing = people_with(Can.WRITE, scope_of(revision.document)).values("pk")
    return (
        people().filter(Q(pk__in=writing) | Q(pk__in=revision.co_authors.values("pk"))).exclude(pk=revision.author_id)
    )


def _others(revision: Revision, people: QuerySet[User]) -> QuerySet[User]:
    return people.exclude(pk__in=[each.pk for each in _writers(revision)])


def _writers(revision: Revision) -> list[User]:
    return [revision.author, *revision.co_authors.all()]


def _without_makers(revision: Revision, people: QuerySet[User], makers: Iterable[User]) -> QuerySet[User]:
    process, rule = revision.document.process_id, SeparationRule.APPROVER_IS_AUTHOR
    bound = [each.pk for each in makers if exception_for(rule, person=each, process_id=process) is None]
    return people.exclude(pk__in=bound)


def all_processes() -> QuerySet[Process]:
    """Return all processes, by number."""
    return Process.objects.order_by("number")


def filters() -> dict[str, list[tuple[str, str]]]:
    """Return what the register is filtered by, each as it stands in an address and in words: one query for all."""
    kinds = (
        ("type", types().annotate(key=F("code"), words=F("name"))),
        ("process", all_processes().annotate(key=Cast("pk", CharField()), words=Concat("number", Value(" "), "name"))),
        ("site", sites().annotate(key=Cast("pk", CharField()), words=F("name"))),
    )
    asked = [rows.order_by().annotate(kind=Value(kind)).values_list("kind", "words", "key") for kind, rows in kinds]
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind, _rows in kinds}
    for kind, words, key in asked[0].union(*asked[1:], all=True).order_by("kind", "words"):
        found[kind].append((key, words))
    return found


def teams() -> QuerySet[Team]:
    """Return all teams, by name."""
    return Team.objects.order_by("name")
