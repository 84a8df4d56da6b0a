"""Reader of Markdown and plain text files, in whatever encoding they came."""

from pathlib import Path
from typing import Any

from qms.core.parsers import commonmark, html_blocks
from qms.core.parsers.model import Block, Extracted, Kind, Note, Outcome, Place, pack
from qms.core.parsers.readers import tidy
from qms.core.parsers.readers.encodings import decode
from qms.core.sandboxed import Failure, Refused

# A head stands at the very beginning, behind front matter at most.
_HEAD_LINES = 120


def read(path: str) -> dict[str, Any]:
    """Read a Markdown file: HTML, blocks, passages by heading. Raises Refused when it is too long or holds nothing."""
    text, note = _text(path)
    root = commonmark.tree(text)
    blocks = html_blocks.blocks(root)
    if not blocks:
        raise Refused(Failure.NO_TEXT, "text_empty")
    return pack(
        Extracted(
            Outcome.TEXT,
            title=tidy.title(blocks),
            passages=tuple(tidy.by_heading(blocks)),
            html=html_blocks.serialise(root),
            blocks=tuple(blocks),
            head=tuple(html_blocks.blocks(commonmark.beginning(text, _HEAD_LINES))),
            revisions=tuple(tidy.revisions(block.text for block in blocks[:40])),
            notes=note,
        )
    )


def read_plain(path: str) -> dict[str, Any]:
    """Read a text file: one block for each paragraph, passages in parts of 64 KB."""
    text, note = _text(path)
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    parts = enumerate(tidy.cut(text.strip()), start=1)
    return pack(
        Extracted(
            Outcome.TEXT,
            passages=tuple(tidy.passages(Place.PART, ((str(number), part) for number, part in parts))),
            blocks=tuple(Block(Kind.PARAGRAPH, part) for part in paragraphs),
            revisions=tuple(tidy.revisions(paragraphs[:40])),
            notes=note,
        )
    )


def _text(path: str) -> tuple[str, tuple[Note, ...]]:
    decoded = decode(Path(path).read_bytes())
    text = tidy.clean(decoded.text)
    if len(text) > commonmark.MOST_CHARACTERS:
        raise Refused(Failure.TOO_BIG, "text_long", most=commonmark.MOST_CHARACTERS)
    if not text.strip():
        raise Refused(Failure.NO_TEXT, "text_empty")
    return text, () if decoded.sure else (Note("encoding_guessed", {"encoding": decoded.encoding}),)
