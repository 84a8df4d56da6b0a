"""XML without entities, document types or network (OWASP ASVS 1.5.1): the one place where XML of strangers is read."""

from collections.abc import Iterator
from typing import IO
from zipfile import ZipFile

from lxml import etree

from qms.core.sandboxed import Failure, Refused


def parse(data: bytes) -> etree._Element:
    """Return the root of an XML part; raise Refused when it is not well formed or brings a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(Failure.BROKEN, "xml_doctype" if b"<!DOCTYPE" in data else "xml_broken") from error
    _refuse_document_type(root)
    return root


def part(package: ZipFile, name: str) -> etree._Element | None:
    """Return the root of a part of an office file, or None where the part is missing."""
    try:
        data = package.read(name)
    except KeyError:
        return None
    return parse(data)


def needed(package: ZipFile, name: str) -> etree._Element:
    """Return the root of a part that an office file cannot be without; raise Refused where it is missing."""
    root = part(package, name)
    if root is None:
        raise Refused(Failure.BROKEN, "part_missing", name=name)
    return root


def each(stream: IO[bytes], tag: str) -> Iterator[etree._Element]:
    """Give every element of a local name as it is read, and forget it afterwards, so that memory stays flat."""
    events = etree.iterparse(
        stream, events=("end",), tag=f"{{*}}{tag}", resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for number, (_event, element) in enumerate(events):
            if number == 0:
                _refuse_document_type(element)
            yield element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise Refused(Failure.BROKEN, "xml_broken") from error


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and parent[0] is not element:
        del parent[0]


def local(element: etree._Element) -> str:
    """Return the local name of an element, and nothing for comments and instructions, whose tags are no text."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """Return the attribute of a local name, whatever its namespace; empty when it is not there."""
    direct = element.get(name)
    if direct is not None:
        return direct
    ending = "}" + name
    return next((str(value) for key, value in element.items() if str(key).endswith(ending)), "")


def _refuse_document_type(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(Failure.BROKEN, "xml_doctype")


def refuse_document_types(package: ZipFile) -> None:
    """Raise Refused when any XML part of a package brings a document type: no office program writes one."""
    for name in package.namelist():
        if name.endswith((".xml", ".rels")):
            parse(package.read(name))
