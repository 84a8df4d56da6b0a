"""Reader of PDF: pdfium gives the text of the pages, qpdf what else is in the file. Both are met here alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from qms.core.parsers.model import Extracted, Flag, Note, Outcome, Place, pack
from qms.core.parsers.pages import blocks_of_pages
from qms.core.parsers.readers import tidy
from qms.core.sandboxed import Failure, Refused

MOST_PAGES = 2_000
_MOST_CHARACTERS = 8_000_000
_PASSWORD_NEEDED = 4
_PROPERTIES = {
    "Author": "author",
    "Title": "title",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
    "Producer": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}
# Names that stand in a PDF only where it does more than show pages.
_SIGNS = {
    Flag.JAVASCRIPT: (b"/JavaScript", b"/JS "),
    Flag.LAUNCH: (b"/Launch",),
    Flag.EMBEDDED_FILES: (b"/EmbeddedFile",),
    Flag.FORM: (b"/AcroForm", b"/XFA"),
    Flag.SIGNED: (b"/ByteRange",),
    Flag.EXTERNAL_LINKS: (b"/GoToR", b"/SubmitForm", b"/ImportData"),
}
# A title is taken from this many characters of the first page, and stands out from its median by this factor.
_TITLE_CHARACTERS = 3_000
_PACKERS = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_STANDS_OUT = 1.15
_ALIKE = 0.95
_VISIBLE = 3.0
_TITLE_LINES = 5
# pdfium marks a hyphen at the end of a line; it was one of the word's own when a capital follows.
_SOFT = re.compile("([^\\W\\d_])[\ufffe\x02-]?[\ufffe\x02]\\s*([a-z\u00df-\u00ff])")
_HARD = re.compile("[\ufffe\x02]\\s*")
_PIXELS_HIGH = 4


@contextmanager
def opened(path: str) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF; raise Refused when it is locked, damaged, packed like a bomb, or has too many pages."""
    try:
        document = pypdfium2.PdfDocument(Path(path))
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == _PASSWORD_NEEDED
        raise Refused(Failure.ENCRYPTED if locked else Failure.BROKEN) from error
    try:
        if len(document) > MOST_PAGES:
            raise Refused(Failure.TOO_BIG, "pdf_pages", most=MOST_PAGES)
        if len(document) == 0:
            raise Refused(Failure.BROKEN, "pdf_empty")
        yield document
    finally:
        document.close()


def read(path: str) -> dict[str, Any]:
    """Read a PDF: a passage a page, sentences as blocks, a title from the type size of its first page."""
    flags = scan(path)
    with opened(path) as document:
        texts = _texts(document)
        properties = _properties(document)
        pages = [(str(number), text) for number, text in enumerate(texts, start=1)]
        filled = sum(1 for text in texts if text)
        return pack(
            Extracted(
                Outcome.TEXT if filled else Outcome.NO_TEXT,
                title=_title(document, texts[0], properties),
                passages=tuple(tidy.passages(Place.PAGE, pages)),
                blocks=tuple(blocks_of_pages(texts)),
                pages=len(texts),
                properties=properties,
                revisions=tuple(tidy.revisions(texts[:2])),
                flags=flags,
                notes=_notes(filled, len(texts)),
            )
        )


def _texts(document: pypdfium2.PdfDocument) -> list[str]:
    texts: list[str] = []
    room = _MOST_CHARACTERS
    for page in document:
        texts.append(_page_text(page))
        room -= len(texts[-1])
        if room < 0:
            raise Refused(Failure.TOO_BIG, "text_long", most=_MOST_CHARACTERS)
    return texts


def _page_text(page: pypdfium2.PdfPage) -> str:
    """Return the text of a page; one that pdfium cannot read counts as a picture."""
    try:
        text = page.get_textpage().get_text_range()
    except pypdfium2.PdfiumError:
        return ""
    finally:
        page.close()
    return tidy.clean(_HARD.sub("-", _SOFT.sub(r"\1\2", text))).strip()


def _properties(document: pypdfium2.PdfDocument) -> dict[str, str]:
    found = document.get_metadata_dict(skip_empty=True)
    return {_PROPERTIES[key]: tidy.one_line(value)[:500] for key, value in found.items() if key in _PROPERTIES}


def _notes(filled: int, pages: int) -> tuple[Note, ...]:
    return (Note("pages_without_text", {"pages": pages - filled, "of": pages}),) if 0 < filled < pages else ()


def _title(document: pypdfium2.PdfDocument, text: str, properties: dict[str, str]) -> str:
    """Return what stands largest on the first page; the metadata's title only when the page says it too."""
    lines = list(_lines(document[0]))
    largest = max((height for height, _line in lines), default=0)
    if lines and largest >= _STANDS_OUT * median(height for height, _line in lines):
        return tidy.one_line(" ".join(_largest(lines, largest)))[:300]
    told = properties.get("title", "")
    return told if told and told.casefold() in tidy.one_line(text).casefold() else ""


def _largest(lines: Sequence[tuple[float, str]], largest: float) -> list[str]:
    """Return the first lines of the largest size that follow each other."""
    start = next(at for at, (height, _line) in enumerate(lines) if height >= largest * _ALIKE)
    found = []
    for height, line in lines[start : start + _TITLE_LINES]:
        if height < largest * _ALIKE:
            break
        found.append(line)
    return found


def _lines(page: pypdfium2.PdfPage) -> Iterator[tuple[float, str]]:
    """Give the lines of a page's beginning with the height of their type; letters too small to be seen are left out."""
    text = page.get_textpage()
    letters: list[tuple[float, str]] = []
    for at in range(min(text.count_chars(), _TITLE_CHARACTERS)):
        letter = _letter(text, at)
        if letter[1] in "\r\n":
            yield from _line(letters)
            letters = []
        else:
            letters.append(letter)
    yield from _line(letters)


def _letter(text: pypdfium2.PdfTextPage, at: int) -> tuple[float, str]:
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, at, box)
    code = pdfium.FPDFText_GetUnicode(text, at)
    return abs(box.top - box.bottom), "-" if code in (0x2, 0xFFFE) else chr(code)


def _line(letters: Iterable[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    seen = [(height, letter) for height, letter in letters if height >= _VISIBLE or letter.isspace()]
    heights = [height for height, letter in seen if not letter.isspace()]
    if heights:
        yield median(heights), "".join(letter for _height, letter in seen)


def scan(path: str) -> frozenset[Flag]:
    """Return what the file does beyond showing pages, found in its objects; none where qpdf cannot read it.

    Raises Refused for content packed twice over: two kilobytes may hold a gigabyte, and no program writes that.
    """
    found: set[Flag] = set()
    try:
        with pikepdf.open(path) as document:
            for each in document.objects:
                _refuse_packed_twice(each)
                found.update(_signs(each))
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError):
        return frozenset()
    return frozenset(found)


def _refuse_packed_twice(each: pikepdf.Object) -> None:
    filters = each.stream_dict.get("/Filter") if isinstance(each, pikepdf.Stream) else None
    if isinstance(filters, pikepdf.Array) and sum(str(name) in _PACKERS for name in filters) > 1:
        raise Refused(Failure.TOO_BIG, "pdf_bomb")


def _signs(each: pikepdf.Object) -> Iterator[Flag]:
    if isinstance(each, pikepdf.Stream):
        written = each.stream_dict.unparse()
    elif isinstance(each, pikepdf.Dictionary | pikepdf.Array):
        written = each.unparse(resolved=True)
    else:
        return
    yield from (flag for flag, signs in _SIGNS.items() if any(sign in written for sign in signs))


def pictures(path: str, out_dir: str, width: int, pages: Sequence[int], suffix: str) -> list[str]:
    """Draw pages (numbered from 1) as WebP or PNG files of a width in pixels; return the names of the files."""
    scan(path)
    with opened(path) as document:
        _draw_forms(document)
        wanted = [number for number in pages if 1 <= number <= len(document)]
        return [_write(_drawn(document[number - 1], width), out_dir, number, suffix) for number in wanted]


def _draw_forms(document: pypdfium2.PdfDocument) -> None:
    """Filled fields are part of what a page shows; pdfium without a script engine runs nothing of them."""
    if document.get_formtype() != pdfium.FORMTYPE_NONE:
        document.init_forms()


def _drawn(page: pypdfium2.PdfPage, width: int) -> Image.Image:
    across, along = page.get_size()
    scale = min(width / max(across, 1), width * _PIXELS_HIGH / max(along, 1))
    picture: Image.Image = page.render(scale=scale).to_pil()
    return picture


def _write(picture: Image.Image, out_dir: str, number: int, suffix: str) -> str:
    name = f"page-{number:04}.{suffix}"
    picture.convert("RGB").save(Path(out_dir) / name)
    return name
