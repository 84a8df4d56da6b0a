"""What a file name says: number, title, revision, date. Two names alike but for revision or ending are one document."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from documents.importing.numbers import number_at_start, without_number

_DATE = re.compile(r"(?<!\d)(20\d\d)[-_.](\d\d)[-_.](\d\d)(?!\d)")
_REVISION = re.compile(
    r"(?i)(?:^|[\s_\-.(])(?:(?:rev(?:ision)?|version|ver|ausgabe|issue|v)[\s._-]*(\d+(?:\.\d+)*|[a-z])(?![\w])\)?)"
)
# What people and systems put on a name that says nothing of the document: "Copy of", "- Kopie", "(2)", FINAL.
_COPY_HEAD = re.compile(
    r"(?i)^\s*(?:(?:copy|kopie|copie|copia)(?:\s*\(\d+\))?\s+(?:of|von|de|di)|copie de|kopie)\s+(?=\w)"
)
_COPY_TAIL = re.compile(r"(?i)[\s_\-]*(?:\(\s*\d{1,2}\s*\)|(?:[\s_\-(]|^)(?:copy|kopie|copie|copia)\)?(?:\s*\d+)?)\s*$")
_NOISE = re.compile(r"(?i)[\s_\-]*(?:[\s_\-(]|^)(?:final|draft|entwurf|neu|new|latest|signed|approved|released)\)?\s*$")
_TWICE_FINAL = re.compile(r"(?i)\bfinal[\s_\-]+final\b")
_COPY_FOLDER = re.compile(r"(?i)^(?:copy|copies|kopie|kopien|backup|backups|old|alt|archive|archiv)$")


@dataclass(frozen=True)
class NameParts:
    """A file name taken apart. `stem` is what the name is without revision and date: the document's own name.

    `is_copy` tells that the name looks like that of a copy of another file.
    """

    stem: str
    number: str
    title: str
    revision: str
    day: date | None
    ending: str
    is_copy: bool = False


def parts_of(path: str) -> NameParts:
    """Return what the name of a file says, whatever its script; nothing is guessed that is not there."""
    pure = PurePosixPath(unicodedata.normalize("NFC", path))
    name = pure.name.removesuffix(pure.suffix) if pure.suffix else pure.name
    dated = _DATE.sub(" ", name)
    revision = _REVISION.search(dated)
    bare = _without_marks(_REVISION.sub(" ", dated))
    number = number_at_start(bare)
    return NameParts(
        stem=re.sub(r"[\s_\-.()]+", " ", bare).strip().casefold(),
        number=number.text if number else "",
        title=_titled(bare, number.text if number else ""),
        revision=revision[1] if revision else "",
        day=_day(name),
        ending=pure.suffix.lower().removeprefix("."),
        is_copy=_is_copy(dated, pure),
    )


def clean_title(title: str, number: str) -> str:
    """Return a title without its number, without revision, date and marks at its end, and with no half bracket."""
    bare = without_number(title, number) if number else title
    while True:
        dated = re.sub(rf"[\s_\-(]*{_DATE.pattern}\)?\s*$", "", bare)
        found = list(_REVISION.finditer(dated))
        if found and not dated[found[-1].end() :].strip(" )._-"):
            dated = dated[: found[-1].start()]
        shorter = _whole(_without_marks(dated)).strip(" -–_.:,")
        if shorter == bare or not shorter:
            return shorter or title.strip()
        bare = shorter


def order_key(revision: str, day: date | None) -> tuple[date, tuple[int, ...], str]:
    """Return the key by which revisions of one document stand in order: by date, then by number, then by letter."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", revision))
    return (day or date.min, numbers, revision.casefold())


def _without_marks(name: str) -> str:
    bare = _COPY_HEAD.sub("", name)
    while (shorter := _NOISE.sub("", _COPY_TAIL.sub("", bare))) != bare:
        bare = shorter
    return bare if bare.strip(" _-.()") else name


def _is_copy(name: str, pure: PurePosixPath) -> bool:
    """A name looks like a copy's by "Copy of", "- Kopie", "(2)" or "final final", or by the folder of copies."""
    tail = _NOISE.sub("", name)
    marked = _COPY_HEAD.match(name) or _COPY_TAIL.search(name) or _COPY_TAIL.search(tail) or _TWICE_FINAL.search(name)
    return bool(marked) or any(_COPY_FOLDER.match(part) for part in pure.parent.parts)


def _day(name: str) -> date | None:
    found = _DATE.search(name)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _titled(bare: str, number: str) -> str:
    rest = without_number(bare, number) if number else bare
    rest = "" if number and rest == bare else rest
    words = re.sub(r"[\s_]+|(?<=\w)-(?=\w)", " ", rest).strip(" -_.")
    words = re.sub(r"(?i)^(sop|wi|procedure)\s+(?=\w)", "", _whole(words))
    return words[:1].upper() + words[1:]


def _whole(words: str) -> str:
    """Return a title in which every bracket that opens also closes; empty brackets are left out."""
    words = re.sub(r"\(\s*\)", " ", words)
    if words.count("(") > words.count(")"):
        words = words[: words.rindex("(")]
    if words.count(")") > words.count("("):
        words = words.replace(")", "", 1)
    return " ".join(words.split())
