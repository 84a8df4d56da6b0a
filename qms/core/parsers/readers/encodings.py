"""Bytes to text for files that do not say how they are written. Pure."""

import codecs
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


# Fewer bytes say nothing about how they are written.
_LEAST = 16


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was read in, and whether the bytes left no other reading."""

    text: str
    encoding: str
    sure: bool


def decode(data: bytes) -> Decoded:
    """Return bytes as text: by byte order mark, as UTF-16 by its zero bytes, as UTF-8, at last as Windows-1252."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(encoding, "replace"), encoding, sure=True)
    wide = utf16(data[:4096])
    if wide:
        return Decoded(data.decode(wide, "replace"), wide, sure=False)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", sure=True)
    except UnicodeDecodeError:
        return Decoded(data.decode("cp1252", "replace"), "cp1252", sure=False)


def utf16(sample: bytes) -> str:
    """Return which UTF-16 a text without a mark is written in: a western one has a zero in every other byte."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    most = len(sample) // 4
    if len(sample) < _LEAST or min(even, odd) > 0 or max(even, odd) <= most:
        return ""
    return "utf-16-le" if odd else "utf-16-be"
