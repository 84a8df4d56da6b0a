"""From files to documents: which files belong together, and what is proposed for each. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from documents.importing.choosing import UNREADABLE, Found, choose, group, number_of, revision_of
from documents.importing.languages import known_language, language_of
from documents.importing.names import clean_title, order_key, parts_of
from documents.importing.numbers import alike, first_of, type_of_number
from documents.importing.seen import Left, SaidAbout, Seen

HOME = "en"
SHEETS = frozenset({"xlsx", "ods"})
Order = tuple[date, tuple[int, ...], str]
UNSAID: Order = order_key("", None)

# Which of several renditions of one text is kept as its source: what can be edited before what can only be read.
SOURCES = ("md", "docx", "odt", "xlsx", "ods", "pptx", "odp", "txt", "html")


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
    number_from: str = ""
    # Offered as a title where other documents have the same one.
    title_of_name: str = ""

    @property
    def texts(self) -> tuple[Text, ...]:
        """Return what it says in each language, the governing one first."""
        return (Text(self.language, self.source, self.pdf, self.others), *self.translations)


@dataclass(frozen=True)
class Plan:
    """What a folder would become: documents with their revisions in order, those with a number first, and the files
    that become none: duplicates with the file they repeat, those left out and those refused.
    """

    documents: tuple[tuple[Proposal, ...], ...]
    duplicates: tuple[tuple[Seen, Seen], ...]
    left_out: tuple[Left, ...]
    refused: tuple[Left, ...] = ()


def propose(files: Iterable[Seen], said_about: SaidAbout, types: Sequence[str]) -> Plan:
    """Return the plan for files in any order; the same files give the same plan.

    `said_about` is what a mapping says by path, `types` the codes of the document types there are.
    """
    ordered = sorted(files, key=lambda each: each.path)
    chosen = choose(ordered, said_about)
    groups = group(chosen.first, said_about)
    refused = list(chosen.refused)
    documents = [_document(key, groups[key], said_about, types, refused) for key in sorted(groups)]
    documents.sort(key=lambda revisions: not revisions[0].number)
    return Plan(tuple(_told_apart(documents)), tuple(chosen.duplicates), tuple(chosen.left_out), tuple(refused))


def _told_apart(documents: Sequence[tuple[Proposal, ...]]) -> Iterator[tuple[Proposal, ...]]:
    """Name, at each document whose title others have as well, one of them, and the title that its file name gives."""
    titled: dict[str, list[str]] = {}
    for revisions in documents:
        titled.setdefault(revisions[-1].title.casefold(), []).append(revisions[-1].source.path)
    for revisions in documents:
        newest = revisions[-1]
        twin = next((path for path in titled[newest.title.casefold()] if path != newest.source.path), "")
        yield (*revisions[:-1], _beside_twin(newest, twin)) if twin else revisions


def _beside_twin(proposal: Proposal, twin: str) -> Proposal:
    named = parts_of(proposal.source.path).title
    remark = _("the same title as %(path)s") % {"path": twin}
    offered = named if named.casefold() != proposal.title.casefold() else ""
    return replace(proposal, remarks=(*proposal.remarks, remark), title_of_name=offered)


def _language(seen: Seen, said: Mapping[str, str]) -> str:
    """The language of a file: as the mapping says, else its path, else its own words, else that of the house."""
    told = said.get("language", "").strip()[:12]
    return told or language_of(seen.path) or known_language(seen.said.get("language", "")) or HOME


def _document(
    key: str,
    members: Sequence[Seen],
    said_about: SaidAbout,
    types: Sequence[str],
    refused: list[Left],
) -> tuple[Proposal, ...]:
    """Propose the revisions of one document; files in each other's way are put with those refused."""
    revisions: dict[Order, list[Seen]] = {}
    for each in members:
        parts = parts_of(each.path)
        label = revision_of(each, said_about[each.path])
        revisions.setdefault(order_key(label, parts.day), []).append(each)
    _place_translations(revisions, said_about)
    number = number_of(members, said_about)
    found = []
    for position, order in enumerate(sorted(revisions), start=1):
        texts = _texts(revisions[order], said_about, refused)
        found.append(_proposal(key, number, texts, said_about, types, position))
    return tuple(found)


def _place_translations(revisions: dict[Order, list[Seen]], said_about: SaidAbout) -> None:
    """Put translations that name no revision beside the newest one, where its languages are others than theirs."""
    loose = revisions.get(UNSAID, [])
    newest = max(revisions)
    if not loose or newest == UNSAID:
        return
    theirs = {_language(each, said_about[each.path]) for each in loose}
    if not theirs & {_language(each, said_about[each.path]) for each in revisions[newest]}:
        revisions[newest] += revisions.pop(UNSAID)


def _text(language: str, files: Sequence[Seen], refused: list[Left]) -> Text:
    """Take the renditions of one text apart; a second one of the same kind, or of another title, is in the way."""
    source, *rest = sorted(files, key=lambda each: (_rank(each), parts_of(each.path).is_copy, each.path))
    in_the_way = _("another text under the number and revision of %(path)s: correct one of them, or leave one out")
    kinds, others = {parts_of(source.path).ending}, []
    for each in rest:
        parts = parts_of(each.path)
        if parts.ending in kinds or _speaks_of_another(each, source):
            refused.append(Left(each, in_the_way % {"path": source.path}, ("number", "title", "revision", "skip")))
        else:
            kinds.add(parts.ending)
            others.append(each)
    pdf = next((each for each in others if parts_of(each.path).ending == "pdf"), None)
    return Text(language, source, pdf, tuple(each for each in others if each is not pdf))


def _speaks_of_another(one: Seen, other: Seen) -> bool:
    titles = {parts_of(each.path).title.casefold() for each in (one, other)} - {""}
    return len(titles) == 2


def _texts(files: Sequence[Seen], said_about: SaidAbout, refused: list[Left]) -> list[Text]:
    """What the files of a revision say, language by language; the one of the house governs and comes first."""
    by_language: dict[str, list[Seen]] = {}
    for each in files:
        by_language.setdefault(_language(each, said_about[each.path]), []).append(each)
    order = sorted(by_language, key=lambda language: (language != HOME, language))
    return [_text(language, by_language[language], refused) for language in order]


def _proposal(
    key: str,
    number: Found,
    texts: Sequence[Text],
    said_about: SaidAbout,
    types: Sequence[str],
    position: int,
) -> Proposal:
    text, *translations = texts
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
        number=number.number[:60],
        title=_title(source, said_about[source.path], number.number)[:300],
        type=named if (named := said.get("type", "")) in types else _type(source.path, number.number, types),
        revision=revision_of(source, said_about[source.path]) or _revision_by_place(parts.day, position),
        owner=said.get("owner", ""),
        effective=_day(said.get("effective", "")) or _day(said.get("date", "")) or parts.day,
        approvers=said.get("approver", ""),
        process=said.get("process", ""),
        site=said.get("site", ""),
        remarks=(
            *_other_number(source, number.number),
            *_remarks(texts),
            *_beside(text),
            *_also_in(translations),
        ),
        number_from=number.origin,
    )


def _revision_by_place(day: date | None, position: int) -> str:
    return day.isoformat() if day else str(position)


def _title(source: Seen, mapped: Mapping[str, str], number: str) -> str:
    """What a person says, else front matter, else title style or heading, else the name of the file."""
    if mapped.get("title"):
        return mapped["title"]
    for told in (source.said.get("title", ""), source.title):
        cleaned = clean_title(told, number) if told else ""
        if cleaned and alike(cleaned) != alike(number):
            return cleaned
    return parts_of(source.path).title


def _rank(seen: Seen) -> int:
    ending = parts_of(seen.path).ending
    return SOURCES.index(ending) if ending in SOURCES else len(SOURCES)


def _type(path: str, number: str, types: Sequence[str]) -> str:
    """The type that the number speaks of, else the words of name and folder, else that of forms or procedures."""
    if spoken := type_of_number(number, types):
        return spoken
    words = re.split(r"[^a-z0-9]+", path.casefold())
    for code in types:
        if len(code) > 1 and code.casefold() in words:
            return code
    for hint, family in HINTS:
        if any(word.startswith(hint) for word in words) and (code := first_of(family, types)):
            return code
    likely = "FORM" if parts_of(path).ending in SHEETS else "SOP"
    return first_of(likely, types) or types[0]


def _remarks(texts: Sequence[Text]) -> tuple[str, ...]:
    files = [each for text in texts for each in (text.source, text.pdf, *text.others) if each is not None]
    unread = _("nobody can read it here, it comes in as it is: %(why)s")
    found = [
        unread % {"why": each.words} if each.outcome in UNREADABLE else each.words
        for each in files
        if each.outcome != "text" and each.words
    ]
    return tuple(dict.fromkeys(found))


def _other_number(source: Seen, number: str) -> tuple[str, ...]:
    named = parts_of(source.path).number
    differs = bool(named) and bool(number) and alike(named) != alike(number)
    return (_("the file name says %(number)s") % {"number": named},) if differs else ()


def _beside(text: Text) -> tuple[str, ...]:
    paths = ", ".join(each.path for each in (text.pdf, *text.others) if each is not None)
    return (_("together with %(paths)s") % {"paths": paths},) if paths else ()


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

# Words in names and folders that say what a file is, where no number does: each with a code of its family.
HINTS = (
    ("policy", "POL"),
    ("manual", "MAN"),
    ("sop", "SOP"),
    ("procedure", "SOP"),
    ("instruction", "WI"),
    ("specification", "SPEC"),
    ("checklist", "FORM"),
    ("form", "FORM"),
    ("template", "FORM"),
    ("list", "FORM"),
    ("record", "FORM"),
    ("report", "FORM"),
    ("plan", "FORM"),
    ("mapping", "FORM"),
)
