"""Questions to the index: search, suggestions while typing, and the keys that a register filters by.

Order: a number that is meant exactly, a number that begins so, a title that is just that, one that begins so, other
titles, the text, and where nothing holds every word, what holds most of them; within each what is in force first, then
the newest. Whoever may see a record is asked of its own room: first about the best matches alone, and where a person
sees too few of those, about all of them, joined as a subquery.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db.models import Case, IntegerField, Min, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from qms.core.seams.search import Searchable, searchables
from qms.search.matching import EntryHas, PassageHas, TextHas, TitleHas, TitleLacks
from qms.search.models import Passage, SearchEntry, TitleWord
from qms.search.snippets import Segment, locator_at, snippet
from qms.search.spelling import SHORTEST, meant, swapped, trigrams
from qms.search.words import JOINER, Term, clean, index_words, is_spelled, number_key, question

MOST_HITS = 100
_MOST_WORDS_COMPARED = 2_000
# So many of the best matches are looked at before their rooms are asked about all: enough for who sees a tenth of them.
_GLANCE = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"\A(\d{1,2})\.(\d{1,5})\.(-?\d{1,17})\.(\d{1,18})\Z", re.ASCII)
_ORDER = ("match", "standing", "-updated_at", "-pk")
_SHOWN = (
    *("subject_model", "subject_key", "number", "title", "kind", "state", "blocks"),
    *("match", "standing", "updated_at", "pk"),
)


class Match(IntEnum):
    """How well an entry matches; the best comes first."""

    NUMBER = 0
    NUMBER_BEGINS = 1
    WHOLE_TITLE = 2
    TITLE_BEGINS = 3
    TITLE = 4
    TEXT = 5
    SOME = 6


@dataclass(frozen=True)
class Hit:
    """A record that was found. The snippet's segments are plain text; `cursor` asks for what comes after it."""

    model: str
    key: int
    number: str
    title: str
    kind: str
    state: str
    snippet: tuple[Segment, ...]
    locator: str
    cursor: str

    @property
    def label(self) -> str:
        """Return what kind of record it is, as people read it."""
        return str(searchables[self.model].label)

    @property
    def url(self) -> str:
        """Return the page of the record."""
        return searchables[self.model].url(self.key)


@dataclass(frozen=True)
class _Row:
    model: str
    key: int
    number: str
    title: str
    kind: str
    state: str
    blocks: int
    match: int
    standing: int
    updated_at: datetime
    entry: int

    @property
    def cursor(self) -> str:
        micros = (self.updated_at - _EPOCH) // timedelta(microseconds=1)
        return f"{self.match}.{self.standing}.{micros}.{self.entry}"

    @property
    def holds_in_first_block(self) -> bool:
        """Every block is found by the title too; and what stands in the text stands in the only block there is."""
        return self.match < Match.TEXT or self.blocks <= 1


@dataclass(frozen=True)
class _Asked:
    terms: tuple[Term, ...]
    number: str = ""
    title: str = ""
    unfinished: bool = False

    @property
    def is_one_letter(self) -> bool:
        """One letter begins nearly every text; it is looked for in titles only."""
        first = self.terms[0].words[0]
        return len(self.terms) == 1 and len(first) == 1 and is_spelled(first)

    @property
    def of_heading(self) -> tuple[Term, ...]:
        """In titles and numbers, where there are few, even a single last digit may be the beginning of a number."""
        *rest, last = self.terms
        return (*rest, Term(last.words, prefix=True)) if self.unfinished and last.words[0].isdigit() else self.terms

    def in_heading(self) -> Q:
        return Q(TitleHas(self.of_heading))

    def in_text_only(self) -> Q:
        return Q(TextHas(self.terms)) & Q(TitleLacks(self.of_heading))

    def anywhere(self) -> Q:
        return self.in_heading() if self.is_one_letter else Q(EntryHas(self.terms))

    def match_in_heading(self) -> Case:
        numbers = [
            When(number_key=self.number, then=Value(Match.NUMBER.value)),
            When(number_key__startswith=self.number, then=Value(Match.NUMBER_BEGINS.value)),
        ]
        titles = [
            When(title__iexact=self.title, then=Value(Match.WHOLE_TITLE.value)),
            When(title__istartswith=self.title, then=Value(Match.TITLE_BEGINS.value)),
        ]
        whens = [*(numbers if self.number else ()), *(titles if self.title else ())]
        return Case(*whens, default=Value(Match.TITLE.value), output_field=IntegerField())

    def most(self) -> tuple[Combinable, int]:
        """Return twice by how many words an entry falls short, after the best match, and one more where no word is in
        its title; and how much that may be at most.

        Here every longer word may go on: who looks for some of the words means the thing and not its ending.
        """
        loose = [Term(each.words, prefix=each.prefix or len(each.words[0]) >= SHORTEST) for each in self.terms]
        short = Case(When(TitleHas((_any_of(loose),)), then=Value(0)), default=Value(1), output_field=IntegerField())
        missing: Combinable = Value(Match.SOME.value) + short
        for term in loose:
            missing += Case(When(EntryHas((term,)), then=Value(0)), default=Value(2), output_field=IntegerField())
        return missing, Match.SOME.value + len(loose) // 2 * 2 + 1


@dataclass(frozen=True)
class _Reader:
    """Who asks, and for which records."""

    person: Any
    models: Collection[str] | None = None
    narrowed: Q = field(default_factory=Q)

    @property
    def searched(self) -> dict[str, Searchable]:
        """Return the kinds of records that are asked for."""
        return {name: each for name, each in searchables.items() if self.models is None or name in self.models}

    def matching(self, matched: Q) -> QuerySet[SearchEntry]:
        """Return the matching entries, whoever may see them."""
        return SearchEntry.objects.filter(matched & self.narrowed, subject_model__in=list(self.searched))

    def seen(self, matched: Q) -> QuerySet[SearchEntry]:
        """Return the matching entries of what the person may see; their room is asked about those alone."""
        seen = Q(pk__in=())
        for model, searchable in self.searched.items():
            keys = self.matching(matched).filter(subject_model=model).values("subject_key")
            seen |= Q(subject_model=model, subject_key__in=searchable.visible(self.person).filter(pk__in=keys))
        return SearchEntry.objects.filter(seen)

    def sees(self, rows: Sequence[_Row]) -> list[_Row]:
        """Return those of some rows that the person may see: one query a kind of record among them."""
        visible = {
            (model, key)
            for model in dict.fromkeys(row.model for row in rows)
            for key in searchables[model].visible(self.person).filter(pk__in=[r.key for r in rows if r.model == model])
        }
        return [row for row in rows if (row.model, row.key) in visible]

    def best(self, matched: Q, match: Combinable, limit: int, after: Q | None) -> list[_Row]:
        """Return the best rows that match and that the person may see, after a place."""
        after = after or Q()
        glanced = _rows(self.matching(matched).annotate(match=match).filter(after), _GLANCE)
        rows = self.sees(glanced)
        if len(rows) >= limit or len(glanced) < _GLANCE:
            return rows[:limit]
        return _rows(self.seen(matched).annotate(match=match).filter(after), limit)


def search(
    person: Any,
    text: str,
    *,
    models: Collection[str] | None = None,
    kinds: Collection[str] | None = None,
    states: Collection[str] | None = None,
    limit: int = 20,
    after: str = "",
) -> list[Hit]:
    """Return the records that hold every word of a text and that a person may see, the best first.

    The last word may be unfinished. `after` is the cursor of the last hit shown; one that says nothing is the first
    page. A fixed number of queries, whatever is found.
    """
    asked = _asked(text)
    if asked is None:
        return []
    narrowed = Q() if kinds is None else Q(kind__in=kinds)
    narrowed &= Q() if states is None else Q(state__in=states)
    rows = _found(_Reader(person, models, narrowed), asked, min(limit, MOST_HITS), _read(after))
    places = _places(rows, asked)
    return [_hit(row, *places.get(row.entry, ((), ""))) for row in rows]


def search_some(person: Any, text: str, *, limit: int = 20) -> list[Hit]:
    """Return the records that hold at least half of the words of a text, those with most of them first.

    It is for a text of which no record holds every word; one word alone has no half.
    """
    asked = _asked(text)
    if asked is None or len(asked.terms) < 2:
        return []
    missing, most = asked.most()
    rows = _Reader(person).best(
        Q(EntryHas((_any_of(asked.terms),))), missing, min(limit, MOST_HITS), Q(match__lte=most)
    )
    places = _places(rows, _Asked((_any_of(asked.terms),)))
    return [_hit(row, *places.get(row.entry, ((), ""))) for row in rows]


def search_meant(person: Any, text: str, *, limit: int = 20) -> tuple[str, list[Hit]]:
    """Return what a mistyped text may have meant, and the records that hold that; empty where every word is known or
    nothing is like them.

    It is for a text that is typed to its end, of which no record holds every word.
    """
    asked = _asked(f"{text} ")
    corrected = _corrected(asked.terms) if asked else ()
    if not corrected:
        return "", []
    meant_so = _Asked(tuple(Term(each.words, prefix=len(each.words[0]) >= SHORTEST) for each in corrected))
    rows = _found(_Reader(person), meant_so, min(limit, MOST_HITS), None)
    places = _places(rows, meant_so)
    hits = [_hit(row, *places.get(row.entry, ((), ""))) for row in rows]
    return _words_of(asked.terms, corrected, hits) if asked and hits else "", hits


def _words_of(typed: Sequence[Term], corrected: Sequence[Term], hits: Sequence[Hit]) -> str:
    """Return what was meant as a person would type it: of each word's meanings the first that a hit shows, so that a
    title that the person may not see says nothing.
    """
    texts = (f"{hit.number} {hit.title} {' '.join(each.text for each in hit.snippet)}" for hit in hits)
    seen = {word for text in texts for word in index_words(text)}
    shown = (
        next((word for word in term.words if any(each.startswith(word) for each in seen)), old.words[0])
        for old, term in zip(typed, corrected, strict=True)
    )
    return " ".join(word.replace(JOINER, "-") for word in shown)


def _any_of(terms: Sequence[Term]) -> Term:
    """Return one term that any of these words meets; the longer ones may go on."""
    words = dict.fromkeys(word for term in terms for word in term.words)
    prefix = all(len(word) >= SHORTEST for word in words)
    return Term(tuple(words), prefix)


def suggest(person: Any, text: str, *, limit: int = 8) -> list[Hit]:
    """Return records by number and title for the palette; when there is none, by what mistyped words may have meant."""
    asked = _asked(text)
    if asked is None:
        return []
    reader = _Reader(person)
    rows = _by_heading(reader, asked, limit, None)
    if not rows:
        corrected = _corrected(asked.terms)
        rows = _by_heading(reader, _Asked(corrected), limit, None) if corrected else []
    return [_hit(row, (), "") for row in rows]


def matching_keys(model: str, text: str) -> QuerySet[SearchEntry, int]:
    """Return the keys of one model whose number, title or text hold every word of a text: a register's filter.

    Whoever may see them is for the register to say.
    """
    asked = _asked(text)
    entries = SearchEntry.objects.filter(subject_model=model)
    found = entries.none() if asked is None else entries.filter(asked.anywhere())
    return found.values_list("subject_key", flat=True)


def keys_numbered(model: str, text: str) -> QuerySet[SearchEntry, int]:
    """Return the keys of one model whose number is just what was typed, however it is written; none for other words."""
    entries = SearchEntry.objects.filter(subject_model=model, number_key=number_key(text))
    return (entries if any(map(str.isdigit, text)) else entries.none()).values_list("subject_key", flat=True)


def number_known(model: str, key: int) -> str | None:
    """Return the number under which the index knows a record; None for one that is not in it."""
    return SearchEntry.objects.filter(subject_model=model, subject_key=key).values_list("number", flat=True).first()


def _asked(text: str) -> _Asked | None:
    terms = question(text)
    number = number_key(text)
    known = number if any(map(str.isdigit, number)) else ""
    return _Asked(terms, known, clean(text).strip(), unfinished=not text[-1:].isspace()) if terms else None


def _found(reader: _Reader, asked: _Asked, limit: int, after: Q | None) -> list[_Row]:
    """Ask titles first, and texts only for what is still wanting: a common word costs nothing then."""
    rows = _by_heading(reader, asked, limit, after)
    if len(rows) < limit and not asked.is_one_letter:
        rows += reader.best(asked.in_text_only(), Value(Match.TEXT.value), limit - len(rows), after)
    return rows


def _by_heading(reader: _Reader, asked: _Asked, limit: int, after: Q | None) -> list[_Row]:
    return reader.best(asked.in_heading(), asked.match_in_heading(), limit, after)


def _rows(entries: QuerySet[SearchEntry, Any], limit: int) -> list[_Row]:
    return [_Row(*values) for values in entries.order_by(*_ORDER).values_list(*_SHOWN)[:limit]]


def _read(cursor: str) -> Q | None:
    """Return the condition of what comes after a cursor, or None for one that nobody gave."""
    read = _CURSOR.match(cursor)
    if read is None:
        return None
    match, standing, micros, entry = map(int, read.groups())
    try:
        updated_at = _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return None
    same = Q(match=match)
    older = Q(updated_at__lt=updated_at) | Q(updated_at=updated_at, pk__lt=entry)
    return Q(match__gt=match) | same & Q(standing__gt=standing) | same & Q(standing=standing) & older


def _places(rows: list[_Row], asked: _Asked) -> dict[int, tuple[tuple[Segment, ...], str]]:
    """Return for each entry the snippet of its first block that holds the terms, and the locator there."""
    wanted = Q(number=0, entry__in=[row.entry for row in rows if row.holds_in_first_block])
    later = [row.entry for row in rows if not row.holds_in_first_block]
    if later:
        holding = Passage.objects.filter(PassageHas(asked.terms), entry__in=later)
        wanted |= Q(pk__in=holding.values("entry").annotate(first=Min("pk")).values("first"))
    places: dict[int, tuple[tuple[Segment, ...], str]] = {}
    for entry, text, locators in Passage.objects.filter(wanted).values_list("entry", "text", "locators"):
        found = snippet(text, asked.terms)
        places[entry] = (found.segments, locator_at(json.loads(locators), found.at))
    return places


def _hit(row: _Row, segments: tuple[Segment, ...], locator: str) -> Hit:
    return Hit(row.model, row.key, row.number, row.title, row.kind, row.state, segments, locator, row.cursor)


def _corrected(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the terms with mistyped words replaced by what they may have meant; nothing when all words are known."""
    doubtful = [term for term in terms if len(term.words[0]) >= SHORTEST and is_spelled(term.words[0])]
    alike = Q(pk__in=())
    for group in {group for term in doubtful for group in trigrams(term.words[0])}:
        alike |= Q(word__startswith=group[1:]) if group.startswith(" ") else Q(word__contains=group)
    for slip in {slip for term in doubtful for slip in swapped(term.words[0])}:
        alike |= Q(word__startswith=slip)
    known = list(TitleWord.objects.filter(alike).values_list("word", flat=True)[:_MOST_WORDS_COMPARED])
    corrected = tuple(_meant(term, known) if term in doubtful else term for term in terms)
    return corrected if corrected != terms else ()


def _meant(term: Term, known: list[str]) -> Term:
    words = tuple(word for typed in term.words for word in meant(typed, known, unfinished=term.prefix))
    return Term(tuple(dict.fromkeys(words)), term.prefix) if words else term
