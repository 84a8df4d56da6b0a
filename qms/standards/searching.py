"""The library in the search: editions, clauses and words of the field, behind the records of the house."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.core.seams.search import Searchable, SearchPassage, SearchSource
from qms.organization.models import User
from qms.organization.queries import may
from qms.standards.models import Clause, Edition, Term
from qms.standards.queries import standing_clauses
from qms.standards.rights import Can

EDITION, CLAUSE, TERM = "standards.edition", "standards.clause", "standards.term"
# Equal matches are ordered by age: what is always there comes after what people made.
_OF_OLD = datetime(1987, 1, 1, tzinfo=UTC)


def _editions(keys: Sequence[int]) -> Iterable[SearchSource]:
    for edition in Edition.objects.filter(pk__in=keys):
        yield SearchSource(
            model=EDITION,
            key=edition.pk,
            number=str(edition),
            title=edition.title,
            updated_at=_OF_OLD,
            standing=_standing(edition),
            passages=[SearchPassage("", ", ".join([edition.family, *edition.aliases]))],
        )


def _clauses(keys: Sequence[int]) -> Iterable[SearchSource]:
    for clause in Clause.objects.filter(pk__in=keys).select_related("edition"):
        yield SearchSource(
            model=CLAUSE,
            key=clause.pk,
            number=f"{clause.edition} {clause.number}",
            title=clause.title,
            updated_at=_OF_OLD - timedelta(minutes=clause.position),
            standing=1 + _standing(clause.edition),
            passages=[SearchPassage("", f"{clause.summary} {', '.join(clause.hints)}")],
        )


def _terms(keys: Sequence[int]) -> Iterable[SearchSource]:
    for term in Term.objects.filter(pk__in=keys):
        yield SearchSource(
            model=TERM,
            key=term.pk,
            number="",
            title=term.name,
            updated_at=_OF_OLD,
            standing=1,
            passages=[SearchPassage("", f"{term.definition} {', '.join(term.also)}")],
        )


def _standing(edition: Edition) -> int:
    return 0 if edition.is_current else 1


def _at(name: str) -> Callable[[int], str]:
    return lambda key: reverse(name, args=[key])


def _of_term(key: int) -> str:
    return f"{reverse('standards:glossary')}#word-{key}"


def _searchable(
    label: Promise,
    icon: str,
    all_of: Callable[[], QuerySet[Any]],
    load: Callable[[Sequence[int]], Iterable[SearchSource]],
    url: Callable[[int], str],
) -> Searchable:
    def visible(person: User) -> QuerySet[Any, int]:
        found = all_of() if may(person, Can.READ) else all_of().none()
        return found.values_list("pk", flat=True)

    def keys() -> Iterable[int]:
        return all_of().order_by("pk").values_list("pk", flat=True).iterator()

    return Searchable(label=label, visible=visible, keys=keys, load=load, url=url, icon=icon)


SEARCHABLES = {
    EDITION: _searchable(_("Standard"), "library", Edition.objects.all, _editions, _at("standards:edition")),
    CLAUSE: _searchable(_("Clause"), "list-tree", standing_clauses, _clauses, _at("standards:clause")),
    TERM: _searchable(_("Word of the field"), "book-a", Term.objects.all, _terms, _of_term),
}
