"""BagIt 1.0 (RFC 8493) around the payload of a pack: declaration, information, manifests. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from qms.core.canonical import sha256
from qms.evidence.zipping import Member

MOST_PATH = 120


def declaration() -> bytes:
    """Return bagit.txt."""
    return b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def information(
    payload: Sequence[Member], *, organization: str, recipient: str, purpose: str, made_at: datetime, identifier: str
) -> bytes:
    """Return bag-info.txt: whose it is, for whom, why, when, and how much it holds."""
    octets = sum(member.size for member in payload)
    lines = [
        ("Source-Organization", organization),
        ("Bagging-Date", made_at.date().isoformat()),
        ("External-Identifier", identifier),
        ("External-Description", f"Evidence pack for {recipient}: {purpose}"),
        ("Payload-Oxum", f"{octets}.{len(payload)}"),
    ]
    return "".join(f"{label}: {_one_line(value)}\n" for label, value in lines).encode()


def manifest(members: Iterable[Member]) -> bytes:
    """Return a manifest: the SHA-256 of each file and its path, percent-encoded where the format asks for it."""
    lines = (f"{member.sha256}  {_encoded(member.path)}\n" for member in members)
    return "".join(lines).encode()


def tag_manifest(tags: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the manifest of the tag files."""
    return "".join(f"{sha256(content)}  {path}\n" for path, content in tags).encode()


def safe_path(*parts: str) -> str:
    """Return a path of at most 120 characters whose parts hold nothing a file system or BagIt trips over."""
    cleaned = [_safe(part) for part in parts]
    path = "/".join(cleaned)
    if len(path) <= MOST_PATH:
        return path
    stem, dot, ending = cleaned[-1].rpartition(".")
    room = MOST_PATH - len("/".join(cleaned[:-1])) - 1 - (len(dot + ending) if stem else 0)
    short = f"{(stem or ending)[: max(8, room)]}{dot + ending if stem else ''}"
    return "/".join([*cleaned[:-1], short])


def _safe(part: str) -> str:
    kept = re.sub(r'[\x00-\x1f<>:"/\\|?*~%]', "-", unicodedata.normalize("NFC", part)).strip(" .")
    return kept or "-"


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _encoded(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
