"""The rows of a pack's index, written without a template: there are as many as records and people. Pure."""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from django.utils.translation import gettext as _

from qms.core.seams.evidence import EvidenceRecord


def row(at: int, record: EvidenceRecord) -> str:
    """Return the line of a record in the table of all records."""
    state = " · ".join(each for each in (record.state, record.left_out) if each)
    cells = (f'<a href="#r{at}">{escape(record.number)}</a>', *map(escape, (record.title, record.kind, state)))
    return _cells(cells)


def part(at: int, record: EvidenceRecord, files: Iterable[dict[str, str]]) -> str:
    """Return what the index tells of a record: its facts, the people around it, and its files."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in record.facts)
    lists = "".join(f"<h4>{escape(heading)}</h4>\n{_items(lines)}" for heading, lines in record.lists)
    links = "".join(map(_link, files))
    head = f'<h3 id="r{at}">{escape(record.number)} {escape(record.title)}</h3>\n<dl>{facts}</dl>\n'
    return f"{head}{lists}<h4>{escape(_('Files'))}</h4>\n<ul>{links}</ul>\n"


def pairs(rows: Iterable[Sequence[str]]) -> str:
    """Return plain rows of a table."""
    return "".join(_cells(map(escape, each)) for each in rows)


def _link(file: dict[str, str]) -> str:
    link = f'<a href="{quote(file["path"])}">{escape(file["words"])}</a>'
    return f'<li>{link} <code class="quiet">{file["sha256"]}</code></li>'


def _cells(cells: Iterable[str]) -> str:
    return f"<tr><td>{'</td><td>'.join(cells)}</td></tr>\n"


def _items(lines: Sequence[str]) -> str:
    """Escape all lines at once: a line of many people costs next to nothing."""
    apart = "\n".join(" ".join(line.split()) if "\n" in line else line for line in lines)
    return "<ul><li>" + escape(apart).replace("\n", "</li>\n<li>") + "</li></ul>\n"
