"""Questions about which clauses a record may belong to, by what it says."""

from collections.abc import Iterator, Sequence

from qms.search.models import Passage, SearchEntry
from qms.search.words import index_words
from qms.standards.models import Clause, ClauseLink, Edition
from qms.standards.queries.library import clauses_of
from qms.standards.queries.scope import scope_at
from qms.standards.states import Standing
from qms.standards.suggesting import Hinted, Suggester


def suggester_for(edition: Edition) -> tuple[Suggester, dict[int, Clause]]:
    """Return what finds clauses of an edition by texts, and the clauses it may find."""
    clauses = {each.pk: each for each in clauses_of(edition) if each.is_requirement}
    hinted = [Hinted(key, tuple(_phrases(each))) for key, each in clauses.items()]
    return Suggester(hinted, index_words), clauses


def _phrases(clause: Clause) -> Iterator[str]:
    yield clause.title
    if clause.parent:
        yield clause.parent.title
    yield from clause.hints
    yield from clause.stages


def suggested_for(model: str, key: str) -> list[Clause]:
    """Return the clauses of the scope's editions that a record may belong to, without those it is linked to already, or
    that somebody said are not shown there."""
    statement = scope_at()
    said = said_by(model, [int(key)]) if statement and key.isdecimal() else {}
    if not said or statement is None:
        return []
    known = set(
        ClauseLink.objects.filter(subject_model=model, subject_key=key)
        .exclude(standing=Standing.CONFIRMED, valid_until__isnull=False)
        .values_list("clause", flat=True)
    )
    found = []
    for edition in statement.editions.all():
        suggester, clauses = suggester_for(edition)
        found += [clauses[each] for each in suggester.clauses_for(*said[int(key)]) if each not in known]
    return found


def said_by(model: str, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the title and the beginning of the text of records, as the search knows them."""
    entries = SearchEntry.objects.filter(subject_model=model, subject_key__in=keys)
    texts = dict(Passage.objects.filter(entry__in=entries, number=0).values_list("entry", "text"))
    return {entry.subject_key: (entry.title, texts.get(entry.pk, "")) for entry in entries}


def unlinked_keys(model: str, edition: Edition) -> Iterator[int]:
    """Yield the keys of the records of a model that no clause of an edition is linked to or suggested for."""
    linked = set(
        ClauseLink.objects.filter(subject_model=model, valid_until=None, clause__edition=edition).values_list(
            "subject_key", flat=True
        )
    )
    keys = SearchEntry.objects.filter(subject_model=model).order_by("subject_key").values_list("subject_key", flat=True)
    return (key for key in keys.iterator() if str(key) not in linked)
