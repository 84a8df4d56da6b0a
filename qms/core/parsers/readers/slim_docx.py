"""A DOCX without what makes no difference to its HTML: mammoth's reading time grows with every element it meets.

Office programs write four elements of formatting for one of text. Dropping them first made a document of eighty
thousand elements five times as fast, and what mammoth gets to read has been through `safe_xml`.
"""

import zipfile
from collections.abc import Collection
from io import BytesIO

from lxml import etree

from qms.core.parsers.readers import safe_xml
from qms.core.parsers.readers.safe_xml import attribute, local

# By element: the children that the HTML depends on; all others go.
_KEPT: dict[str, Collection[str]] = {
    "rPr": {"rStyle", "b", "i", "strike", "dstrike", "vertAlign", "u", "del"},
    "pPr": {"pStyle", "numPr", "rPr"},
    "tcPr": {"gridSpan", "vMerge"},
    "trPr": {"tblHeader", "del"},
    "tblPr": {"tblStyle"},
}
_DROPPED = {
    *("proofErr", "bookmarkEnd", "lastRenderedPageBreak", "sectPr", "tblGrid", "tblPrEx", "Choice"),
    *("commentRangeStart", "commentRangeEnd", "permStart", "permEnd"),
    *("latentStyles", "lvlText", "lvlJc", "nsid", "tmpl", "multiLevelType"),
}
_SLIMMED = {f"word/{name}.xml" for name in ("footnotes", "endnotes", "styles", "numbering")}
_UNREAD = ("word/theme/", "word/fonts/", "word/header", "word/footer", "word/embeddings/", "docProps/")


def slim(package: zipfile.ZipFile, main: str) -> BytesIO:
    """Return a DOCX in memory that gives the same HTML as the package; raise Refused when a part is not well formed."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as slimmed:
        for name in package.namelist():
            if not name.startswith(_UNREAD):
                data = package.read(name)
                texts = name == main or name in _SLIMMED
                slimmed.writestr(name, etree.tostring(_slimmed(safe_xml.parse(data))) if texts else data)
    target.seek(0)
    return target


def _slimmed(root: etree._Element) -> etree._Element:
    aims = {attribute(each, "anchor") for each in root.iter() if local(each) == "hyperlink"}
    for element in list(root.iter()):
        parent = element.getparent()
        if parent is not None and _is_dead(element, parent, aims):
            parent.remove(element)
    for element in [each for each in root.iter() if local(each) in _KEPT and not len(each)]:
        _parent(element).remove(element)
    for element in [each for each in root.iter() if local(each) == "r"]:
        _join(element)
    return root


def _is_dead(element: etree._Element, parent: etree._Element, aims: Collection[str]) -> bool:
    name, above = local(element), local(parent)
    if above in _KEPT:
        return name not in _KEPT[above]
    if name == "bookmarkStart":
        return attribute(element, "name") not in aims
    return name in _DROPPED


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    if parent is None:
        raise ValueError("the root of a part has no parent")
    return parent


def _join(run: etree._Element) -> None:
    """Put a run's text into the run before it when both are formatted alike: editors cut runs at every correction."""
    before = run.getprevious()
    if before is None or not (_is_plain(before) and _is_plain(run)) or _format(before) != _format(run):
        return
    for child in run:
        if local(child) != "rPr":
            before.append(child)
    _parent(run).remove(run)


def _is_plain(run: etree._Element) -> bool:
    """Fields, notes and pictures keep the runs they came in, because mammoth reads them run by run."""
    return local(run) == "r" and all(local(child) in {"rPr", "t", "tab", "br"} for child in run)


def _format(run: etree._Element) -> bytes:
    return etree.tostring(run[0]) if len(run) and local(run[0]) == "rPr" else b""
