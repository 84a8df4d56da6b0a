"""What the house calls to read a file: its text, its pages as pictures, the text of its pages.

Nothing here raises for what a file holds; the outcome says how it went and `words` says it to a person.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from qms.core import sandbox
from qms.core.parsers import kinds, words
from qms.core.parsers.kinds import Format, Signature, Sniffed
from qms.core.parsers.model import Extracted, Outcome, unpack
from qms.core.parsers.sanitise import sanitise
from qms.core.sandboxed import MB

MOST_BYTES = 100 * MB
# Each process draws so many pages at most, so that a long document does not end in one process's limits.
_PAGES_AT_ONCE = 20
WIDEST = 4_000

_READERS = "qms.core.parsers.readers"
READERS = {
    Format.MARKDOWN: f"{_READERS}.markdown:read",
    Format.TEXT: f"{_READERS}.markdown:read_plain",
    Format.CSV: f"{_READERS}.table:read_csv",
    Format.DOCX: f"{_READERS}.docx:read",
    Format.ODT: f"{_READERS}.odt:read",
    Format.XLSX: f"{_READERS}.xlsx:read",
    Format.ODS: f"{_READERS}.ods:read",
    Format.PDF: f"{_READERS}.pdf:read",
    Format.IMAGE: f"{_READERS}.image:read",
}
_UNREAD = {"locked": Outcome.ENCRYPTED, "file_empty": Outcome.BROKEN, "file_size": Outcome.TOO_BIG}


@dataclass(frozen=True, slots=True)
class Pages:
    """One thing for each page asked for: its text, the path of its picture, or its fingerprint."""

    outcome: Outcome
    words: str = ""
    items: tuple[str, ...] = ()


def extract(path: Path, name: str) -> Extracted:
    """Read a file whose name on its owner's desk was `name`: text, title, blocks, clean HTML, and what to know of it.

    The media type is the one that first bytes and extension agree on. Raises OSError only when `path` cannot be read.
    """
    sniffed = _sniff(path, name)
    if sniffed.reason or sniffed.format is Format.OTHER:
        outcome = _UNREAD.get(sniffed.reason, Outcome.UNSUPPORTED)
        facts = {"most": MOST_BYTES // MB}
        return Extracted(outcome, words.reason(outcome, sniffed.reason, facts), sniffed.media_type)
    result = sandbox.run(READERS[sniffed.format], {"path": str(path)})
    if result.failure is not None:
        told = words.reason(result.failure, result.code, result.facts)
        return Extracted(Outcome(result.failure), told, sniffed.media_type)
    return _finished(unpack(result.value, media_type=sniffed.media_type))


def _sniff(path: Path, name: str) -> Sniffed:
    size = path.stat().st_size
    if size == 0 or size > MOST_BYTES:
        return Sniffed(Format.OTHER, kinds.OCTETS, "file_size" if size else "file_empty")
    return kinds.sniff(path, name)


def _finished(found: Extracted) -> Extracted:
    told = "" if found.outcome is Outcome.TEXT else words.reason(found.outcome)
    return replace(found, html=sanitise(found.html), words=told)


def page_images(path: Path, out_dir: Path, width: int, pages: Iterable[int], *, suffix: str = "webp") -> Pages:
    """Draw pages of a PDF or a picture, numbered from 1, as WebP or PNG files `page-0001.webp` in a folder.

    Pages that do not exist give nothing. When one group of pages fails, the files made before it are still returned.
    """
    reader = _drawer(path)
    if not reader:
        return Pages(Outcome.UNSUPPORTED, words.reason(Outcome.UNSUPPORTED))
    files: list[str] = []
    for group in _groups(pages):
        arguments = {"path": str(path), "out_dir": str(out_dir), "pages": group, "suffix": suffix}
        result = sandbox.run(f"{reader}:pictures", arguments | {"width": min(width, WIDEST)})
        if result.failure is not None:
            told = words.reason(result.failure, result.code, result.facts)
            return Pages(Outcome(result.failure), told, tuple(files))
        files += [str(out_dir / name) for name in result.value]
    return Pages(Outcome.TEXT, items=tuple(files))


def _drawer(path: Path) -> str:
    with path.open("rb") as stream:
        found = kinds.signature(stream.read(kinds.HEAD))
    if found is Signature.PDF:
        return f"{_READERS}.pdf"
    return f"{_READERS}.image" if found.startswith("image/") else ""


def _groups(pages: Iterable[int]) -> Iterator[list[int]]:
    numbers = iter(pages)
    while group := list(islice(numbers, _PAGES_AT_ONCE)):
        yield group
