"""A page that is drawn on, and the tree of tags that says what each piece of it is (ISO 32000-1 14.7, 14.8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qms.reports.press.letters import Case
from qms.reports.press.paper import Paper


@dataclass(slots=True)
class Element:
    """One element of the structure tree."""

    number: int
    tag: str
    parent: int
    attributes: str = ""
    page: int = 0
    kids: list[str] = field(default_factory=list)


class Tags:
    """The structure tree of one file."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self.root = paper.reserve()
        self.document = Element(paper.reserve(), "Document", self.root)
        self._elements = [self.document]

    def add(self, tag: str, parent: Element, attributes: str = "") -> Element:
        """Return a new element under its parent."""
        element = Element(self._paper.reserve(), tag, parent.number, attributes)
        parent.kids.append(f"{element.number} 0 R")
        self._elements.append(element)
        return element

    def write(self, pages: Sequence["Page"]) -> None:
        """Fill in the tree, and the table that leads from marked content to its element."""
        for element in self._elements:
            self._paper.fill(element.number, _element(element))
        rows = (f"{index} [{' '.join(f'{mark} 0 R' for mark in page.marks)}]" for index, page in enumerate(pages))
        parents = self._paper.add(f"<< /Nums [{' '.join(rows)}] >>")
        kids = f"[{self.document.number} 0 R]"
        self._paper.fill(self.root, f"<< /Type /StructTreeRoot /K {kids} /ParentTree {parents} 0 R >>")


def _element(element: Element) -> str:
    page = f" /Pg {element.page} 0 R" if element.page else ""
    kids = f" /K [{' '.join(element.kids)}]" if element.kids else ""
    return f"<< /Type /StructElem /S /{element.tag} /P {element.parent} 0 R{page}{element.attributes}{kids} >>"


class Page:
    """One page: its operators so far and the element of each piece of marked content."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.marks: list[int] = []
        self.operators: list[str] = []

    def begin(self, element: Element) -> None:
        """Mark what is drawn next, until `end`, as content of an element."""
        mark = len(self.marks)
        self.marks.append(element.number)
        if element.page in (0, self.number):
            element.page = self.number
            element.kids.append(str(mark))
        else:
            element.kids.append(f"<< /Type /MCR /Pg {self.number} 0 R /MCID {mark} >>")
        self.operators.append(f"/{element.tag} <</MCID {mark}>> BDC")

    def begin_artifact(self) -> None:
        """Mark what is drawn next, until `end`, as no part of the content: running lines, rules, repeated heads."""
        self.operators.append("/Artifact BMC")

    def end(self) -> None:
        """End what `begin` or `begin_artifact` began."""
        self.operators.append("EMC")

    def rule(self, x: float, y: float, width: float, *, weight: float, colour: str) -> None:
        """Draw a level line; call it inside an artifact."""
        self.operators.append(f"{colour} RG {weight} w {x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S")

    def box(self, x: float, y: float, width: float, height: float, *, colour: str) -> None:
        """Draw the outline of a box whose lower left corner is given; call it inside an artifact."""
        self.operators.append(f"{colour} RG 0.5 w {x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")

    def lines(self, case: Case, texts: Iterable[str], style: "Style", x: float, y: float) -> None:
        """Set lines of text one under the other, the first with its base line at y."""
        operators = [f"BT {style.colour} rg {style.leading} TL 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        for text in texts:
            operators.extend(_shown(case, text, style))
            operators.append("T*")
        self.operators.append(" ".join(operators[:-1]) + " ET")


@dataclass(frozen=True, slots=True)
class Style:
    """Size of the letters and distance of the lines in points, weight, colour (three parts of one)."""

    size: float
    leading: float
    bold: bool = False
    colour: str = "0.110 0.141 0.188"


def _shown(case: Case, text: str, style: Style) -> list[str]:
    """Return the operators for one line; the font changes where a letter comes from another face."""
    weight = "B" if style.bold else "R"
    operators: list[str] = []
    codes: list[str] = []
    current = -1
    for face, code in map(case.take, text):
        if face != current:
            operators += _run(codes)
            operators.append(f"/{weight}{face} {style.size} Tf")
            current, codes = face, []
        codes.append(code)
    return operators + _run(codes)


def _run(codes: list[str]) -> list[str]:
    return [f"<{''.join(codes)}> Tj"] if codes else []
