"""Documents in the search: who sees which, and what is found in them."""

from collections.abc import Callable, Iterable, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import Document, Record, RecordKind, Revision
from documents.queries import visible_to
from documents.queries.kept import KIND, RECORD, kinds_visible_to, records_visible_to, standing_records
from documents.queries.searching import DOCUMENT, DRAFT, draft_source, kept_source, kind_source, search_source
from documents.queries.standing import open_ones_readable_by
from documents.states import OPEN_STATES
from qms.core.seams.search import Searchable, SearchSource
from qms.organization.models import User


def _visible(person: User) -> QuerySet[Document, int]:
    return visible_to(person).values_list("pk", flat=True)


def _drafts_visible(person: User) -> QuerySet[Document, int]:
    readable = Revision.objects.filter(open_ones_readable_by(person)).values("document")
    return Document.objects.filter(pk__in=readable).values_list("pk", flat=True)


def _keys() -> Iterable[int]:
    return Document.objects.order_by("pk").values_list("pk", flat=True).iterator()


def _drafts() -> Iterable[int]:
    return Document.objects.filter(revisions__state__in=OPEN_STATES).order_by("pk").values_list("pk", flat=True)


def _loaded(source: Callable[[Document], SearchSource | None]) -> Callable[[Sequence[int]], Iterable[SearchSource]]:
    def load(keys: Sequence[int]) -> Iterable[SearchSource]:
        documents = Document.objects.filter(pk__in=keys).select_related("type", "owner")
        return [found for document in documents if (found := source(document)) is not None]

    return load


def _kinds_visible(person: User) -> QuerySet[RecordKind, int]:
    return kinds_visible_to(person).values_list("pk", flat=True)


def _kinds() -> Iterable[int]:
    return RecordKind.objects.order_by("pk").values_list("pk", flat=True)


def _kinds_loaded(keys: Sequence[int]) -> Iterable[SearchSource]:
    return map(kind_source, RecordKind.objects.filter(pk__in=keys))


def _records_visible(person: User) -> QuerySet[Record, int]:
    return records_visible_to(person).values_list("pk", flat=True)


def _records() -> Iterable[int]:
    return standing_records().order_by("pk").values_list("pk", flat=True).iterator()


def _records_loaded(keys: Sequence[int]) -> Iterable[SearchSource]:
    return map(kept_source, standing_records().filter(pk__in=keys).select_related("kind"))


SEARCHABLES = {
    DOCUMENT: Searchable(
        label=_("Documents"),
        visible=_visible,
        keys=_keys,
        load=_loaded(search_source),
        url=lambda key: reverse("documents:document", args=[key]),
    ),
    DRAFT: Searchable(
        label=_("Revisions on their way"),
        visible=_drafts_visible,
        keys=_drafts,
        load=_loaded(draft_source),
        url=lambda key: reverse("documents:draft", args=[key]),
    ),
    KIND: Searchable(
        label=_("Kinds of record"),
        visible=_kinds_visible,
        keys=_kinds,
        load=_kinds_loaded,
        url=lambda key: reverse("documents:record_kind", args=[key]),
        icon="archive",
    ),
    RECORD: Searchable(
        label=_("Records"),
        visible=_records_visible,
        keys=_records,
        load=_records_loaded,
        url=lambda key: reverse("documents:record", args=[key]),
        icon="archive",
    ),
}
