"""File names from strangers: data only, made safe to be a path below one folder. Pure."""

import re
import unicodedata

from qms.core.sandboxed import Failure, Refused

# Marks that turn the reading direction make `fdp.exe` look like `exe.pdf`.
_TURNING = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_DRIVE = re.compile(r"^[A-Za-z]:")
_MOST_BYTES = 255
_DEEPEST = 32


def safe_path(raw: str) -> str:
    """Return a relative path with `/`, in NFC, free of control and direction marks; a device name gets a `_` in front.

    Raises Refused (zip_outside) for absolute paths and `..`, and (zip_name) for names too long, too deep or empty.
    """
    name = _without_marks(raw).replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name):
        raise Refused(Failure.BROKEN, "zip_outside", name=name)
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise Refused(Failure.BROKEN, "zip_outside", name=name)
    if not 0 < len(parts) <= _DEEPEST or any(len(part.encode("utf-8", "replace")) > _MOST_BYTES for part in parts):
        raise Refused(Failure.BROKEN, "zip_name", name=name[:80])
    return "/".join(_RESERVED.sub(r"_\g<0>", part) for part in parts)


def _without_marks(raw: str) -> str:
    text = unicodedata.normalize("NFC", raw).translate(_TURNING)
    return "".join("_" if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in text)


def as_written(name: str, *, utf8: bool) -> str:
    """Return a zip entry's name as its writer meant it: without the UTF-8 mark it is often UTF-8 all the same."""
    if utf8:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name
