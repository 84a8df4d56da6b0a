"""What a text says about itself: YAML front matter, and the tables that stand at the head of procedures. Pure.

Values stay the strings that were written: `1.0` is a label and `no` is a word.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import yaml

from qms.core.parsers.model import Block, Kind

_FENCE = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_LONGEST = 64 * 1024
_DEEPEST = 8
# A table or a line of "label: value" counts as a head only among the first blocks of a text.
_HEAD = 40
_LONGEST_LABEL = 60
_LONGEST_VALUE = 300
_LABELLED = re.compile(r"^\s*([^:：|]{2,60}?)\s*[:：]\s*(\S.*)$")
_PLACEHOLDER = re.compile(r"^[\s<>_.…\-–—()\[\]*]*$|^<[^>]*>$|^\[[^\]]*\]$|^\(\.\.\.\)$")
_NOT_A_LETTER = re.compile(r"[^\w]+")

# What labels mean, by field; compared without case, spaces and punctuation.
LABELS: Mapping[str, str] = {
    "number": """number, document number, document no, doc no, doc number, doc id, document id, id, no, reference,
        dokumentnummer, dokument nr, dok nr, nummer, dokumentennummer, numéro, référence,
        文書番号, 文件编号, 文件編號, 문서번호""",
    "title": """title, document title, name, document name, titel, titre, タイトル, 文書名, 标题, 標題, 제목""",
    "type": """type, document type, doc type, category, dokumenttyp, dokumentart, type de document""",
    "revision": """revision, rev, version, ver, issue, edition, revision no, rev no, version no, revision number,
        version number, ausgabe, revisionsstand, révision, 版, 版本, 版本号, 개정번호""",
    "effective": """effective, effective date, effective from, valid from, in force, in force since, date effective,
        gültig ab, gültigkeitsdatum, in kraft ab, date d'application, 施行日, 生效日期""",
    "date": """date, issue date, date of issue, revision date, last updated, stand, datum, 日付, 日期""",
    "review": """review, review date, next review, next review date, review by, review due, nächste überprüfung,
        prochaine révision""",
    "owner": """owner, document owner, process owner, responsible, eigentümer, verantwortlich, verantwortlicher,
        dokumentenverantwortlicher, prozesseigner, propriétaire, 責任者, 负责人""",
    "author": """author, authors, prepared by, written by, created by, ersteller, erstellt von, autor, auteur,
        作成者, 作者""",
    "reviewer": """reviewer, reviewed by, checked by, geprüft von, prüfer, vérifié par, 確認者""",
    "approver": """approver, approved by, approval, released by, authorised by, authorized by, freigegeben von,
        genehmigt von, freigabe, approuvé par, 承認者, 批准人""",
    "process": """process, department, area, prozess, abteilung, bereich, processus""",
    "site": """site, location, plant, standort, werk, lieu""",
    "status": """status, state, zustand, statut""",
    "language": """language, lang, sprache, langue""",
    "supersedes": """supersedes, replaces, ersetzt, remplace""",
}


def _bare(label: str) -> str:
    return _NOT_A_LETTER.sub("", label.casefold())


_MEANING = {_bare(label): name for name, labels in LABELS.items() for label in labels.split(",")}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields known to us by their names, the others as written, the text below, and problems as codes.

    Problems: `too_long`, `not_yaml`, `not_fields` (a list or a text instead of fields), `repeats` (aliases).
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    problems: tuple[str, ...] = ()


class _Reader(yaml.BaseLoader):
    """YAML in which everything is a string, and nothing can be repeated by reference or nested without end."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases, which make a small text huge, and deep nests, which end the stack."""
        if self.check_event(yaml.AliasEvent):
            raise _Repeats
        self.depth += 1
        if self.depth > _DEEPEST:
            raise yaml.YAMLError
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Repeats(Exception):
    """A value is there by reference."""


def read(text: str) -> FrontMatter:
    """Return the front matter of a Markdown text and the text without it; where there is none, all of it is body."""
    found = _FENCE.match(text)
    if found is None:
        return FrontMatter(body=text)
    body = text[found.end() :]
    values, problem = _values(found[1])
    if problem:
        return FrontMatter(body=body, problems=(problem,))
    named = {str(label): _said(value) for label, value in values.items()}
    return FrontMatter(
        _meant(named.items()), {label: said for label, said in named.items() if not meaning(label)}, body
    )


def _values(source: str) -> tuple[dict[object, object], str]:
    if len(source) > _LONGEST:
        return {}, "too_long"
    try:
        values = _Reader(source).get_single_data()
    except _Repeats:
        return {}, "repeats"
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, "not_yaml"
    if values is None or values == "":
        return {}, ""
    return (values, "") if isinstance(values, dict) else ({}, "not_fields")


def _said(value: object) -> str:
    """Return a value as one line; the members of a list with commas between them."""
    if isinstance(value, dict):
        value = [f"{label}: {_said(each)}" for label, each in value.items()]
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value)))
    return " ".join(str(value).split())


def meaning(label: str) -> str:
    """Return the field that a label means, in any of the languages we know; empty when it means none."""
    return _MEANING.get(_bare(label), "")


def header_table(blocks: Sequence[Block]) -> dict[str, str]:
    """Return the fields said in the head of a text: rows of label and value, a row of labels above one of values,
    or lines such as `Revision: 3`. The first value of a field counts; placeholders such as `<owner>` are none.
    """
    head = blocks[:_HEAD]
    return _meant(pair for at, block in enumerate(head) for pair in _pairs(block, head[at + 1 : at + 2]))


def _meant(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for label, value in pairs:
        name, said = meaning(label), " ".join(value.split())
        if name and said and name not in found and not _PLACEHOLDER.match(said.strip("*\\ ")):
            found[name] = said[:_LONGEST_VALUE]
    return found


def _pairs(block: Block, following: Sequence[Block]) -> Iterator[tuple[str, str]]:
    if block.kind is Kind.TABLE_ROW:
        yield from _pairs_of_row(block.cells, following)
    elif block.kind is not Kind.CODE:
        for line in block.text.split("\n"):
            found = _LABELLED.match(line)
            if found:
                yield found[1], found[2]


def _pairs_of_row(cells: Sequence[str], following: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Read a row as labels of the row below when it holds nothing but labels, else as label, value, label, value."""
    labels = [bool(meaning(cell)) for cell in cells if cell]
    if len(labels) > 1 and all(labels) and following and len(following[0].cells) == len(cells):
        yield from zip(cells, following[0].cells, strict=True)
        return
    filled = [cell for cell in cells if cell]
    for label, value in pairwise(filled):
        if len(label) <= _LONGEST_LABEL and not meaning(value):
            yield label, value
    for cell in cells:
        found = _LABELLED.match(cell.split("\n")[0])
        if found:
            yield found[1], found[2]
