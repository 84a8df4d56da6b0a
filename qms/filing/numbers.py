"""Number patterns such as `SOP-{n:04}` and `{site}-WI-{n:03}`, and revision labels by scheme. Pure."""

import re
import string
from enum import StrEnum

from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken

FIELDS = frozenset({"n", "site", "type", "process"})
LONGEST_PATTERN = 60
LONGEST_NUMBER = 60
# They mean something in a page, an address or a file name, and nothing in a number.
NEVER = '<>"'


class LabelScheme(StrEnum):
    """How the revisions of a type are counted."""

    INTEGERS = "integers"
    LETTERS = "letters"
    MAJOR_MINOR = "major_minor"


def check_number(number: str) -> None:
    """Raise RuleBroken unless a number that came from outside is a line of 1 to 60 characters that people can see,
    without any of < > and the quotation mark.
    """
    shown = "".join(each if each.isprintable() else "?" for each in number)[:LONGEST_NUMBER]
    if not number.strip() or len(number) > LONGEST_NUMBER:
        raise RuleBroken(_("A number has between 1 and %(n)d characters.") % {"n": LONGEST_NUMBER}, code="bad_number")
    if not number.isprintable():
        raise RuleBroken(
            _("The number “%(number)s” holds a line break or a character that nobody sees. Type it anew.")
            % {"number": shown},
            code="bad_number",
        )
    if set(number) & set(NEVER):
        raise RuleBroken(
            _("The number “%(number)s” holds one of %(never)s, which no number may hold.")
            % {"number": shown, "never": " ".join(NEVER)},
            code="bad_number",
        )


def check_pattern(pattern: str) -> None:
    """Raise RuleBroken unless a pattern holds one `{n}`, with a width of up to nine digits such as `{n:04}` if wanted,
    and no field but n, site, type and process.
    """
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise RuleBroken(_("“%(pattern)s” is not a number pattern.") % {"pattern": pattern}) from error
    if len(pattern) > LONGEST_PATTERN or not pattern.isprintable() or any(_odd(*part) for part in parts):
        raise RuleBroken(_("“%(pattern)s” is not a number pattern.") % {"pattern": pattern})
    if set(pattern) & set(NEVER):
        raise RuleBroken(_("A number pattern holds none of %(never)s.") % {"never": " ".join(NEVER)})
    fields = [name for _text, name, _spec, _conversion in parts if name is not None]
    if fields.count("n") != 1 or not set(fields) <= FIELDS:
        raise RuleBroken(_("A number pattern needs {n} once and may use {site}, {type} and {process}."))


def _odd(text: str, name: str | None, spec: str | None, conversion: str | None) -> bool:
    """Return whether a part of a pattern is more than words or a plain field."""
    wide = re.fullmatch(r"(0?[1-9])?", spec or "") if name == "n" else not spec
    return bool(set(text) & set("{}")) or bool(conversion) or not wide


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
    """Return the label after `last`. A scheme without minor counts up; a label in another form is continued from its
    last number ("Ausgabe 4" -> "Ausgabe 5", as wide as it was) or its last one or two letters ("Rev. C" -> "Rev. D"),
    and begins anew behind itself where it has neither.
    """
    if scheme is LabelScheme.MAJOR_MINOR:
        if found := re.fullmatch(r"(.*?)([0-9]+)\.([0-9]+)", last):
            head, first, second = found.groups()
            return f"{head}{_after(first)}.0" if major else f"{head}{first}.{_after(second)}"
        if found := re.fullmatch(r"(.*?)([0-9]+)", last):
            return f"{found[1]}{_after(found[2])}.0" if major else f"{last}.1"
    if found := re.fullmatch(r"(.*?)([0-9]+)", last):
        return found[1] + _after(found[2])
    if found := re.fullmatch(r"(|.*[^A-Za-z])([A-Z]{1,2}|[a-z]{1,2})", last):
        return found[1] + _next_letters(found[2])
    return f"{last} {first_label(scheme)}".strip()


def _after(digits: str) -> str:
    return str(int(digits) + 1).zfill(len(digits))


def _next_letters(letters: str) -> str:
    """Return the letters after these, in their case: A, B … Z, AA, AB."""
    first = ord("A") if letters.isupper() else ord("a")
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - first + 1
    value += 1
    made = ""
    while value:
        value, rest = divmod(value - 1, 26)
        made = chr(first + rest) + made
    return made
