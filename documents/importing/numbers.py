"""The numbers that documents carry in names, headings and heads: found as they are written, never made up. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# What quality people write in front of a number, by kind of document; the first code that is set up here is proposed.
FAMILIES: tuple[tuple[str, ...], ...] = (
    ("POL", "PO", "QPOL", "RL"),
    ("MAN", "QMH", "QM", "HB", "MH"),
    ("SOP", "PROC", "QP", "PR", "P", "VA", "QVA", "QSP", "QOP", "AP", "PP"),
    ("WI", "AA", "AW", "QWI", "INS"),
    ("F", "FRM", "FORM", "FO", "FB", "FM", "REC", "CL", "CHK", "TMP", "R", "T"),
    ("SPEC", "SP", "S"),
)
# In small letters only these count as prefixes: "and 3" and "page 2" are words.
_KNOWN = frozenset(prefix for family in FAMILIES for prefix in family if len(prefix) > 1)
# Standards, authorities and labels of revisions look like numbers and are none.
_STANDARDS = {"ISO", "IEC", "EN", "DIN", "BS", "ANSI", "ASTM", "IATF", "VDA", "GMP", "ICH"}
_NONE = _STANDARDS | {"EU", "CFR", "FDA", "MDR", "IVDR", "REV", "V", "VER", "VERS", "ED", "PART"}
_SHAPE = re.compile(
    r"(?<![\w.\-])(?P<prefix>[A-Za-z]{1,5})"
    r"(?P<parts>(?:[-_.][A-Z][A-Z0-9]{0,4})*)"
    r"(?P<gap> ?[-–_.] ?| |)"
    r"(?P<digits>\d{1,5}(?:[.\-](?!(?:19|20)\d\d(?!\d))\d{1,4})*(?:-?[A-Z])?)"
    r"(?![A-Za-z0-9])"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_OPENING = " _-.(["
_LONGEST = 60


@dataclass(frozen=True)
class Number:
    """A number as it is written, and the letters in front of it."""

    text: str
    prefix: str


def number_at_start(text: str) -> Number | None:
    """Return the number that a name or a heading begins with, or None."""
    found = _SHAPE.match(text.lstrip(_OPENING))
    return _number(found) if found else None


def numbers_in(lines: Iterable[str]) -> list[str]:
    """Return every number in lines of text as it is written there, each once."""
    found = (_number(match) for line in lines for match in _SHAPE.finditer(line[:400]))
    return list(dict.fromkeys(each.text for each in found if each is not None))


def is_number(text: str) -> bool:
    """Return whether what stands beside a label such as "No." can be the number of a document."""
    plain = text.strip()
    letters, digits = any(map(str.isalpha, plain)), sum(map(str.isdigit, plain))
    return 0 < len(plain) <= _LONGEST and plain.count(" ") <= 2 and digits > 0 and (letters or digits > 2)


def alike(number: str) -> str:
    """Return what two ways of writing one number share: `QP_08`, `QP 08` and `qp-08` are one."""
    return re.sub(r"[\s\-–_.]+", "-", number.strip()).casefold()


def as_written_in(number: str, written: Sequence[str]) -> str:
    """Return a number as the text of the document writes it, where it does; else as it stands."""
    same = [each for each in written if alike(each) == alike(number)]
    return number if number in same or not same else same[0]


def type_of_number(number: str, types: Sequence[str]) -> str:
    """Return the code of the type that the letters of a number speak of, empty where they say nothing."""
    parts = [part for part in re.split(r"[^A-Z]+", number.upper()) if part]
    codes = {code.upper(): code for code in types}
    for part in parts:
        if part in codes:
            return codes[part]
    for family in (family for part in parts for family in FAMILIES if part in family):
        for code in family:
            if code in codes:
                return codes[code]
    return ""


def first_of(prefix: str, types: Sequence[str]) -> str:
    """Return the first code that is set up here of the family that a prefix belongs to, empty when none is."""
    family = next((family for family in FAMILIES if prefix in family), (prefix,))
    return next((code for code in family if code in types), "")


def without_number(text: str, number: str) -> str:
    """Return a title without the number that it begins with."""
    bare = text.lstrip(_OPENING)
    match = _SHAPE.match(bare)
    found = _number(match) if match else None
    if match is None or found is None or alike(found.text) != alike(number):
        return text
    return bare[match.end() :].lstrip(" _-–—.:)]").rstrip(" _-") or text


def _number(found: re.Match[str]) -> Number | None:
    prefix, gap, digits = found["prefix"], found["gap"], found["digits"]
    plain = prefix.upper()
    if plain in _NONE or not (prefix.isupper() or plain in _KNOWN):
        return None
    if not found["parts"] and _says_nothing(prefix, gap, digits):
        return None
    return Number(f"{prefix}{found['parts']}{gap.strip() or gap}{digits}", plain)


def _says_nothing(prefix: str, gap: str, digits: str) -> bool:
    """A letter beside a digit ("A 4", "Q1", "H2O") and a word beside a year ("KPI 2025") are no numbers."""
    if gap.strip():
        return False
    return len(prefix) == 1 or (not gap and len(digits) < 2) or bool(_YEAR.fullmatch(digits))
