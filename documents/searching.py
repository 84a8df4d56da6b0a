"""Documents in the search: who sees which, and what is found in them."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from documents.queries import search_source, visible_to
from qms.core.seams.search import Searchable, SearchSource
from qms.organization.models import User


def _visible(person: User) -> QuerySet[Document, int]:
    return visible_to(person).values_list("pk", flat=True)


def _keys() -> Iterable[int]:
    return Document.objects.order_by("pk").values_list("pk", flat=True).iterator()


def _load(keys: Sequence[int]) -> Iterable[SearchSource]:
    documents = Document.objects.filter(pk__in=keys).select_related("type", "owner")
    sources = (search_source(document) for document in documents)
    return [source for source in sources if source is not None]


SEARCHABLE = Searchable(
    label=_("Documents"),
    visible=_visible,
    keys=_keys,
    load=_load,
    url=lambda key: reverse("documents:document", args=[key]),
)
