"""The text of PDF pages as blocks that survive a new line break: sentences, list items, numbered headings. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from qms.core.parsers.model import Block, Kind

# A line that stands at the edge of this share of the pages is a running head, not text.
_RUNNING_SHARE = 0.5
_RUNNING_PAGES = 3
_EDGE = 3
_SHORT = 0.6
_LONGEST_HEADING = 90
_NUMBERS = re.compile(r"\d+|\b[ivxlc]+\b")
_STARTS_NEW = re.compile(r"^(?:[•▪●○◦❏☐☑■□–*-]\s|\(?(?:\d{1,2}|[a-z])[.)]\s|\d+(?:\.\d+)+\.?\s)")
# A mark of a list that pdfium gives apart from its item, at the end of a page: it says nothing.
_MARK_ALONE = re.compile(r"^(?:[•▪●○◦❏☐☑■□]|\d{1,2}[.)])$")
_HEADING = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+[^\W\d_]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z]|[\"“„(])|(?<=[。！？])")
_ENDS = (".", "!", "?", ":", ";", "。", "！", "？", "：", "；")


def blocks_of_pages(texts: Iterable[str]) -> list[Block]:
    """Return the blocks of a document whose pages hold these texts; running heads and page numbers are left out."""
    pages = [[line.strip() for line in text.split("\n") if line.strip()] for text in texts]
    running = _running(pages)
    kept = [[line for at, line in enumerate(page) if not _is_running(at, page, running)] for page in pages]
    return [block for part in _parts(kept if any(kept) else pages) for block in _blocks(part)]


def _edges(page: Sequence[str]) -> list[str]:
    return [_pattern(line) for line in (*page[:_EDGE], *page[-_EDGE:])]


def _pattern(line: str) -> str:
    return _NUMBERS.sub("#", line)


def _running(pages: Sequence[Sequence[str]]) -> set[str]:
    counts = Counter(pattern for page in pages for pattern in set(_edges(page)))
    least = max(_RUNNING_PAGES, len(pages) * _RUNNING_SHARE)
    return {pattern for pattern, count in counts.items() if count >= least}


def _is_running(at: int, page: Sequence[str], running: set[str]) -> bool:
    return (at < _EDGE or at >= len(page) - _EDGE) and _pattern(page[at]) in running


def _parts(pages: Iterable[Sequence[str]]) -> Iterator[str]:
    """Join lines that belong together, over the ends of pages too."""
    held = ""
    for page in pages:
        width = median(len(line) for line in page) if page else 0
        for line in page:
            if _MARK_ALONE.match(line):
                continue
            if held and _STARTS_NEW.match(line):
                yield held
                held = ""
            held = _joined(held, line)
            if line.endswith(_ENDS) or len(line) < width * _SHORT or _is_heading(held):
                yield held
                held = ""
    if held:
        yield held


def _joined(before: str, line: str) -> str:
    """A hyphen at the end of a line belongs to the word only when a capital or a digit follows."""
    if before.endswith("-") and line[:1].islower():
        return before[:-1] + line
    if not before or before.endswith("-") or (_is_wide(before[-1]) and _is_wide(line[0])):
        return before + line
    return f"{before} {line}"


def _is_wide(letter: str) -> bool:
    """East Asian text has no space at the end of a line."""
    return "\u3000" <= letter <= "\u9fff" or "\uf900" <= letter <= "\uffef"


def _is_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not text.endswith(_ENDS) and _HEADING.match(text) is not None


def _blocks(part: str) -> Iterator[Block]:
    found = _HEADING.match(part)
    if found and _is_heading(part):
        yield Block(Kind.HEADING, part, min(found[1].count(".") + 1, 6))
        return
    for sentence in _SENTENCE.split(part):
        if sentence.strip():
            yield Block(Kind.PARAGRAPH, sentence.strip())
