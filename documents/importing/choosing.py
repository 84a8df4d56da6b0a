"""Which files of a folder come in at all, and which of them are one document with which number. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.importing.languages import shared_path
from documents.importing.mapping import NEW_NUMBER, YES
from documents.importing.names import parts_of
from documents.importing.numbers import alike, as_written_in
from documents.importing.seen import Left, SaidAbout, Seen

# What cannot be opened by anybody without mending it comes in only when a person says so.
UNREADABLE = frozenset({"broken", "encrypted"})
# Data of programs and lists of values are no controlled documents unless a person says so.
DATA = frozenset({"csv", "tsv", "json", "xml", "log", "dat", "ini", "sql", "db"})
# A label such as "Revision C (draft)"; what is longer is a sentence that stands behind the word.
LONGEST_LABEL = 20
ORIGINS: Mapping[str, Promise] = {
    "said": gettext_lazy("said at the import"),
    "head": gettext_lazy("from the head of the document"),
    "heading": gettext_lazy("from its heading"),
    "name": gettext_lazy("from the file name"),
    "": gettext_lazy("no number found: a new one is issued"),
}


@dataclass(frozen=True)
class Found:
    """A number and where it was found: a key of ORIGINS."""

    number: str = ""
    origin: str = ""


@dataclass
class Chosen:
    """The files of a folder, sorted by what becomes of them."""

    first: list[Seen] = field(default_factory=list)
    duplicates: list[tuple[Seen, Seen]] = field(default_factory=list)
    left_out: list[Left] = field(default_factory=list)
    refused: list[Left] = field(default_factory=list)


def choose(files: Iterable[Seen], said_about: SaidAbout) -> Chosen:
    """Return which files come in: none that is empty, left out, data, or broken without a person's word for it, nor one
    whose revision only a person can tell; and of several with the same content the one that looks like the original.
    """
    unread = _("it cannot be read, and comes in as it is only when you say so: %(why)s")
    chosen, wanted = Chosen(), []
    for each in files:
        said = said_about[each.path]
        if said.get("skip", "").casefold() in YES:
            chosen.left_out.append(Left(each, _("left out, as you said"), ("accept",)))
        elif each.empty:
            chosen.refused.append(Left(each, _("the file is empty")))
        elif said.get("accept", "").casefold() in YES:
            wanted.append(each)
        elif each.outcome in UNREADABLE:
            chosen.refused.append(Left(each, unread % {"why": each.words}, ("accept",)))
        elif parts_of(each.path).ending in DATA:
            chosen.left_out.append(Left(each, _("data, not a document"), ("accept",)))
        elif not revision_of(each, said) and each.said.get("revision"):
            chosen.refused.append(Left(each, _unclear_revision(each), ("revision", "skip")))
        else:
            wanted.append(each)
    _take_originals(wanted, chosen)
    return chosen


def revision_of(seen: Seen, said: Mapping[str, str]) -> str:
    """Return the label of a revision: what a person says, else the file's head unless that is a whole sentence, else
    its name; empty where none of them says it.
    """
    written = seen.said.get("revision", "")
    return said.get("revision") or (written if len(written) <= LONGEST_LABEL else "") or parts_of(seen.path).revision


def _unclear_revision(seen: Seen) -> str:
    return _("which revision is it? The file says “%(words)s”") % {"words": seen.said["revision"][:80]}


def group(files: Sequence[Seen], said_about: SaidAbout) -> dict[str, list[Seen]]:
    """Return the files by document: by number, else by name; a file without a number goes with its namesake's."""
    keys = {each.path: _key(each, said_about[each.path]) for each in files}
    numbered: dict[str, set[str]] = {}
    for each in files:
        if keys[each.path].startswith("number "):
            numbered.setdefault(shared_path(each.path), set()).add(keys[each.path])
    groups: dict[str, list[Seen]] = {}
    for each in files:
        theirs = numbered.get(keys[each.path], set())
        groups.setdefault(next(iter(theirs)) if len(theirs) == 1 else keys[each.path], []).append(each)
    return groups


def number_of(files: Sequence[Seen], said_about: SaidAbout) -> Found:
    """Return the number of a document: what a person says, else its head, its heading, the name of a file; as the text
    writes it where it does.
    """
    each_found = [(rank, each, found) for each in files for rank, found in _numbers(each, said_about[each.path])]
    if not each_found:
        return Found()
    _rank, seen, found = min(each_found, key=lambda told: (told[0], parts_of(told[1].path).is_copy))
    if found.number.casefold() == NEW_NUMBER:
        return Found()
    written = [number for each in (seen, *files) for number in each.written]
    return found if found.origin == "said" else Found(as_written_in(found.number, written), found.origin)


def _numbers(seen: Seen, said: Mapping[str, str]) -> list[tuple[int, Found]]:
    told = (
        Found(said.get("number", "").strip(), "said"),
        Found(seen.said.get("number", ""), "head"),
        Found(seen.heading_number, "heading"),
        Found(parts_of(seen.path).number, "name"),
    )
    return [(rank, found) for rank, found in enumerate(told) if found.number]


def _key(seen: Seen, said: Mapping[str, str]) -> str:
    found = _numbers(seen, said)
    if not found or found[0][1].number.casefold() == NEW_NUMBER:
        return shared_path(seen.path)
    return f"number {alike(found[0][1].number)}"


def _take_originals(files: Sequence[Seen], chosen: Chosen) -> None:
    same: dict[str, list[Seen]] = {}
    for each in files:
        same.setdefault(each.sha256, []).append(each)
    kept = {sha: min(each, key=_originality) for sha, each in same.items()}
    for each in files:
        if each is kept[each.sha256]:
            chosen.first.append(each)
        else:
            chosen.duplicates.append((each, kept[each.sha256]))


def _originality(seen: Seen) -> tuple[bool, bool, bool, str]:
    parts = parts_of(seen.path)
    return parts.is_copy, not parts.number, not parts.revision, seen.path
