"""Reading the files of a folder: each in the sandbox, its bytes left as they are."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from documents import front_matter
from documents.importing.plan import Seen
from qms.core.parsers import extract
from qms.core.parsers.kinds import HEAD, decide, extension, signature
from qms.core.parsers.model import Extracted, Outcome

CHUNK = 1024 * 1024


def files_in(folder: Path) -> list[str]:
    """Return the files below a folder as relative paths, in order; hidden ones and links that lead out are left."""
    found = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in relative.parts):
            found.append(relative.as_posix())
    return found


def read_files(folder: Path, paths: Iterable[str]) -> Iterator[tuple[Seen, Extracted]]:
    """Yield what each file is and what was read from it; a file that cannot be read is said, never fatal."""
    for relative in paths:
        path = folder / relative
        found = extract(path, path.name)
        yield _seen(relative, path, found), found


def _seen(relative: str, path: Path, found: Extracted) -> Seen:
    digest, head = hashlib.sha256(), b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            head = head or chunk[:HEAD]
            digest.update(chunk)
    return Seen(
        path=relative,
        sha256=digest.hexdigest(),
        media_type=decide(signature(head), extension(path.name)).media_type,
        outcome=found.outcome,
        words=found.words if found.outcome is not Outcome.TEXT else "",
        title=found.title,
        said=_said(path, found),
        comments=len(found.comments),
        tracked_changes=len(found.tracked_changes),
    )


def _said(path: Path, found: Extracted) -> dict[str, str]:
    said = front_matter.header_table([*found.header, *found.blocks])
    if path.suffix.lower() in {".md", ".markdown"} and found.outcome is Outcome.TEXT:
        said |= dict(front_matter.read(path.read_text(encoding="utf-8", errors="replace")).fields)
    return {name: value for name, value in said.items() if value}
