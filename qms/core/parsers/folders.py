"""An uploaded zip of a folder: what may be taken from it, written to a place of its own."""

from dataclasses import dataclass
from pathlib import Path

from qms.core.parsers import words
from qms.core.parsers.archives import FOLDER, LeftOut, ZipLimits, open_checked, passed_over, safe_members, write_members
from qms.core.parsers.model import Outcome
from qms.core.sandboxed import Refused


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A file that was left out, and the sentence that says why."""

    path: str
    words: str


@dataclass(frozen=True, slots=True)
class Folder:
    """The files that were unpacked, as relative paths in order, and those that were not.

    `outcome` is TEXT when the zip could be opened; otherwise nothing was written and `words` says why.
    `passed_over` are files that systems add by themselves.
    """

    outcome: Outcome
    words: str = ""
    files: tuple[str, ...] = ()
    not_taken: tuple[NotTaken, ...] = ()
    passed_over: tuple[str, ...] = ()


def unpack_folder(path: Path, into: Path, limits: ZipLimits = FOLDER) -> Folder:
    """Unpack a zip into an empty folder: no file outside it, no links, no archives in it, no bombs, names in NFC.

    Never raises for what the zip holds; raises OSError when `into` cannot be written.
    """
    try:
        with open_checked(path, limits) as package:
            members, left_out = safe_members(package, limits)
            damaged = write_members(package, members, into)
            litter = tuple(passed_over(package, limits))
    except Refused as refusal:
        return Folder(Outcome(refusal.failure), words.reason(refusal.failure, refusal.code, refusal.facts))
    gone = {each.path for each in damaged}
    files = tuple(sorted(member.path for member in members if member.path not in gone))
    return Folder(Outcome.TEXT, files=files, not_taken=tuple(map(_told, [*left_out, *damaged])), passed_over=litter)


def _told(left: LeftOut) -> NotTaken:
    return NotTaken(left.path, words.reason(Outcome.BROKEN, left.code, {"name": left.path}))
