"""Letters: how wide each is, its code in the file, and the part of a font that the file embeds (fontTools)."""

import functools
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from qms.reports.pdf import installed_fonts

# The first family that is installed sets the text; the others lend letters that it lacks.
FAMILIES = (
    ("DejaVu Sans", "Book"),
    ("Noto Sans", "Regular"),
    ("Liberation Sans", "Regular"),
)
REGIONS = {"ja": "JP", "ko": "KR", "zh-tw": "TC", "zh-hant": "TC", "zh-hk": "HK"}
DROPPED = [
    "GSUB",
    "GPOS",
    "GDEF",
    "kern",
    "FFTM",
    "name",
    "OS/2",
    "post",
    "VORG",
    "BASE",
    "vhea",
    "vmtx",
    "DSIG",
    "MATH",
]


class Unset(Exception):
    """A text holds a letter that no font here has, or a script that wants shaping. Carries the letter."""


@dataclass(frozen=True)
class Face:
    """One font file: its letters' glyphs and widths (in thousandths), and what a PDF must say about it."""

    name: str
    path: Path
    number: int
    glyphs: Mapping[int, str]
    widths: Mapping[str, float]
    places: Mapping[str, int]
    outlines: str
    box: tuple[int, int, int, int]
    ascent: int
    descent: int

    def embedded(self, letters: set[int]) -> bytes:
        """Return the part of the font that draws these letters, as the bytes of FontFile2 or FontFile3."""
        options = subset.Options()
        # A TrueType font keeps its numbering (and empty outlines), a CID-keyed one carries its own numbers.
        options.retain_gids = self.outlines == "glyf"
        options.hinting = self.outlines != "glyf"
        options.layout_features = []
        options.notdef_outline = True
        options.name_IDs = []
        options.drop_tables += DROPPED
        font = TTFont(self.path, lazy=True, fontNumber=self.number, recalcTimestamp=False)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=letters)
        subsetter.subset(font)
        return _bytes(font, self.outlines, options)


def _bytes(font: Any, outlines: str, options: Any) -> bytes:
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    if outlines == "glyf":
        return buffer.getvalue()
    buffer.seek(0)
    return bytes(TTFont(buffer).reader["CFF "])


@functools.cache
def families(language: str, *, bold: bool) -> tuple[tuple[str, str], ...]:
    """Return the installed families and styles to set a language in, in the order they are asked for a letter."""
    wanted = [(family, "Bold" if bold else plain) for family, plain in FAMILIES]
    region = REGIONS.get(language.lower(), REGIONS.get(language.split("-")[0], "SC"))
    wanted += [(f"Noto Sans CJK {each}", "Bold" if bold else "Regular") for each in (region, "SC", "JP")]
    return tuple(one for one in dict.fromkeys(wanted) if one in installed_fonts())


@functools.cache
def face(family: str, style: str) -> Face | None:
    """Return an installed font, read once; None where the press cannot embed its kind."""
    path = installed_fonts()[family, style]
    number = _number(path, family)
    font = TTFont(path, lazy=True, fontNumber=number)
    outlines = "glyf" if "glyf" in font else "CFF "
    if outlines not in font or (outlines == "CFF " and not hasattr(font["CFF "].cff[0], "ROS")):
        return None
    return _read(font, path, number, outlines)


def _number(path: Path, family: str) -> int:
    """Return the place of a family in a collection; -1 where the file is a single font."""
    if path.suffix.lower() not in (".ttc", ".otc"):
        return -1
    with TTCollection(path, lazy=True) as collection:
        names = [font["name"].getBestFamilyName() for font in collection.fonts]
    return names.index(family) if family in names else 0


def _read(font: Any, path: Path, number: int, outlines: str) -> Face:
    scale = 1000 / font["head"].unitsPerEm
    order = font.getGlyphOrder()
    head, lines = font["head"], font["hhea"]
    return Face(
        name=font["name"].getDebugName(6) or path.stem,
        path=path,
        number=number,
        glyphs=font.getBestCmap(),
        widths={name: advance * scale for name, (advance, _bearing) in font["hmtx"].metrics.items()},
        places={name: _place(name, place, outlines) for place, name in enumerate(order)},
        outlines=outlines,
        box=(round(head.xMin * scale), round(head.yMin * scale), round(head.xMax * scale), round(head.yMax * scale)),
        ascent=round(lines.ascent * scale),
        descent=round(lines.descent * scale),
    )


def _place(name: str, place: int, outlines: str) -> int:
    return int(name[3:]) if outlines == "CFF " and name.startswith("cid") else place


class Case:
    """The letters of one weight, like a printer's case: gives each letter's width and code, remembers what was used."""

    def __init__(self, language: str, *, bold: bool) -> None:
        self.families = families(language, bold=bold)
        self.used: dict[int, dict[int, str]] = {}
        self.widths = _Widths(self)
        self._taken: dict[str, tuple[int, str]] = {}

    def find(self, letter: str) -> tuple[int, int, float]:
        """Return the face's number, code and width of a letter. Raises Unset where it cannot be set one by one."""
        if unicodedata.bidirectional(letter) in RIGHT_TO_LEFT or unicodedata.category(letter).startswith("M"):
            raise Unset(letter)
        for number, (family, style) in enumerate(self.families):
            found = face(family, style)
            glyph = found.glyphs.get(ord(letter)) if found else None
            if found and glyph is not None:
                return number, found.places[glyph], found.widths[glyph]
        raise Unset(letter)

    def face(self, number: int) -> Face:
        """Return the face that goes by this number. Raises Unset where it cannot be embedded."""
        found = face(*self.families[number])
        if found is None:
            raise Unset(number)
        return found

    def take(self, letter: str) -> tuple[int, str]:
        """Return the face's number and the code (four hexadecimal digits) of a letter and have it embedded."""
        taken = self._taken.get(letter)
        if taken is None:
            number, code, _width = self.find(letter)
            self.used.setdefault(number, {}).setdefault(code, letter)
            taken = self._taken[letter] = (number, f"{code:04x}")
        return taken


@functools.cache
def _case(bold: bool) -> Case:
    return Case("en", bold=bold)


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide a text will be in points, whatever its script; never raises."""
    return sum(_width(letter, bold) for letter in text) * size / 1000


@functools.cache
def _width(letter: str, bold: bool) -> float:
    try:
        return _case(bold).find(letter)[2]
    except Unset:
        return 1000.0 if unicodedata.east_asian_width(letter) in "WF" else 600.0


RIGHT_TO_LEFT = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI"))


class _Widths(dict[str, float]):
    """Width of a letter in thousandths of its size, looked up once."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case

    def __missing__(self, letter: str) -> float:
        width = self[letter] = self._case.find(letter)[2]
        return width


def plain(text: str) -> str:
    """Return a text as it is set: composed, without control and format characters, any space a space."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    kept = (" " if letter.isspace() else letter for letter in composed if letter.isspace() or _shows(letter))
    return "".join(kept)


def _shows(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
