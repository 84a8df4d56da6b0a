"""What ODT and ODS share (OASIS OpenDocument 1.3): package, properties, open comments, what to be warned of."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

from qms.core.parsers.archives import open_package
from qms.core.parsers.model import Comment, Flag
from qms.core.parsers.readers import safe_xml
from qms.core.parsers.readers.safe_xml import attribute, local
from qms.core.parsers.readers.tidy import clean, one_line
from qms.core.sandboxed import Failure, Refused

_PROPERTIES = {
    "initial-creator": "author",
    "creator": "last_modified_by",
    "creation-date": "created",
    "date": "modified",
    "title": "title",
    "subject": "subject",
    "keyword": "keywords",
    "description": "description",
}
_SPACES = {"tab": "\t", "line-break": "\n"}
# More repeated spaces than this are a trick, not a text.
_MOST_SPACES = 200


@contextmanager
def open_document(path: str, kind: str) -> Iterator[ZipFile]:
    """Open an OpenDocument file of a kind (`text`, `spreadsheet`); raise Refused when it is locked or another kind."""
    with open_package(Path(path)) as package:
        manifest = safe_xml.part(package, "META-INF/manifest.xml")
        if manifest is not None and any(local(each) == "encryption-data" for each in manifest.iter()):
            raise Refused(Failure.ENCRYPTED)
        said = package.read("mimetype").decode("ascii", "replace") if "mimetype" in package.namelist() else kind
        if kind not in said:
            raise Refused(Failure.UNSUPPORTED, "disagree")
        safe_xml.refuse_document_types(package)
        yield package


def properties(package: ZipFile) -> dict[str, str]:
    """Return author, title and the like, and the organization's own properties under their names."""
    found: dict[str, str] = {}
    root = safe_xml.part(package, "meta.xml")
    for element in () if root is None else root.iter():
        own = attribute(element, "name") if local(element) == "user-defined" else ""
        key = own or _PROPERTIES.get(local(element), "")
        value = one_line(element.text or "")
        if key and value and not (own and own in _PROPERTIES.values()):
            found[key[:100]] = value[:500]
    return found


def flags(package: ZipFile, content: etree._Element) -> frozenset[Flag]:
    """Return what a reader should know before opening the file on their own desk."""
    names = package.namelist()
    outside = [attribute(each, "href") for each in content.iter() if local(each) in _FETCHED]
    signs = {
        Flag.MACROS: any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names),
        Flag.SIGNED: "META-INF/documentsignatures.xml" in names,
        Flag.EMBEDDED_FILES: any(local(each) in {"object", "object-ole"} for each in content.iter()),
        Flag.FORM: any(local(each) == "form" for each in content.iter()),
        Flag.EXTERNAL_LINKS: any(":" in href for href in outside),
        Flag.DDE: any(local(each) in {"dde-source", "dde-link"} for each in content.iter()),
    }
    return frozenset(flag for flag, present in signs.items() if present)


# What an office program fetches by itself when the file is opened.
_FETCHED = {"image", "object", "section-source", "table-source", "cell-range-source", "plugin"}


def comments(content: etree._Element) -> Iterator[Comment]:
    """Give the comments that nobody has marked as resolved."""
    for note in (each for each in content.iter() if local(each) == "annotation"):
        if attribute(note, "resolved") == "true":
            continue
        said = {local(each): each for each in note}
        words = "\n".join(text(each) for each in note if local(each) in {"p", "list"})
        yield Comment(_value(said.get("creator")), _value(said.get("date")), clean(words).strip())


def _value(element: etree._Element | None) -> str:
    return "" if element is None else one_line(element.text or "")


def text(element: etree._Element) -> str:
    """Return the text of a paragraph with its spaces, tabs and breaks; comments in it are not part of it."""
    return clean((element.text or "") + "".join(piece(child) + (child.tail or "") for child in element))


def piece(element: etree._Element) -> str:
    """Return the text of one element inside a paragraph."""
    name = local(element)
    if name == "s":
        count = attribute(element, "c")
        return " " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES)
    if name in _SPACES:
        return _SPACES[name]
    return "" if name in {"annotation", "annotation-end", "note", "ruby-text", ""} else text(element)
