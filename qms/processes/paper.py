"""Which paper a map needs, so that its letters can be read. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from qms.processes.drawing import Box, Drawing
from qms.processes.drawing.parts import LETTER

# What a page lying across leaves free, in millimetres: margins of report.css, and the heading above the map.
SIZES = {"a4": (297, 210), "a3": (420, 297), "a2": (594, 420), "a1": (841, 594)}
BESIDE, BESIDES = 36, 66
LEAST = 7.0  # points, of the names of processes
POINT = 25.4 / 72  # millimetres


@dataclass(frozen=True)
class Link:
    """A place on the map that leads to a process, in millimetres from its corner."""

    box: Box
    place: str


@dataclass(frozen=True)
class Paper:
    """A paper, and how large the map is on it: millimetres for one pixel of the drawing."""

    name: str
    scale: float
    drawing: Drawing

    @property
    def wide(self) -> str:
        """Return how wide the map is."""
        return f"{self.drawing.width * self.scale:.2f}mm"

    @property
    def tall(self) -> str:
        """Return how tall the map is."""
        return f"{self.drawing.height * self.scale:.2f}mm"

    @property
    def letters(self) -> float:
        """Return how large the names of processes are, in points."""
        return LETTER * self.scale / POINT

    @property
    def links(self) -> Iterable[Link]:
        """Return where each process lies."""
        for box in self.drawing.boxes:
            if box.node.pk:
                sides = {"left": box.x, "top": box.y, "width": box.width, "height": box.height}
                yield Link(box, ";".join(f"{side}:{at * self.scale:.2f}mm" for side, at in sides.items()))


def paper_for(drawing: Drawing) -> Paper:
    """Return the smallest paper on which a map can be read, at its natural size at most; else the largest there is."""
    papers = [Paper(name, _scale(drawing, *size), drawing) for name, size in SIZES.items()]
    return next((paper for paper in papers if paper.letters >= LEAST), papers[-1])


def _scale(drawing: Drawing, wide: int, tall: int) -> float:
    natural = 0.75 * POINT
    return min((wide - BESIDE) / drawing.width, (tall - BESIDES) / drawing.height, natural)
