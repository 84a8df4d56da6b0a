"""What a file is: its first bytes and its name must say the same (OWASP ASVS 5.2.2). Pure; nothing is parsed here."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from qms.core.parsers.readers.encodings import utf16

HEAD = 64 * 1024
OCTETS = "application/octet-stream"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


class Format(StrEnum):
    """The formats that have a reader, and `OTHER` for all that are kept and not read."""

    MARKDOWN = "markdown"
    TEXT = "text"
    CSV = "csv"
    DOCX = "docx"
    ODT = "odt"
    XLSX = "xlsx"
    ODS = "ods"
    PDF = "pdf"
    IMAGE = "image"
    OTHER = "other"


class Signature(StrEnum):
    """What the first bytes say."""

    PDF = "pdf"
    ZIP = "zip"
    OLE = "ole"
    ARCHIVE = "archive"
    PROGRAM = "program"
    MARKUP = "markup"
    TEXT = "text"
    UNKNOWN = "unknown"
    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    WEBP = "image/webp"
    TIFF = "image/tiff"
    BMP = "image/bmp"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The format to read a file as, its media type, and, where it is not read, the code of the reason."""

    format: Format
    media_type: str
    reason: str = ""


# Extension: the format, the media type, the signatures that agree with it.
_TEXTS = frozenset({Signature.TEXT, Signature.MARKUP})
_ZIP = frozenset({Signature.ZIP})
_KNOWN: dict[str, tuple[Format, str, frozenset[Signature]]] = {
    "md": (Format.MARKDOWN, "text/markdown", _TEXTS),
    "markdown": (Format.MARKDOWN, "text/markdown", _TEXTS),
    "txt": (Format.TEXT, "text/plain", _TEXTS),
    "csv": (Format.CSV, "text/csv", _TEXTS),
    "tsv": (Format.CSV, "text/tab-separated-values", _TEXTS),
    "docx": (Format.DOCX, _OPEN_XML + "wordprocessingml.document", _ZIP),
    "dotx": (Format.DOCX, _OPEN_XML + "wordprocessingml.template", _ZIP),
    "docm": (Format.DOCX, "application/vnd.ms-word.document.macroEnabled.12", _ZIP),
    "dotm": (Format.DOCX, "application/vnd.ms-word.template.macroEnabled.12", _ZIP),
    "xlsx": (Format.XLSX, _OPEN_XML + "spreadsheetml.sheet", _ZIP),
    "xltx": (Format.XLSX, _OPEN_XML + "spreadsheetml.template", _ZIP),
    "xlsm": (Format.XLSX, "application/vnd.ms-excel.sheet.macroEnabled.12", _ZIP),
    "xltm": (Format.XLSX, "application/vnd.ms-excel.template.macroEnabled.12", _ZIP),
    "odt": (Format.ODT, _OPEN_DOCUMENT + "text", _ZIP),
    "ott": (Format.ODT, _OPEN_DOCUMENT + "text-template", _ZIP),
    "ods": (Format.ODS, _OPEN_DOCUMENT + "spreadsheet", _ZIP),
    "ots": (Format.ODS, _OPEN_DOCUMENT + "spreadsheet-template", _ZIP),
    "pdf": (Format.PDF, "application/pdf", frozenset({Signature.PDF})),
    "png": (Format.IMAGE, "image/png", frozenset({Signature.PNG})),
    "jpg": (Format.IMAGE, "image/jpeg", frozenset({Signature.JPEG})),
    "jpeg": (Format.IMAGE, "image/jpeg", frozenset({Signature.JPEG})),
    "gif": (Format.IMAGE, "image/gif", frozenset({Signature.GIF})),
    "webp": (Format.IMAGE, "image/webp", frozenset({Signature.WEBP})),
    "tif": (Format.IMAGE, "image/tiff", frozenset({Signature.TIFF})),
    "tiff": (Format.IMAGE, "image/tiff", frozenset({Signature.TIFF})),
    "bmp": (Format.IMAGE, "image/bmp", frozenset({Signature.BMP})),
}
_OLD_OFFICE = {"doc", "dot", "xls", "xlt", "ppt", "pps", "vsd", "pub", "mpp"}
_ARCHIVES = {"zip", "7z", "rar", "gz", "tgz", "tar", "bz2", "xz", "jar"}
_MARKUP = {"html", "htm", "xhtml", "svg", "xml", "mht"}
_MAGIC: tuple[tuple[bytes, Signature], ...] = (
    (b"PK\x03\x04", Signature.ZIP),
    (b"PK\x05\x06", Signature.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Signature.OLE),
    (b"\x89PNG\r\n\x1a\n", Signature.PNG),
    (b"\xff\xd8\xff", Signature.JPEG),
    (b"GIF87a", Signature.GIF),
    (b"GIF89a", Signature.GIF),
    (b"II*\x00", Signature.TIFF),
    (b"MM\x00*", Signature.TIFF),
    (b"7z\xbc\xaf\x27\x1c", Signature.ARCHIVE),
    (b"Rar!\x1a\x07", Signature.ARCHIVE),
    (b"\x1f\x8b", Signature.ARCHIVE),
    (b"BZh", Signature.ARCHIVE),
    (b"\xfd7zXZ\x00", Signature.ARCHIVE),
    (b"MZ", Signature.PROGRAM),
    (b"\x7fELF", Signature.PROGRAM),
)
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_PACKED = b"EncryptedPackage".decode("ascii").encode("utf-16-le")


def extension(name: str) -> str:
    """Return the extension of a file name in small letters, without the dot."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower().removeprefix(".")


def sniff(path: Path, name: str) -> Sniffed:
    """Say what a file is, by its first bytes and by its name. The two must agree; where not, it is not read."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    return decide(signature(head), extension(name), locked=_is_locked(path, head))


def decide(found: Signature, ending: str, *, locked: bool = False) -> Sniffed:
    """Return format and media type for a signature and an extension, or OTHER with the reason it is not read."""
    if ending not in _KNOWN:
        return Sniffed(Format.OTHER, OCTETS, _why_not(found, ending))
    format_, media_type, agreeing = _KNOWN[ending]
    if found in agreeing:
        return Sniffed(format_, media_type)
    if found is Signature.OLE and Signature.ZIP in agreeing:
        return Sniffed(Format.OTHER, media_type if locked else OCTETS, "locked" if locked else "old_office")
    return Sniffed(Format.OTHER, OCTETS, "disagree")


def signature(head: bytes) -> Signature:
    """Return what the first bytes of a file say it is."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Signature.WEBP
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return Signature.BMP
    if head[257:262] == b"ustar":
        return Signature.ARCHIVE
    return _pdf_or_text(head)


def _pdf_or_text(head: bytes) -> Signature:
    """A PDF may begin with a few bytes of a printer or a mail, but never with markup: that is two files in one."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if b"%PDF-" in head[:1024] and not start.startswith(b"<"):
        return Signature.PDF
    if head.startswith(_BOMS) or utf16(head[:4096]):
        return Signature.TEXT
    if b"\0" in head:
        return Signature.UNKNOWN
    return Signature.MARKUP if start.startswith(b"<") else Signature.TEXT


def _is_locked(path: Path, head: bytes) -> bool:
    """Say whether an OLE container is an Office file under a password ([MS-OFFCRYPTO] 2.3.1)."""
    if signature(head) is not Signature.OLE:
        return False
    with path.open("rb") as stream:
        return any(_PACKED in piece for piece in iter(lambda: stream.read(1024 * 1024), b""))


def _why_not(found: Signature, ending: str) -> str:
    if ending in _OLD_OFFICE or found is Signature.OLE:
        return "old_office"
    if ending in _MARKUP or found is Signature.MARKUP:
        return "markup"
    if ending in _ARCHIVES or found is Signature.ARCHIVE:
        return "archive"
    return "program" if found is Signature.PROGRAM else ""
