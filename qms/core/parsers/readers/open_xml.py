"""What DOCX and XLSX share (ECMA-376): relations between parts, document properties, and what to be warned of."""

import posixpath
from dataclasses import dataclass
from zipfile import ZipFile

from lxml import etree

from qms.core.parsers.model import Flag
from qms.core.parsers.readers import safe_xml
from qms.core.parsers.readers.tidy import one_line
from qms.core.sandboxed import Failure, Refused

_CORE = {
    "creator": "author",
    "lastModifiedBy": "last_modified_by",
    "created": "created",
    "modified": "modified",
    "title": "title",
    "subject": "subject",
    "keywords": "keywords",
    "description": "description",
    "category": "category",
    "version": "version",
    "contentStatus": "status",
    "Company": "company",
    "Manager": "manager",
}
_LINKS_OF_TEXT = "hyperlink"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to: the last word of the relation's type, the part's name, whether it lies outside."""

    key: str
    kind: str
    target: str
    external: bool


def relations(package: ZipFile, part: str = "") -> list[Relation]:
    """Return the relations of a part, or of the whole package."""
    folder, name = posixpath.split(part)
    root = safe_xml.part(package, posixpath.join(folder, "_rels", f"{name}.rels"))
    return [] if root is None else [_relation(folder, element) for element in root]


def _relation(folder: str, values: etree._Element) -> Relation:
    target = values.get("Target", "")
    external = values.get("TargetMode", "") == "External"
    place = target if external else posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return Relation(values.get("Id", ""), values.get("Type", "").rpartition("/")[2], place, external)


def main_part(package: ZipFile, wanted: str) -> str:
    """Return the name of the main part; raise Refused when there is none, or when it is not of the wanted kind."""
    safe_xml.needed(package, "[Content_Types].xml")
    found = next((each.target for each in relations(package) if each.kind == "officeDocument"), "")
    if found not in package.namelist():
        raise Refused(Failure.BROKEN, "part_missing", name=found or "_rels/.rels")
    if not found.startswith(wanted):
        raise Refused(Failure.UNSUPPORTED, "disagree")
    return found


def properties(package: ZipFile) -> dict[str, str]:
    """Return author, title and the like, and the organization's own properties under their names."""
    found: dict[str, str] = {}
    for name in ("docProps/core.xml", "docProps/app.xml"):
        root = safe_xml.part(package, name)
        for element in () if root is None else root:
            key = _CORE.get(safe_xml.local(element), "")
            found |= {key: one_line(element.text)} if key and element.text else {}
    return _custom(package) | found


def _custom(package: ZipFile) -> dict[str, str]:
    root = safe_xml.part(package, "docProps/custom.xml")
    pairs = () if root is None else ((one_line(each.get("name", "")), str(each.xpath("string()"))) for each in root)
    return {name[:100]: one_line(value)[:500] for name, value in pairs if name and value.strip()}


def flags(package: ZipFile) -> frozenset[Flag]:
    """Return what a reader should know before opening the file on their own desk."""
    names = [name.lower() for name in package.namelist()]
    signs = {
        Flag.MACROS: any(name.endswith(("vbaproject.bin", ".xlm")) or "/macrosheets/" in name for name in names),
        Flag.EMBEDDED_FILES: any("/embeddings/" in name for name in names),
        Flag.FORM: any("/activex/" in name or "/ctrlprops/" in name for name in names),
        Flag.SIGNED: any(name.startswith("_xmlsignatures/") for name in names),
        Flag.EXTERNAL_LINKS: any(_points_outside(package, name) for name in package.namelist()),
    }
    return frozenset(flag for flag, present in signs.items() if present)


def _points_outside(package: ZipFile, name: str) -> bool:
    """A link that a reader may click is ordinary; a template, picture or object fetched by the program is not."""
    if not name.endswith(".rels"):
        return False
    part = posixpath.join(posixpath.dirname(posixpath.dirname(name)), posixpath.basename(name).removesuffix(".rels"))
    return any(each.external and each.kind != _LINKS_OF_TEXT for each in relations(package, part))
