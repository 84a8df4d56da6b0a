"""From files to documents: which files belong together, and what is proposed for each. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from documents.importing.languages import known_language, language_of, shared_path
from documents.importing.names import order_key, parts_of

HOME = "en"
Order = tuple[date, tuple[int, ...], str]
UNSAID: Order = order_key("", None)

# Which of several renditions of one text is kept as its source: what can be edited before what can only be read.
SOURCES = ("md", "docx", "odt", "xlsx", "ods", "pptx", "odp", "txt", "html")


@dataclass(frozen=True)
class Seen:
    """One file as it was read: its path in the folder, its hash, and what its text says about itself."""

    path: str
    sha256: str
    media_type: str
    outcome: str = "text"
    words: str = ""
    title: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    comments: int = 0
    tracked_changes: int = 0


@dataclass(frozen=True)
class Text:
    """What a revision says in one language: its source, its PDF, and other renditions of the same words."""

    language: str
    source: Seen
    pdf: Seen | None
    others: tuple[Seen, ...]


@dataclass(frozen=True)
class Proposal:
    """One revision of one document: its source, its PDF and other renditions, and what is proposed for it.

    `language` is that of the source, which governs; `translations` say the same in others.
    """

    group: str
    source: Seen
    pdf: Seen | None
    others: tuple[Seen, ...]
    language: str
    translations: tuple[Text, ...]
    number: str
    title: str
    type: str
    revision: str
    owner: str
    effective: date | None
    approvers: str
    process: str
    site: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a folder would become: documents with their revisions in order, and the files that are left out."""

    documents: tuple[tuple[Proposal, ...], ...]
    duplicates: tuple[tuple[Seen, Seen], ...]
    left_out: tuple[Seen, ...]


def propose(files: Iterable[Seen], said_about: Mapping[str, Mapping[str, str]], types: Sequence[str]) -> Plan:
    """Return the plan for files in any order; the same files give the same plan.

    `said_about` is what a mapping says by path, `types` the codes of the document types there are.
    """
    ordered = sorted(files, key=lambda each: each.path)
    wanted = [each for each in ordered if said_about[each.path].get("skip", "").casefold() not in {"true", "yes", "1"}]
    first, duplicates = _without_duplicates(wanted)
    groups: dict[str, list[Seen]] = {}
    for each in first:
        groups.setdefault(_group(each, said_about[each.path]), []).append(each)
    documents = tuple(_document(key, members, said_about, types) for key, members in sorted(groups.items()))
    return Plan(documents, tuple(duplicates), tuple(each for each in ordered if each not in wanted))


def _without_duplicates(files: Sequence[Seen]) -> tuple[list[Seen], list[tuple[Seen, Seen]]]:
    known: dict[str, Seen] = {}
    duplicates = []
    for each in files:
        if each.sha256 in known:
            duplicates.append((each, known[each.sha256]))
        else:
            known[each.sha256] = each
    return list(known.values()), duplicates


def _group(seen: Seen, said: Mapping[str, str]) -> str:
    number = said.get("number") or seen.said.get("number", "")
    return f"number {number.casefold()}" if number else shared_path(seen.path)


def _language(seen: Seen, said: Mapping[str, str]) -> str:
    """The language of a file: as the mapping says, else its path, else its own words, else that of the house."""
    told = said.get("language", "").strip()[:12]
    return told or language_of(seen.path) or known_language(seen.said.get("language", "")) or HOME


def _document(
    key: str, members: Sequence[Seen], said_about: Mapping[str, Mapping[str, str]], types: Sequence[str]
) -> tuple[Proposal, ...]:
    revisions: dict[Order, list[Seen]] = {}
    for each in members:
        parts = parts_of(each.path)
        label = said_about[each.path].get("revision") or each.said.get("revision", "") or parts.revision
        revisions.setdefault(order_key(label, parts.day), []).append(each)
    _place_translations(revisions, said_about)
    return tuple(
        _proposal(key, revisions[order], said_about, types, position)
        for position, order in enumerate(sorted(revisions), start=1)
    )


def _place_translations(revisions: dict[Order, list[Seen]], said_about: Mapping[str, Mapping[str, str]]) -> None:
    """Put translations that name no revision beside the newest one, where its languages are others than theirs."""
    loose = revisions.get(UNSAID, [])
    newest = max(revisions)
    if not loose or newest == UNSAID:
        return
    theirs = {_language(each, said_about[each.path]) for each in loose}
    if not theirs & {_language(each, said_about[each.path]) for each in revisions[newest]}:
        revisions[newest] += revisions.pop(UNSAID)


def _text(language: str, files: Sequence[Seen]) -> Text:
    source = min(files, key=lambda each: (_rank(each), each.path))
    pdf = next((each for each in files if each is not source and parts_of(each.path).ending == "pdf"), None)
    return Text(language, source, pdf, tuple(each for each in files if each is not source and each is not pdf))


def _texts(files: Sequence[Seen], said_about: Mapping[str, Mapping[str, str]]) -> list[Text]:
    """What the files of a revision say, language by language; the one of the house governs and comes first."""
    by_language: dict[str, list[Seen]] = {}
    for each in files:
        by_language.setdefault(_language(each, said_about[each.path]), []).append(each)
    order = sorted(by_language, key=lambda language: (language != HOME, language))
    return [_text(language, by_language[language]) for language in order]


def _proposal(
    key: str,
    files: Sequence[Seen],
    said_about: Mapping[str, Mapping[str, str]],
    types: Sequence[str],
    position: int,
) -> Proposal:
    text, *translations = _texts(files, said_about)
    source = text.source
    said = {**source.said, **said_about[source.path]}
    parts = parts_of(source.path)
    return Proposal(
        group=key,
        source=source,
        pdf=text.pdf,
        others=text.others,
        language=text.language,
        translations=tuple(translations),
        number=said.get("number") or parts.number,
        title=(said.get("title") or source.title or parts.title)[:300],
        type=named if (named := said.get("type", "")) in types else _type(source.path, types),
        revision=said.get("revision") or parts.revision or (parts.day.isoformat() if parts.day else str(position)),
        owner=said.get("owner", ""),
        effective=_day(said.get("effective", "")) or _day(said.get("date", "")) or parts.day,
        approvers=said.get("approver", ""),
        process=said.get("process", ""),
        site=said.get("site", ""),
        remarks=(*_remarks(files), *_also_in(translations)),
    )


def _rank(seen: Seen) -> int:
    ending = parts_of(seen.path).ending
    return SOURCES.index(ending) if ending in SOURCES else len(SOURCES)


def _type(path: str, types: Sequence[str]) -> str:
    words = re.split(r"[^a-z0-9]+", path.casefold())
    for code in types:
        if code.casefold() in words:
            return code
    for hint, code in HINTS:
        if code in types and any(word.startswith(hint) for word in words):
            return code
    return next((code for code in ("SOP", "PROC") if code in types), types[0])


def _remarks(files: Sequence[Seen]) -> tuple[str, ...]:
    found = [each.words for each in files if each.outcome != "text" and each.words]
    return tuple(dict.fromkeys(found))


def _also_in(translations: Sequence[Text]) -> tuple[str, ...]:
    languages = ", ".join(text.language for text in translations)
    return (_("also in %(languages)s") % {"languages": languages},) if languages else ()


def _day(text: str) -> date | None:
    for pattern, order in _DAYS:
        found = re.fullmatch(pattern, text.strip())
        if found:
            year, month, day = (int(found[part]) for part in order)
            try:
                return date(year, month, day)
            except ValueError:
                return None
    return None


_DAYS = (
    (r"(\d{4})-(\d{1,2})-(\d{1,2})", (1, 2, 3)),
    (r"(\d{1,2})[.](\d{1,2})[.](\d{4})", (3, 2, 1)),
)

# Words in names and folders that say what a file is, where no type is named; the codes are the common ones.
HINTS = (
    ("policy", "POL"),
    ("manual", "MAN"),
    ("sop", "SOP"),
    ("procedure", "SOP"),
    ("instruction", "WI"),
    ("checklist", "FRM"),
    ("form", "FRM"),
    ("template", "FRM"),
    ("list", "FRM"),
    ("record", "FRM"),
    ("report", "FRM"),
    ("plan", "FRM"),
    ("mapping", "FRM"),
)
