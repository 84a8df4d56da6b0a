"""A redline as HTML: in one column as it reads, or both texts beside each other. Marked for eyes and for ears.

The classes are those of the style sheet: `same`, `changed`, `moved` on blocks; `ins` and `del` carry a word that only
screen readers say.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain, groupby

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from documents.redline.model import Cell, Change, Fold, Mark, Picture, Redline, Row, Segment
from qms.core.parsers.model import Block, Kind

Shown = Row | Fold


class Form(StrEnum):
    """How a redline is laid out."""

    INLINE = "inline"
    SIDE_BY_SIDE = "side_by_side"


_CLASSES = {Change.UNCHANGED: "same", Change.MOVED: "moved"}
_TAGS = {Mark.INSERTED: "ins", Mark.DELETED: "del"}
_TABLE, _LIST, _ALONE, _FOLD = "table", "list", "alone", "fold"
_LISTS = {Kind.LIST_ITEM: "ul", Kind.NUMBERED_ITEM: "ol"}


def to_html(
    redline: Redline,
    form: Form = Form.INLINE,
    *,
    context: int | None = None,
    names: tuple[str, str] = ("", ""),
    pictures: Mapping[str, Picture] | None = None,
) -> SafeString:
    """Return the redline as HTML. With `context`, unchanged text further away than so many blocks is folded.

    `names` are the headings of the two sides, such as "Revision 4" and "Revision 5"; `pictures` are what the single
    characters stand for that were put into the texts in their place.
    """
    shown: Sequence[Shown] = redline.rows if context is None else redline.only_changes(context)
    writer = _Writer(shown, pictures or {})
    if form is Form.SIDE_BY_SIDE:
        return SafeString(writer.sides(shown, names))
    return SafeString(f'<div class="prose redline">{writer.column(shown)}</div>')


class _Writer:
    """Writes rows; holds the words for screen readers in the language of the reader."""

    def __init__(self, shown: Iterable[Shown], pictures: Mapping[str, Picture]) -> None:
        rows = list(chain.from_iterable(each.rows if isinstance(each, Fold) else (each,) for each in shown))
        self.numbers = _Numbers(rows)
        self.heads = dict(_heads(rows))
        self.pictures = {sign: _drawn(picture) for sign, picture in pictures.items()}
        self.said = {Mark.INSERTED: gettext("added:"), Mark.DELETED: gettext("removed:")}
        self.table = gettext("Table")

    def column(self, rows: Iterable[Shown], side: Mark | None = None) -> str:
        """Return rows below each other; neighbouring rows of a table and items of a list are put together."""
        return "".join(self._group(kind, list(group), side) for kind, group in groupby(rows, _belonging))

    def sides(self, rows: Sequence[Shown], names: tuple[str, str]) -> str:
        """Return rows as pairs, the old text on the left and the new one on the right."""
        heads = "".join(f'<p class="name">{escape(name)}</p>' for name in names) if any(names) else ""
        return f'<div class="sides redline">{heads}{"".join(self._pairs(rows))}</div>'

    def _pairs(self, rows: Iterable[Shown]) -> Iterator[str]:
        for kind, group in groupby(rows, _belonging):
            run = list(group)
            if kind == _FOLD:
                yield from (self._fold(each, beside=True) for each in run if isinstance(each, Fold))
                continue
            for part in _parts(kind, run):
                yield from (f'<div class="prose">{self._group(kind, part, side)}</div>' for side in _SIDES)

    def _group(self, kind: str, rows: list[Shown], side: Mark | None) -> str:
        if kind == _FOLD:
            return "".join(self._fold(row) for row in rows if isinstance(row, Fold))
        held = [row for row in rows if isinstance(row, Row) and _stands_on(row, side)]
        if kind == _TABLE and held:
            head = self.heads.get(id(held[0]))
            again = [head] if head is not None and head is not held[0] and _stands_on(head, side) else []
            lines = "".join(self._line(row, side) for row in [*again, *held])
            box = f'class="table-scroll" role="group" tabindex="0" aria-label="{escape(self.table)}"'
            return f"<div {box}><table><tbody>{lines}</tbody></table></div>"
        if kind == _LIST:
            return self._list(held, side)
        return "".join(self._alone(row, side) for row in held)

    def _fold(self, fold: Fold, *, beside: bool = False) -> str:
        words = ngettext("%(count)s part did not change", "%(count)s parts did not change", fold.count)
        inner = f'<div class="sides">{"".join(self._pairs(fold.rows))}</div>' if beside else self.column(fold.rows)
        summary = f"<summary>{escape(words % {'count': fold.count})}</summary>"
        return f'<details class="same fold">{summary}{inner}</details>'

    def _alone(self, row: Row, side: Mark | None) -> str:
        tag = _tag(row.block)
        return f'<{tag} class="{_class(row)}">{self._told(row, side)}{self._text(row.segments, side)}</{tag}>'

    def _line(self, row: Row, side: Mark | None) -> str:
        cells = [cell for cell in row.cells or (Cell(row.change, row.segments),) if _cell_on(cell, side)]
        tag, scope = ("th", ' scope="col"') if row.block.head else ("td", "")
        written = f"</{tag}><{tag}{scope}>".join(self._text(cell.segments, side) for cell in cells)
        # The mark at the edge of a changed row hangs on its first cell: a row of a table can carry none.
        same = row.change is Change.UNCHANGED
        start = f'<tr class="same"><{tag}{scope}>' if same else f'<tr><{tag}{scope} class="{_class(row)}">'
        return f"{start}{self._told(row, side)}{written}</{tag}></tr>"

    def _list(self, rows: Sequence[Row], side: Mark | None) -> str:
        """Return items as lists within lists by their levels; a numbered item keeps the number it has on its side."""
        written: list[str] = []
        open_lists: list[str] = []
        for row in rows:
            level = max(row.block.level, 1)
            while len(open_lists) > level:
                written.append(f"</li></{open_lists.pop()}>")
            if len(open_lists) == level:
                written.append("</li>")
            while len(open_lists) < level:
                open_lists.append(_LISTS[row.block.kind])
                written.append(f"<{open_lists[-1]}>" + ("<li>" if len(open_lists) < level else ""))
            value = f' value="{self.numbers.of(row, side)}"' if open_lists[-1] == "ol" else ""
            written.append(f'<li class="{_class(row)}"{value}>{self._told(row, side)}{self._text(row.segments, side)}')
        return "".join(written) + "".join(f"</li></{tag}>" for tag in reversed(open_lists))

    def _told(self, row: Row, side: Mark | None) -> str:
        """Say what its words do not show: that a block moved, or was another kind of block."""
        words = ""
        if row.change is Change.MOVED:
            words = gettext("moved from here:") if row.after is None else gettext("moved to here:")
        elif row.kind_changed and row.before is not None and side is not Mark.DELETED:
            words = gettext("was %(kind)s:") % {"kind": kind_words(row.before)}
        return f'<span class="muted">{escape(words)} </span>' if words else ""

    def _text(self, segments: Iterable[Segment], side: Mark | None) -> str:
        return "".join(self._segment(piece) for piece in segments if _on_side(piece.mark, side))

    def _segment(self, piece: Segment) -> str:
        text = escape(piece.text).replace("\n", "<br>")
        for sign, drawn in self.pictures.items():
            text = text.replace(sign, drawn)
        if piece.mark is Mark.SAME:
            return text
        tag = _TAGS[piece.mark]
        return f'<{tag}><span class="vh">{escape(self.said[piece.mark])} </span>{text}</{tag}>'


def _drawn(picture: Picture) -> str:
    told = gettext("Picture: %(what)s") % {"what": picture.alt}
    where, what = escape(picture.address), escape(picture.alt)
    return f'<img src="{where}" alt="{what}" loading="lazy"><span class="muted small">{escape(told)}</span>'


def _heads(rows: Iterable[Row]) -> Iterator[tuple[int, Row]]:
    """Give each row of a table, by its identity, with the row that names its columns."""
    head = None
    for row in rows:
        if row.block.kind is not Kind.TABLE_ROW:
            head = None
        elif row.block.head:
            head = row
        if head is not None:
            yield id(row), head


class _Numbers:
    """The numbers of the items of every list, as they were and as they are, by the places of their rows."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.known: dict[int, tuple[int, int]] = {}
        for kind, group in groupby(rows, _belonging):
            if kind == _LIST:
                self._count(list(group))

    def _count(self, rows: Iterable[Row]) -> None:
        was: list[int] = []
        now: list[int] = []
        for row in rows:
            level = max(row.block.level, 1)
            for counts, present in ((was, row.before is not None), (now, row.after is not None)):
                del counts[level:]
                counts += [0] * (level - len(counts))
                counts[level - 1] += present
            self.known[id(row)] = (was[-1], now[-1])

    def of(self, row: Row, side: Mark | None) -> int:
        """Return the number of an item on a side; in one column the one it has now, or had when it is gone."""
        was, now = self.known[id(row)]
        return was if side is Mark.DELETED or row.after is None else now


# Each side shows what is not of the other side.
_SIDES = (Mark.DELETED, Mark.INSERTED)


def _parts(kind: str, run: list[Shown]) -> Iterator[list[Shown]]:
    """A table stands beside a table; of a list, each item of the highest level with what is below it; else each row."""
    if kind == _TABLE:
        yield run
        return
    levels = [row.block.level if kind == _LIST and isinstance(row, Row) else 0 for row in run]
    starts = [at for at, level in enumerate(levels) if level == min(levels) or at == 0]
    yield from (run[start:end] for start, end in zip(starts, [*starts[1:], len(run)], strict=True))


def kind_words(block: Block) -> str:
    """Return what a block is, for the sentence that says it became something else."""
    return {
        Kind.HEADING: gettext("a heading of level %(level)s") % {"level": block.level},
        Kind.PARAGRAPH: gettext("a paragraph"),
        Kind.LIST_ITEM: gettext("an item of a list"),
        Kind.NUMBERED_ITEM: gettext("a numbered step"),
        Kind.TABLE_ROW: gettext("a row of a table"),
        Kind.CODE: gettext("preformatted text"),
    }[block.kind]


def _belonging(row: Shown) -> str:
    if isinstance(row, Fold):
        return _FOLD
    if row.block.kind is Kind.TABLE_ROW:
        return _TABLE
    return _LIST if row.block.kind in _LISTS else _ALONE


def _class(row: Row) -> str:
    return _CLASSES.get(row.change, "changed")


def _tag(block: Block) -> str:
    if block.kind is Kind.HEADING:
        return f"h{min(max(block.level, 1) + 1, 6)}"
    return "pre" if block.kind is Kind.CODE else "p"


def _on_side(mark: Mark, side: Mark | None) -> bool:
    return side is None or mark in (Mark.SAME, side)


def _stands_on(row: Row, side: Mark | None) -> bool:
    return side is None or (row.before if side is Mark.DELETED else row.after) is not None


def _cell_on(cell: Cell, side: Mark | None) -> bool:
    hidden = {Mark.DELETED: Change.ADDED, Mark.INSERTED: Change.REMOVED}
    return side is None or cell.change is not hidden[side]
