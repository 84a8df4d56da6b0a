"""Number patterns such as `SOP-{n:04}` and `{site}-WI-{n:03}`, and revision labels by scheme. Pure."""

import re
import string
from enum import StrEnum

from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken

FIELDS = frozenset({"n", "site", "type", "process"})


class LabelScheme(StrEnum):
    """How the revisions of a type are counted."""

    INTEGERS = "integers"
    LETTERS = "letters"
    MAJOR_MINOR = "major_minor"


def check_pattern(pattern: str) -> None:
    """Raise RuleBroken unless a pattern holds `{n}` or `{n:04}` and no field but n, site, type and process."""
    try:
        fields = [name for _text, name, _spec, _conversion in string.Formatter().parse(pattern) if name is not None]
        format_number(pattern, 1, site="X", type_="X", process="X")
    except (ValueError, KeyError, IndexError) as error:
        raise RuleBroken(_("“%(pattern)s” is not a number pattern.") % {"pattern": pattern}) from error
    if "n" not in fields or not set(fields) <= FIELDS:
        raise RuleBroken(_("A number pattern needs {n} and may use {site}, {type} and {process}."))


def format_number(pattern: str, n: int, *, site: str, type_: str, process: str) -> str:
    """Return the number that a pattern makes of a count."""
    return pattern.format(n=n, site=site, type=type_, process=process)


def count_of(pattern: str, number: str, *, site: str, type_: str, process: str) -> int | None:
    """Return the count in a number that a pattern could have made, or None for a number in another form."""
    filled = re.sub(r"\{n(:[^}]*)?\}", "\0", pattern).format(site=site, type=type_, process=process)
    found = re.fullmatch(r"([0-9]{1,9})".join(map(re.escape, filled.split("\0"))), number)
    if found is None:
        return None
    n = int(found[1])
    return n if format_number(pattern, n, site=site, type_=type_, process=process) == number else None


def sequence_key(pattern: str, *, site: str, type_: str, process: str) -> str:
    """Return the key of the sequence a pattern counts in: the pattern with all but its count filled in."""
    bare = re.sub(r"\{n(:[^}]*)?\}", "#", pattern)
    return bare.format(site=site, type=type_, process=process)


def first_label(scheme: LabelScheme) -> str:
    """Return the label of a first revision."""
    return {LabelScheme.INTEGERS: "1", LabelScheme.LETTERS: "A", LabelScheme.MAJOR_MINOR: "1.0"}[scheme]


def next_label(scheme: LabelScheme, last: str, *, major: bool) -> str:
    """Return the label after `last`. A scheme without minor counts up; a label in another form is continued
    from its last number or letter ("Rev. C" -> "Rev. D"), and starts anew behind itself where it has neither.
    """
    if scheme is LabelScheme.MAJOR_MINOR and (found := re.fullmatch(r"(\D*)(\d+)\.(\d+)", last)):
        head, first, second = found[1], int(found[2]), int(found[3])
        return f"{head}{first + 1}.0" if major else f"{head}{first}.{second + 1}"
    if found := re.fullmatch(r"(.*?)(\d+)", last):
        return f"{found[1]}{int(found[2]) + 1}" if scheme is not LabelScheme.MAJOR_MINOR else f"{last}.1"
    if found := re.fullmatch(r"(|.*[^A-Za-z])([A-Z]+)", last):
        return found[1] + _next_letters(found[2])
    return f"{last} {first_label(scheme)}".strip()


def _next_letters(letters: str) -> str:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - ord("A") + 1
    value += 1
    made = ""
    while value:
        value, rest = divmod(value - 1, 26)
        made = chr(ord("A") + rest) + made
    return made
