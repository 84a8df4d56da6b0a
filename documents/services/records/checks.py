"""What words of records are refused for."""

import unicodedata

from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken

# Letters that turn the direction of what follows: a name could read otherwise than it is.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINES = "\n\r\t"


def one_line(text: str, what: str, most: int) -> str:
    """Return words as one line; raise RuleBroken for what no line holds, or more than fits. `what` names them."""
    return " ".join(some_lines(text, what, most).split())


def some_lines(text: str, what: str, most: int = 4000) -> str:
    """Return words that may stand in several lines. Raises as `one_line`."""
    found = text.strip()
    if any(_is_odd(letter) for letter in found):
        raise RuleBroken(_("“%(what)s” holds a character that cannot be read.") % {"what": what}, code="odd_character")
    if len(found) > most:
        told = {"what": what, "n": most}
        raise RuleBroken(_("“%(what)s” takes at most %(n)d characters.") % told, code="too_long")
    return found


def _is_odd(letter: str) -> bool:
    return letter in TURNING or (unicodedata.category(letter) in {"Cc", "Cs"} and letter not in LINES)
