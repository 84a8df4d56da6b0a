"""The controlled PDF of a revision whose body is a PDF: pages keep their size and place, a stamp goes in free margins.

Design 6: title block and stamp stand where nothing is printed; where no margin is free they go on an added cover page.
The author's file is embedded byte for byte. Neither PDF/A nor tags are claimed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
from django.utils import translation
from django.utils.translation import gettext as _

from qms.core import sandbox
from qms.core.errors import RuleBroken
from qms.core.sandboxed import Failure, Limits
from qms.reports.controlled import ControlledCopy, PdfBody, context_of, page_line, pictures_of, revision_line
from qms.reports.pdf import Picture, render_layer
from qms.reports.press.letters import width_of

LIMITS = Limits(cpu_seconds=120, wall_seconds=240)

# Printers leave about four millimetres at the edge of the paper white.
EDGE = 12.0
CLEAR = 3.0
# Where there is more room than needed, title block and stamp stand off the edge by up to so much more.
EASE = 12.0
INDENT = 28.0
STAMP_SIZE, STAMP_LEADING = 6.0, 7.8
TITLE_SIZE, TITLE_LEADING = 9.0, 11.0
QR = 37.0
NARROWEST_TITLE = 300.0
SIDES = ("bottom", "top", "left", "right")


class UnreadablePdf(RuleBroken):
    """A PDF cannot be stamped: locked, broken or too long. `failure` says which; a cover sheet can still be made."""

    def __init__(self, result: sandbox.Result) -> None:
        forbidden = _("The owner of this PDF has forbidden changes to it, so it cannot be stamped.")
        super().__init__(forbidden if result.code == "forbidden" else result.words, code="unreadable_pdf")
        self.failure: Failure | None = result.failure


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the body as a reader sees it: its size and the width of what is free at each side, in points."""

    width: float
    height: float
    free: Mapping[str, float]

    def along(self, side: str) -> float:
        """Return how long a line at a side may be."""
        return (self.width if side in ("top", "bottom") else self.height) - 2 * self.indent

    @property
    def indent(self) -> float:
        """How far from the corners a line begins; less on small pages."""
        return min(INDENT, self.width / 12, self.height / 12)

    def inset(self, side: str, thickness: float) -> float:
        """Return how far from its side's edge something of this thickness stands."""
        return EDGE + max(0.0, min((self.free[side] - EDGE - CLEAR - thickness) / 2, EASE))


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the stamp goes on each page ("" for nowhere) and where the title block on the first ("" for a cover)."""

    stamps: Sequence[str]
    title: str

    @property
    def cover(self) -> bool:
        """Whether an added first page carries the title block."""
        return not self.title

    @property
    def bare(self) -> list[int]:
        """The pages of the body that no stamp fits on, counted from one."""
        return [number for number, side in enumerate(self.stamps, start=1) if not side]


def render_stamped(copy: ControlledCopy, body: PdfBody, *, identifier: str, made_at: datetime) -> bytes:
    """Return the controlled PDF of a revision whose body is a PDF; the same input gives the same bytes.

    Raises UnreadablePdf for a body that is locked, broken or too long, ValueError for a `made_at` without its zone.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at needs its time zone")
    with TemporaryDirectory(prefix="qms-stamp-") as folder, translation.override(copy.language):
        work = Path(folder)
        (work / "body.pdf").write_bytes(body.data)
        surveyed = _in_sandbox("survey", {"path": str(work / "body.pdf")})
        leaves = [_leaf(page) for page in surveyed["pages"]]
        plan = plan_stamps(copy, leaves)
        sheet = _sheet(copy, body, leaves, plan, signed=surveyed["signed"])
        overlay = _overlay(copy, leaves, plan, total=len(leaves) + _count(sheet))
        (work / "sheet.pdf").write_bytes(sheet)
        (work / "overlay.pdf").write_bytes(overlay)
        arguments = {name: str(work / f"{name}.pdf") for name in ("body", "overlay", "sheet", "out")}
        facts = _facts(copy, body, made_at)
        _in_sandbox("assemble", {**arguments, "sheet_first": plan.cover, "facts": facts})
        return (work / "out.pdf").read_bytes()


def _in_sandbox(function: str, arguments: Mapping[str, Any]) -> Any:
    result = sandbox.run(f"qms.reports.stamping:{function}", arguments, limits=LIMITS)
    if result.failure is not None:
        raise UnreadablePdf(result)
    return result.value


def _leaf(page: Mapping[str, float]) -> Leaf:
    return Leaf(page["width"], page["height"], {side: page[side] for side in SIDES})


def _facts(copy: ControlledCopy, body: PdfBody, made_at: datetime) -> dict[str, str]:
    return {
        "title": f"{copy.number} {copy.title}",
        "language": copy.language,
        "made": f"D:{made_at.astimezone(UTC):%Y%m%d%H%M%S}Z",
        "name": body.name,
        "description": _("The original of this document, byte for byte"),
    }


# Planning


def plan_stamps(copy: ControlledCopy, leaves: Sequence[Leaf]) -> Plan:
    """Decide where title block and stamps go; a cover is added as soon as one of them finds no free margin."""
    title = _title_side(copy, leaves[0])
    stamps = [_stamp_side(copy, leaf, but=title if index == 0 else "") for index, leaf in enumerate(leaves)]
    if not title or not all(stamps):
        title = ""
        stamps[0] = _stamp_side(copy, leaves[0], but="")
    return Plan(stamps, title)


def _title_side(copy: ControlledCopy, leaf: Leaf) -> str:
    if leaf.along("top") < NARROWEST_TITLE:
        return ""
    thickness = EDGE + CLEAR + title_height(copy, leaf)
    return next((side for side in ("top", "bottom") if leaf.free[side] >= thickness), "")


def title_height(copy: ControlledCopy, leaf: Leaf) -> float:
    """Return how high the title block is on a page of this width."""
    room = leaf.along("top") - (QR + 10 if copy.currency_url else 0)
    title = ceil(width_of(f"{copy.number}  {copy.title}", TITLE_SIZE, bold=True) / room)
    facts = ceil(width_of(_title_facts(copy), STAMP_SIZE + 0.5) / room)
    return max(QR, title * TITLE_LEADING + (facts + 1) * (STAMP_LEADING + 0.7) + 2)


def _stamp_side(copy: ControlledCopy, leaf: Leaf, *, but: str) -> str:
    free = (side for side in SIDES if side != but)
    return next((side for side in free if leaf.free[side] >= EDGE + CLEAR + stamp_height(copy, leaf, side)), "")


def stamp_height(copy: ControlledCopy, leaf: Leaf, side: str) -> float:
    """Return how high the stamp is when its line runs along a side."""
    needed = width_of(_stamp_words(copy), STAMP_SIZE) + 70
    return ceil(needed / leaf.along(side)) * STAMP_LEADING


def _stamp_words(copy: ControlledCopy) -> str:
    mark = copy.checkpoint
    parts = [
        copy.number,
        revision_line(copy),
        copy.mark or _("Uncontrolled when printed"),
        copy.currency_url,
        _("Checkpoint %(size)s · %(root)s") % {"size": mark.size, "root": mark.root} if mark else "",
    ]
    return " · ".join(filter(None, parts))


def _title_facts(copy: ControlledCopy) -> str:
    parts = [copy.document_type, revision_line(copy), copy.state_words, copy.owner, copy.process, copy.site]
    return " · ".join(filter(None, parts))


# Drawing


def _overlay(copy: ControlledCopy, leaves: Sequence[Leaf], plan: Plan, *, total: int) -> bytes:
    """Draw what lies over the body, one page for each of its pages and of its size."""
    before = total - len(leaves) if plan.cover else 0
    drawn: list[dict[str, Any]] = [
        {"number": index, "side": side, "page": page_words(before + index + 1, total), "title": ""}
        for index, side in enumerate(plan.stamps)
    ]
    drawn[0]["title"] = plan.title
    context = {
        **context_of(copy),
        "leaves": drawn,
        "stamp_words": _stamp_words(copy),
        "title_facts": _title_facts(copy),
    }
    sizes = Picture("sizes.css", _sizes(copy, leaves, plan).encode(), "text/css")
    pictures = [*pictures_of(copy), sizes]
    return render_layer("pdf/stamp.html", context, language=copy.language, pictures=pictures)


def page_words(page: int, pages: int) -> str:
    """Return "Page x of y" in the language that is active."""
    counters = {"page": str(page), "pages": str(pages)}
    return "".join(counters[counter] if counter else words for counter, words in page_line())


def _sizes(copy: ControlledCopy, leaves: Sequence[Leaf], plan: Plan) -> str:
    """Write the style sheet that gives each page its size and puts its stamp in its place."""
    rules = []
    for index, (leaf, side) in enumerate(zip(leaves, plan.stamps, strict=True)):
        width, height = f"{leaf.width:.3f}pt", f"{leaf.height:.3f}pt"
        rules.append(f"@page leaf-{index} {{ size: {width} {height} }}")
        rules.append(f".leaf-{index} {{ page: leaf-{index}; width: {width}; height: {leaf.height - 1:.3f}pt }}")
        if side:
            rules.append(f".leaf-{index} .stamp {{ {_place(copy, leaf, side)} }}")
    if plan.title:
        first = leaves[0]
        thickness = title_height(copy, first)
        inset = first.inset(plan.title, thickness)
        above = inset if plan.title == "top" else first.height - inset - thickness
        place = f"left: {first.indent:.2f}pt; top: {above:.2f}pt; width: {first.along('top'):.2f}pt"
        rules.append(f".leaf-title {{ {place} }}")
    return "\n".join(rules)


def _place(copy: ControlledCopy, leaf: Leaf, side: str) -> str:
    """Return the place of a stamp; one at a side is turned to read upwards."""
    height, length = stamp_height(copy, leaf, side), leaf.along(side)
    inset = leaf.inset(side, height)
    left, top = {
        "bottom": (leaf.indent, leaf.height - inset - height),
        "top": (leaf.indent, inset),
        "left": (inset, leaf.height - leaf.indent),
        "right": (leaf.width - inset - height, leaf.height - leaf.indent),
    }[side]
    turned = "transform: rotate(-90deg); transform-origin: 0 0;" if side in ("left", "right") else ""
    return f"left: {left:.2f}pt; top: {top:.2f}pt; width: {length:.2f}pt; {turned}"


def _sheet(copy: ControlledCopy, body: PdfBody, leaves: Sequence[Leaf], plan: Plan, *, signed: bool) -> bytes:
    """Draw the cover or the last page: title block, what the file is, signatures, history of changes."""
    before = 0 if plan.cover else len(leaves)
    context = {
        **context_of(copy),
        "body": body,
        "digest": sha256(body.data).hexdigest(),
        "page_count": len(leaves),
        "bare": in_ranges(plan.bare),
        "signed": signed,
    }
    pages, drawn = 1, b""
    for _attempt in range(2):
        line = [("", str(len(leaves) + pages)) if part == ("pages", "") else part for part in page_line()]
        start = Picture("start.css", _start(leaves[0], before).encode(), "text/css")
        pictures = [*pictures_of(copy), start]
        again = {**context, "page_line": line}
        drawn = render_layer("pdf/stamp_sheet.html", again, language=copy.language, pictures=pictures)
        if _count(drawn) == pages:
            break
        pages = _count(drawn)
    return drawn


def in_ranges(numbers: Sequence[int]) -> str:
    """Return rising numbers in short: 1, 3–7, 9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _start(first: Leaf, before: int) -> str:
    """Return the style that counts on from the body's pages, on paper of the body's format."""
    letter = abs(min(first.width, first.height) - 612) < 2
    return f"@page {{ size: {'letter' if letter else 'A4'} }} @page :first {{ counter-set: page {before + 1} }}"


def _count(data: bytes) -> int:
    with pikepdf.open(BytesIO(data)) as document:
        return len(document.pages)
