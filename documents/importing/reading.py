"""Reading the files of a folder: each in the sandbox, its bytes left as they are."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from documents import front_matter
from documents.importing.numbers import is_number, number_at_start, numbers_in
from documents.importing.seen import Seen
from qms.core.parsers import extract, is_litter
from qms.core.parsers.kinds import HEAD, decide, extension, signature
from qms.core.parsers.model import Extracted, Kind, Outcome

CHUNK = 1024 * 1024
# The number of a procedure stands in its page header or among its first lines.
HEAD_BLOCKS = 30
PLAIN = frozenset({"text/plain", "text/markdown"})
LONGEST_TITLE = 150


def files_in(folder: Path) -> tuple[list[str], list[str]]:
    """Return the files below a folder as relative paths, in order, and what is passed over: hidden files and folders,
    links, and what systems add by themselves.
    """
    found: list[str] = []
    passed: dict[str, None] = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = next((at for at, part in enumerate(relative.parts, start=1) if part.startswith(".")), 0)
        if hidden:
            passed["/".join(relative.parts[:hidden])] = None
        elif path.is_symlink() or (path.is_file() and is_litter(relative.as_posix())):
            passed[relative.as_posix()] = None
        elif path.is_file():
            found.append(relative.as_posix())
    return found, list(passed)


def read_files(folder: Path, paths: Iterable[str]) -> Iterator[tuple[Seen, Extracted]]:
    """Yield what each file is and what was read from it; a file that cannot be read is said, never fatal."""
    for relative in paths:
        path = folder / relative
        found = extract(path, path.name)
        yield _seen(relative, path, found), found


def _seen(relative: str, path: Path, found: Extracted) -> Seen:
    digest, head_bytes = hashlib.sha256(), b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            head_bytes = head_bytes or chunk[:HEAD]
            digest.update(chunk)
    sniffed = decide(signature(head_bytes), extension(path.name))
    said, head = _said(path, found), _head(found)
    outcome = Outcome.BROKEN if sniffed.reason == "disagree" else found.outcome
    return Seen(
        path=relative,
        sha256=digest.hexdigest(),
        media_type=sniffed.media_type,
        outcome=outcome,
        words=found.words if found.outcome is not Outcome.TEXT else "",
        title=_title(path, found),
        said=said,
        comments=len(found.comments),
        tracked_changes=len(found.tracked_changes),
        heading_number=next((each.text for each in map(number_at_start, head) if each), ""),
        written=tuple(numbers_in([said.get("number", ""), *head, *(each.text for each in found.blocks[:HEAD_BLOCKS])])),
        empty=not head_bytes,
    )


def _head(found: Extracted) -> list[str]:
    """The lines that name a document: its title, its first heading or line, and the header of its pages."""
    first = next((block.text for block in found.blocks if block.kind is Kind.HEADING), "")
    return [found.title, first or _first_line(found), *(block.text for block in found.header[:HEAD_BLOCKS])]


def _title(path: Path, found: Extracted) -> str:
    """The title by its style or heading, else by the file's own properties where they are not the program's."""
    told = str(found.properties.get("title", "")).strip()
    made_by_program = not told or told.startswith("Microsoft ") or Path(told).suffix != "" or path.suffix == ".pdf"
    return found.title or _first_line(found) or ("" if made_by_program else told)


def _first_line(found: Extracted) -> str:
    """The line that a plain text begins with, where that is a number and a title; any other is what it says."""
    if found.media_type not in PLAIN or not found.blocks:
        return ""
    line = (found.head or found.blocks)[0].text.split("\n")[0].strip()
    return line if len(line) <= LONGEST_TITLE and number_at_start(line) else ""


def _said(path: Path, found: Extracted) -> dict[str, str]:
    """What the head of a file says; a cell of a table is no title, and no number unless it looks like one."""
    said = front_matter.header_table([*found.header, *(found.head or found.blocks)])
    said.pop("title", None)
    if not is_number(said.get("number", "")):
        said.pop("number", None)
    if path.suffix.lower() in {".md", ".markdown"} and found.outcome is Outcome.TEXT:
        said |= dict(front_matter.read(path.read_text(encoding="utf-8", errors="replace")).fields)
    return {name: value for name, value in said.items() if value}
