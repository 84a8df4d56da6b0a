"""What the pages of a record ask beside the revision itself."""

from collections.abc import Sequence

from django.db.models import BooleanField, Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from documents.models import Document, Revision
from documents.queries.standing import readable_by
from qms.duties.models import Duty
from qms.organization.models import User
from qms.trail.models import Entry, EntryTarget


def waiting_on(revision: Revision, *, most: int = 6) -> list[Duty]:
    """Return what is owed on a revision beside acknowledgements, the earliest due first."""
    on_revision = Q(subject_model="documents.revision", subject_key=str(revision.pk))
    on_document = Q(subject_model="documents.document", subject_key=str(revision.document_id))
    found = Duty.objects.filter(on_revision | on_document, closed_at__isnull=True)
    return list(found.exclude(kind="documents.acknowledge").select_related("person").order_by("due_on", "pk")[:most])


def history_of(document: Document, person: User) -> QuerySet[Entry]:
    """Return the entries about a document and those of its revisions that a person may read, with their details."""
    readable = Case(When(readable_by(person), then=True), default=False, output_field=BooleanField())
    revisions = dict(document.revisions.annotate(readable=readable).values_list("pk", "readable"))
    told, untold = [[str(pk) for pk, found in revisions.items() if found is wanted] for wanted in (True, False)]
    about = Q(model="documents.document", key=str(document.pk)) | Q(model="documents.revision", key__in=told)
    entries = Entry.objects.filter(pk__in=EntryTarget.objects.filter(about).values("entry"))
    hidden = EntryTarget.objects.filter(model="documents.revision", key__in=untold).values("entry")
    return entries.exclude(pk__in=hidden).select_related("detail")


def names_beside(document: Document, targets: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return how the history of a document names what its entries concern: revisions, and other documents."""
    keys = {model: {key for each, key in targets if each == model} for model, _key in targets}
    revisions = Revision.objects.filter(pk__in=keys.get("documents.revision", ())).values_list("pk", "label")
    others = Document.objects.filter(pk__in=keys.get("documents.document", set()) - {str(document.pk)})
    named = {("documents.revision", str(pk)): _("revision %(label)s") % {"label": label} for pk, label in revisions}
    return named | {("documents.document", str(pk)): number for pk, number in others.values_list("pk", "number")}
