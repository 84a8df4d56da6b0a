"""The sentences a person is shown about a file: why it was not read, what to know of it, where a passage stands."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from qms.core.parsers.model import Flag, Note, Outcome, Passage, Place
from qms.core.sandbox import WORDS
from qms.core.sandboxed import Failure

Facts = Mapping[str, str | int]

REASONS: dict[str, Promise] = {
    "archive": _("This is an archive. Unpack it and add the files in it one by one, or import it as a folder."),
    "csv_broken": _("Line %(row)s of the file cannot be read as a row of a table."),
    "disagree": _("The name of the file says one kind and its content is another. It is kept and not shown."),
    "file_empty": _("The file is empty: it has no bytes."),
    "file_size": _("The file is larger than %(most)s MB and is kept without being read."),
    "image_pixels": _("The picture has more than %(most)s million pixels and is not shown."),
    "locked": _("The file is protected with a password. Remove the password and add it again to have it read."),
    "markup": _("Web pages and drawings with markup are kept and never shown, because they may carry scripts."),
    "old_office": _("This is a file of an old Office program. Save it as DOCX, XLSX or PDF to have it read."),
    "part_missing": _("The file is damaged: the part “%(name)s” is missing."),
    "pdf_bomb": _("The content of the PDF is packed twice over and would grow without end. It is kept and not read."),
    "pdf_empty": _("The PDF has no pages."),
    "pdf_pages": _("The PDF has more than %(most)s pages and is kept without being read."),
    "picture_kind": _("A picture is a PNG, JPEG, GIF or WebP file. Drawings with markup (SVG) may carry scripts."),
    "program": _("This is a program. It is kept and never shown or run."),
    "sheet_missing": _("There is no sheet named “%(name)s” in the file."),
    "table_empty": _("There is no table in the file: no cell is filled."),
    "table_rows": _("The table has more than %(most)s rows. Split the file into several."),
    "text_empty": _("The file holds no text."),
    "text_long": _("The text has more than %(most)s characters and is kept without being read."),
    "xml_broken": _("The file is damaged: a part of it is not well-formed XML."),
    "xml_doctype": _("The file defines entities of its own, which no office program does. It is kept and not read."),
    "zip_bomb": _("A part of the file is packed to less than a hundredth of its size. It is kept and not read."),
    "zip_broken": _("The file is damaged: its list of contents cannot be read."),
    "zip_damaged": _("The file is damaged: “%(name)s” in it cannot be unpacked."),
    "zip_entries": _("The file holds more than %(most)s parts and is not unpacked."),
    "zip_locked": _("The file is protected with a password. Remove the password and add it again."),
    "zip_name": _("“%(name)s” is not a name that a file can be stored under."),
    "zip_nested": _("There is an archive inside: “%(name)s”. Unpack it first."),
    "zip_outside": _("“%(name)s” points outside the folder and is not taken."),
    "zip_symlink": _("“%(name)s” is a link to another place and is not taken."),
    "zip_total": _("Unpacked, the file would be larger than %(most)s MB. It is not unpacked."),
    "zip_twice": _("“%(name)s” is there twice under the same name."),
}

NOTES: dict[str, Promise] = {
    "column_twice": _("Two columns are named “%(name)s”; the second one is marked with its letter."),
    "encoding_guessed": _("The file does not say how its letters are written; it was read as %(encoding)s."),
    "formula_without_value": _("Row %(row)s, column %(column)s: the formula was saved without its value."),
    "letters_lost": _("Some letters could not be read and show as “\ufffd”."),
    "macros": _("The workbook contains macros. They are neither run nor imported."),
    "pages_without_text": _("%(pages)s of %(of)s pages hold pictures only; their text cannot be searched."),
    "row_too_wide": _("Row %(row)s has cells outside the columns of the table; they are left out."),
    "sheet_cut": _("Sheet “%(sheet)s”: the first %(shown)s of %(rows)s rows are shown."),
    "sheet_long": _(
        "Sheet “%(sheet)s”: the first %(shown)s rows are shown, and only the first %(rows)s can be searched."
    ),
}

FLAGS: dict[Flag, Promise] = {
    Flag.MACROS: _("Contains macros"),
    Flag.EXTERNAL_LINKS: _("Fetches content from other places"),
    Flag.JAVASCRIPT: _("Contains scripts"),
    Flag.LAUNCH: _("Starts other programs"),
    Flag.EMBEDDED_FILES: _("Has files embedded in it"),
    Flag.FORM: _("Contains form fields"),
    Flag.SIGNED: _("Carries a digital signature"),
    Flag.DDE: _("Asks other programs for data"),
}


def reason(failure: Failure | Outcome, code: str = "", facts: Facts | None = None) -> str:
    """Return why a file was not read: the sentence for the code, or the general one for the kind of failure."""
    if code in REASONS:
        return _filled(str(REASONS[code]), facts or {})
    return str(WORDS[Failure(failure)])


def note(told: Note) -> str:
    """Return the sentence for something to know about what was read."""
    return _filled(str(NOTES[told.code]), told.facts)


def flag(found: Flag) -> str:
    """Return what a flag means, in the words beside its sign."""
    return str(FLAGS[found])


def place(passage: Passage) -> str:
    """Return where a passage stands, for the line above a search result."""
    if passage.place is Place.PAGE:
        return now("page %(number)s") % {"number": passage.locator}
    if passage.place is Place.PART:
        return now("part %(number)s") % {"number": passage.locator}
    return passage.locator


def _filled(sentence: str, facts: Facts) -> str:
    """Return a sentence with its facts; one that a fact is missing for stands as it is."""
    try:
        return sentence % facts
    except KeyError:
        return sentence
