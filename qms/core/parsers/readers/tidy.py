"""Text as it may be stored and searched: no control characters, NFC, cut into passages. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from qms.core.parsers.model import PASSAGE_BYTES, Block, Kind, Passage, Place

# PostgreSQL refuses NUL; pdfium writes U+0002 and U+FFFE where a word is broken at the end of a line. The marks that
# force a direction (U+202D, U+202E) make a text read otherwise than it is stored; no writing needs them.
_CONTROLS = re.compile("[\u202d\u202e\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[ \t\u00a0]+")
_REVISION = re.compile(
    r"(?i)\b(?:revision|rev|version|ver|issue|edition|ausgabe|änderungsstand|stand|révision)\b\.?\s*(?:no\.?|nr\.?|number)?"
    r"\s*[:#]?\s*(v?\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?|[A-Z])(?![\w])|(?:版本|版|バージョン|改訂|버전)\s*[:：]?\s*(\d+(?:\.\d+)*)"
)
_MOST_REVISIONS = 20
# A logo or a line may stand above the title.
_BEGINNING = 3
_NUMBERED = re.compile(r"^\(?\d+[.)]?(\d+\.?)*\s")


def clean(text: str) -> str:
    """Return text in NFC, with plain line ends and without characters that no store takes."""
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def one_line(text: str) -> str:
    """Return cleaned text with every run of white space as one space."""
    return " ".join(clean(text).split())


def cut(text: str, most: int = PASSAGE_BYTES) -> Iterator[str]:
    """Give text in pieces of at most `most` bytes of UTF-8, cut at white space where there is some."""
    while len(text) * 4 > most and len(text.encode()) > most:
        head = text.encode()[:most].decode("utf-8", "ignore")
        at = max(head.rfind("\n"), head.rfind(" "))
        at = at if at > len(head) // 2 else len(head)
        yield text[:at].strip()
        text = text[at:].lstrip()
    if text:
        yield text


def passages(place: Place, pieces: Iterable[tuple[str, str]]) -> list[Passage]:
    """Return passages of at most 64 KB for (locator, text) pairs; pieces without text give none."""
    return [Passage(place, locator, part) for locator, text in pieces for part in cut(text.strip())]


def by_heading(blocks: Iterable[Block]) -> list[Passage]:
    """Return one passage for each heading with what follows it, the first one for what stands before any heading."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for block in blocks:
        if block.kind is Kind.HEADING:
            found.append((block.text[:200], []))
        found[-1][1].append(block.text)
    return passages(Place.HEADING, ((heading, "\n".join(lines)) for heading, lines in found))


def title(blocks: Sequence[Block]) -> str:
    """Return the heading that names the whole text, cut at 300 characters.

    It is the only one of the highest level, or of level 1 and at the very beginning; `1 Scope` names a section. Where
    no heading does, there is no title, and a file's name says more than its first section would.
    """
    headings = [block for block in blocks if block.kind is Kind.HEADING]
    highest = min((block.level for block in headings), default=9)
    top = [block for block in headings if block.level == highest]
    leads = bool(top) and highest == 1 and top[0] in blocks[:_BEGINNING]
    named = (len(top) == 1 and highest <= 2) or leads
    return top[0].text[:300] if named and not _NUMBERED.match(top[0].text) else ""


def revisions(texts: Iterable[str]) -> list[str]:
    """Return what looks like the number of a revision in the texts, each once, in the order they were found."""
    found = (match[1] or match[2] for text in texts for match in _REVISION.finditer(text))
    return list(dict.fromkeys(found))[:_MOST_REVISIONS]


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
