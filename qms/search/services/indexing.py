"""Keeping the index in step with the records."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import transaction

from qms.core import canonical
from qms.core.seams.search import Searchable, SearchSource, searchables
from qms.search.blocks import MOST_BLOCKS, Block, blocks
from qms.search.models import Passage, SearchEntry, TitleWord
from qms.search.services.shelves import shelf
from qms.search.words import clean, index_words, is_spelled, number_key, number_words

# Part of what an entry's text is known by: another way to cut words makes every text new.
_CUTTER = 2
_BATCH = 100
_SHORTEST_SUGGESTED = 4


@transaction.atomic
def index(source: SearchSource) -> None:
    """Bring the index up to date with one record. A text that has not changed is not cut again."""
    number, title = clean(source.number)[:80], clean(source.title)[:400]
    text = list(islice(blocks(source.passages), MOST_BLOCKS))
    text_hash = _hash(number, title, text)
    fields = _fields(source) | {"number": number, "number_key": number_key(number), "title": title}
    fields["blocks"] = len(text)
    SearchEntry.objects.get_or_create(
        subject_model=source.model, subject_key=source.key, defaults=fields | {"text_hash": ""}
    )
    entry = SearchEntry.objects.select_for_update().get(subject_model=source.model, subject_key=source.key)
    if entry.text_hash != text_hash:
        _keep_words(entry, number_words(number) | index_words(title), text)
    SearchEntry.objects.filter(pk=entry.pk).update(**fields, text_hash=text_hash)


def _fields(source: SearchSource) -> dict[str, Any]:
    return {
        "kind": source.kind,
        "state": source.state,
        "standing": source.standing,
        "site_id": source.site_id,
        "process_id": source.process_id,
        "language": source.language,
        "updated_at": source.updated_at,
    }


def _hash(number: str, title: str, text: list[Block]) -> str:
    known: list[Any] = [_CUTTER, number, title, *([block.text, _locators(block)] for block in text)]
    return canonical.sha256(canonical.dumps(known))


def _locators(block: Block) -> str:
    return json.dumps(block.locators, ensure_ascii=False)


def _keep_words(entry: SearchEntry, of_title: set[str], text: list[Block]) -> None:
    shelves = shelf()
    shelves.drop_text(entry.pk)
    entry.passages.all().delete()
    Passage.objects.bulk_create(
        Passage(entry=entry, number=number, text=block.text, locators=_locators(block))
        for number, block in enumerate(text)
    )
    shelves.put_title(entry.pk, of_title)
    shelves.put_text(entry.pk, [of_title | _words(block) for block in text])
    suggested = (word for word in of_title if len(word) >= _SHORTEST_SUGGESTED and is_spelled(word))
    TitleWord.objects.bulk_create((TitleWord(word=word) for word in sorted(suggested)), ignore_conflicts=True)


def _words(block: Block) -> set[str]:
    """Return the words of a block with those of its headings; a page's number is no word."""
    headings = " ".join(locator for _, locator in block.locators if not locator.isdigit())
    return index_words(block.text) | index_words(headings)


@transaction.atomic
def forget(model: str, key: int) -> None:
    """Take a record out of the index; one that is not in it is no mistake."""
    entry = SearchEntry.objects.select_for_update().filter(subject_model=model, subject_key=key).first()
    if entry is None:
        return
    shelves = shelf()
    shelves.drop_text(entry.pk)
    shelves.drop_title(entry.pk)
    entry.delete()


@transaction.atomic
def clear() -> None:
    """Empty the index."""
    shelf().clear()
    Passage.objects.all().delete()
    SearchEntry.objects.all().delete()
    TitleWord.objects.all().delete()


def reindex(*, models: Iterable[str] | None = None, told: Callable[[str, int], None] | None = None) -> None:
    """Rebuild the index from the records of all rooms, or of some models, while it stays in use.

    Each batch is a transaction of its own. Records that no longer are leave the index. `told` hears after each batch
    how many records of a model are done.
    """
    chosen = set(models) if models is not None else None
    for model, searchable in searchables.items():
        if chosen is None or model in chosen:
            _reindex(model, searchable, told or _unheard)
    if chosen is None:
        _forget_unknown_models()


def _forget_unknown_models() -> None:
    unknown = SearchEntry.objects.exclude(subject_model__in=[model for model, _ in searchables.items()])
    for model, key in list(unknown.values_list("subject_model", "subject_key")):
        forget(model, key)


def _unheard(model: str, done: int) -> None:
    pass


def _reindex(model: str, searchable: Searchable, told: Callable[[str, int], None]) -> None:
    seen: set[int] = set()
    for keys in _batches(searchable.keys()):
        with transaction.atomic():
            found = {source.key: source for source in searchable.load(keys)}
            for source in found.values():
                index(source)
        seen.update(found)
        told(model, len(seen))
    known = set(SearchEntry.objects.filter(subject_model=model).values_list("subject_key", flat=True))
    for key in known - seen:
        forget(model, key)


def _batches(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while batch := list(islice(rest, _BATCH)):
        yield batch
