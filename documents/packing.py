"""What this room holds for an evidence pack: revisions with their files, signatures and acknowledgements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from itertools import islice

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.models import Body, Document, DocumentType, Excusal, Revision
from documents.packed import AdoptedLists, people_around, record_of
from documents.queries import in_reach, visible_to
from documents.queries.choosable import all_processes, sites
from documents.rights import Can
from documents.states import OPEN_STATES, State
from qms.core.seams.evidence import EvidenceRecord, EvidenceSource, Selection
from qms.filing.models import Attachment
from qms.organization.models import User
from qms.organization.queries import organization_zone
from qms.standards.queries.links import keys_linked

# What was never in force here: given up, on its way, or brought from an older system and not adopted.
NEVER_PACKED = [State.CANCELLED.value, State.MIGRATED.value, *(state.value for state in OPEN_STATES)]

TOGETHER, TARGETS = 100, 500  # documents at a time, and in one question
MOST_NAMED = 10

# What readers and reviewers wrote to each other, and why something is asked of somebody else, is no evidence that the
# documents are controlled (7.5.3): it names people and stays at home (GDPR, Article 5(1)(c)).
KEPT_HOME = frozenset(
    {
        "documents.objected",
        "documents.objection_answered",
        "duties.moved",
        "filing.comment_resolved",
        "filing.commented",
    }
)


def gather(selection: Selection, person: User, at: datetime) -> Iterator[EvidenceRecord]:
    """Yield a record for each revision that was in force in the period, as far as the person may export it."""
    documents = _documents(selection, person).iterator(chunk_size=TOGETHER)
    lists, names = AdoptedLists(person), dict[int, str]()
    while some := list(islice(documents, TOGETHER)):
        allowed = {each.pk: each for each in some}
        revisions = list(_revisions(allowed.values(), selection, at))
        people = people_around(revisions, at, names=names, lists=lists)
        forms = _forms(revisions, at)
        for revision in revisions:
            yield record_of(allowed[revision.document_id], revision, people, forms[str(revision.pk)])


def count(selection: Selection, person: User) -> int:
    """Return how many revisions a selection holds for a person."""
    return _packed(selection, person).count()


def told(selection: Selection, person: User) -> str:
    """Return in words how many revisions a selection holds for a person, and of which documents; empty for none."""
    found = _packed(selection, person)
    numbers = list(found.order_by("document__number").values_list("document__number", flat=True).distinct())
    if not numbers:
        return ""
    revisions, documents = found.count(), len(numbers)
    named = ", ".join(numbers[:MOST_NAMED])
    more = _(" and %(n)d more") % {"n": documents - MOST_NAMED} if documents > MOST_NAMED else ""
    words = {
        "revisions": ngettext("%(n)d revision", "%(n)d revisions", revisions) % {"n": revisions},
        "documents": ngettext("%(n)d document", "%(n)d documents", documents) % {"n": documents},
        "numbers": named + more,
    }
    return _("%(revisions)s of %(documents)s: %(numbers)s") % words


def choices() -> dict[str, Sequence[tuple[str, str]]]:
    """Return the types and processes that a question can be narrowed by."""
    types = DocumentType.objects.order_by("name").values_list("code", "name")
    return {
        "types": list(types),
        "processes": [(str(each.pk), str(each)) for each in all_processes()],
        "sites": [(str(each.pk), each.name) for each in sites()],
    }


def known(numbers: Sequence[str], person: User) -> set[str]:
    """Return the numbers of documents among these, whatever their case, that a person may take away."""
    wanted = {number.casefold() for number in numbers}
    found = _exportable(person).values_list("number", flat=True)
    return {number for number in found if number.casefold() in wanted}


def within(targets: Sequence[tuple[str, str]], person: User) -> bool:
    """Return whether a person may still take away all the documents among these records."""
    keys = sorted({int(key) for model, key in targets if model == "documents.document"})
    parts = (keys[at : at + TARGETS] for at in range(0, len(keys), TARGETS))
    return all(_exportable(person).filter(pk__in=part).count() == len(part) for part in parts)


def _exportable(person: User) -> QuerySet[Document]:
    """Return what a person may take away: what they see, where they hold the right to export."""
    return visible_to(person).filter(in_reach(person, Can.EXPORT_PACK))


def _documents(selection: Selection, person: User) -> QuerySet[Document]:
    found = _exportable(person).select_related("type", "owner", "process", "site").order_by("number")
    if selection.types:
        found = found.filter(type__code__in=selection.types)
    if selection.numbers:
        found = found.filter(number__in=selection.numbers)
    if selection.sites:
        found = found.filter(site__in=selection.sites)
    if selection.clauses:
        found = found.filter(pk__in=keys_linked("documents.document", selection.clauses, selection.at))
    return found.filter(process__in=selection.processes) if selection.processes else found


def _revisions(documents: Iterable[Document], selection: Selection, at: datetime) -> QuerySet[Revision]:
    """Return the revisions of some documents, with all that a pack tells of them in a query each."""
    bodies = Body.objects.select_related("source", "rendition").order_by("-governing", "language")
    excused = Excusal.objects.filter(excused_at__lte=at).select_related("person", "excused_by")
    rows = _in_period(Revision.objects.filter(document__in=documents), selection)
    return (
        rows.select_related(
            "content", "author", "controlled_pdf", "origin_typed_by", "adoption__signature", "adoption__adopted_by"
        )
        .prefetch_related(Prefetch("bodies", bodies), Prefetch("excusals", excused))
        .order_by("document__number", "sequence")
    )


def _packed(selection: Selection, person: User) -> QuerySet[Revision]:
    documents = _documents(selection, person).values("pk")
    return _in_period(Revision.objects.filter(document__in=documents), selection)


def _forms(revisions: Sequence[Revision], at: datetime) -> dict[str, list[Attachment]]:
    kept = Q(removed_at__isnull=True) | Q(removed_at__gt=at)
    keys = [str(each.pk) for each in revisions]
    rows = Attachment.objects.filter(kept, subject_model="documents.revision", subject_key__in=keys, added_at__lte=at)
    found: dict[str, list[Attachment]] = defaultdict(list)
    for each in rows.select_related("file").order_by("pk"):
        found[each.subject_key].append(each)
    return found


def _in_period(revisions: QuerySet[Revision], selection: Selection) -> QuerySet[Revision]:
    found = revisions.exclude(state__in=NEVER_PACKED)
    zone = organization_zone()
    if selection.since:
        start = datetime.combine(selection.since, time.min, tzinfo=zone)
        found = found.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=start))
    if selection.until:
        found = found.filter(effective_at__lte=datetime.combine(selection.until, time.max, tzinfo=zone))
    return found


SOURCE = EvidenceSource(
    label=gettext_lazy("Documents"),
    choices=choices,
    gather=gather,
    count=count,
    told=told,
    known=known,
    within=within,
    kept_home=KEPT_HOME,
)
