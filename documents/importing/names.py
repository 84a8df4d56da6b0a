"""What a file name says: number, title, revision, date. Two names alike but for revision or ending are one document."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

_DATE = re.compile(r"(?<!\d)(20\d\d)[-_.](\d\d)[-_.](\d\d)(?!\d)")
_REVISION = re.compile(
    r"(?i)(?:^|[\s_\-.(])(?:(?:rev(?:ision)?|version|ver|ausgabe|issue|v)[\s._-]*(\d+(?:\.\d+)*|[a-z])(?![\w]))"
)
_NUMBER = re.compile(r"^([A-Z]{2,5}(?:-[A-Z0-9]{1,5})?-\d{2,5})(?=$|[\s_\-.])")
_NOISE = re.compile(r"(?i)[\s_\-]*\b(final|draft|copy|kopie)\b(?=[\s_\-]*$)")


@dataclass(frozen=True)
class NameParts:
    """A file name taken apart. `stem` is what the name is without revision and date: the document's own name."""

    stem: str
    number: str
    title: str
    revision: str
    day: date | None
    ending: str


def parts_of(path: str) -> NameParts:
    """Return what the name of a file says, whatever its script; nothing is guessed that is not there."""
    pure = PurePosixPath(unicodedata.normalize("NFC", path))
    name = pure.name.removesuffix(pure.suffix) if pure.suffix else pure.name
    day = _day(name)
    bare = _DATE.sub(" ", name)
    revision = _REVISION.search(bare)
    bare = _NOISE.sub("", _REVISION.sub(" ", bare))
    number = _NUMBER.match(bare.strip())
    rest = bare[number.end() :] if number else bare
    stem = re.sub(r"[\s_\-.()]+", " ", bare).strip().casefold()
    return NameParts(
        stem=stem,
        number=number[1] if number else "",
        title=_titled(rest),
        revision=revision[1] if revision else "",
        day=day,
        ending=pure.suffix.lower().removeprefix("."),
    )


def order_key(revision: str, day: date | None) -> tuple[date, tuple[int, ...], str]:
    """Return the key by which revisions of one document stand in order: by date, then by number, then by letter."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", revision))
    return (day or date.min, numbers, revision.casefold())


def _day(name: str) -> date | None:
    found = _DATE.search(name)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _titled(text: str) -> str:
    words = re.sub(r"[\s_]+|(?<=\w)-(?=\w)", " ", text).strip(" -_.()")
    words = re.sub(r"(?i)^(sop|wi|procedure)\s+(?=\w)", "", words)
    return words[:1].upper() + words[1:]
