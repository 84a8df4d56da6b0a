"""Zip containers, checked from their central directory and while inflating (OWASP ASVS 5.2.3). Pure."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from qms.core.parsers.names import as_written, safe_path
from qms.core.sandboxed import MB, Failure, Refused

# A part this small does no harm however well it was packed.
HARMLESS = MB
_STEP = 256 * 1024
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
# A generous size of one directory entry: 46 bytes, a long name, extra fields.
_ENTRY_BYTES = 1024
_LOCKED = 0x1
_UTF8 = 0x800
_NESTED = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".jar")
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """The most a zip may hold: entries, bytes when inflated, and how many times it may grow."""

    entries: int = 2_000
    total: int = 300 * MB
    ratio: int = 100


OFFICE = ZipLimits()
FOLDER = ZipLimits(entries=20_000, total=2048 * MB)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an uploaded folder: its safe relative path, its size, and the entry it is read from."""

    path: str
    size: int
    entry: zipfile.ZipInfo


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of an uploaded folder that is not taken, and the code of the reason."""

    path: str
    code: str


@contextmanager
def open_package(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an office file whose directory and every inflated byte passed the check; raise Refused otherwise."""
    with open_checked(path, OFFICE) as package:
        for entry in package.infolist():
            _check_part(package, entry)
        yield package


@contextmanager
def open_checked(path: Path, limits: ZipLimits) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose directory and stated sizes are within the limits; raise Refused otherwise."""
    if directory_size(path) > limits.entries * _ENTRY_BYTES:
        raise Refused(Failure.TOO_BIG, "zip_entries", most=limits.entries)
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, struct.error, OverflowError) as error:
        raise Refused(Failure.BROKEN, "zip_broken") from error
    with package:
        _check_whole(package.infolist(), limits)
        yield package


def directory_size(path: Path) -> int:
    """Return the bytes of the central directory, as the end record states; raise Refused where there is none."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 65_557))
        tail = stream.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + _END.size:
            raise Refused(Failure.BROKEN, "zip_broken")
        length: int = _END.unpack_from(tail, at)[5]
        return length if length != 0xFFFFFFFF else _size_in_zip64(stream, tail[max(0, at - _LOCATOR.size) : at])


def _size_in_zip64(stream: BinaryIO, locator: bytes) -> int:
    if len(locator) < _LOCATOR.size or not locator.startswith(b"PK\x06\x07"):
        raise Refused(Failure.BROKEN, "zip_broken")
    stream.seek(_LOCATOR.unpack(locator)[2])
    record = stream.read(_END64.size)
    if len(record) < _END64.size:
        raise Refused(Failure.BROKEN, "zip_broken")
    length: int = _END64.unpack(record)[8]
    return length


def _check_whole(entries: list[zipfile.ZipInfo], limits: ZipLimits) -> None:
    if len(entries) > limits.entries:
        raise Refused(Failure.TOO_BIG, "zip_entries", most=limits.entries)
    if sum(entry.file_size for entry in entries) > limits.total:
        raise Refused(Failure.TOO_BIG, "zip_total", most=limits.total // MB)


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Check one part of an office file by its entry, then by inflating it. Raises Refused."""
    code = _wrong(entry, OFFICE)
    if package.getinfo(entry.filename) is not entry:
        code = "zip_twice"
    if code:
        raise Refused(_KINDS.get(code, Failure.BROKEN), code, name=entry.filename[:80])
    safe_path(entry.filename)
    for _piece in pieces(package, entry):
        continue


# Kinds of failure by code; every other code means broken.
_KINDS = {"zip_locked": Failure.ENCRYPTED, "zip_bomb": Failure.TOO_BIG, "zip_nested": Failure.UNSUPPORTED}


def _wrong(entry: zipfile.ZipInfo, limits: ZipLimits) -> str:
    """Return the code of what is wrong with an entry, or nothing."""
    if entry.flag_bits & _LOCKED:
        return "zip_locked"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "zip_symlink"
    if entry.file_size > max(HARMLESS, limits.ratio * entry.compress_size):
        return "zip_bomb"
    return "zip_nested" if entry.filename.lower().endswith(_NESTED) else ""


def pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give the inflated bytes of an entry bit by bit, never more than it stated; raise Refused for damage."""
    try:
        with package.open(entry) as stream:
            while piece := stream.read(_STEP):
                yield piece
    except _DAMAGE as error:
        raise Refused(Failure.BROKEN, "zip_damaged", name=entry.filename[:80]) from error


def safe_members(package: zipfile.ZipFile, limits: ZipLimits = FOLDER) -> tuple[list[Member], list[LeftOut]]:
    """Return the files of an uploaded folder under safe paths, and those left out with the reason of each.

    What systems add by themselves (`__MACOSX`, `Thumbs.db`, lock files) is passed over; `passed_over` names it.
    """
    members: dict[str, Member] = {}
    left_out: list[LeftOut] = []
    for entry in package.infolist():
        found = None if entry.is_dir() else _member(entry, limits)
        if isinstance(found, Member) and found.path.casefold() in members:
            found = LeftOut(found.path, "zip_twice")
        if isinstance(found, LeftOut):
            left_out.append(found)
        elif found is not None and not is_litter(found.path):
            members[found.path.casefold()] = found
    return list(members.values()), left_out


def passed_over(package: zipfile.ZipFile, limits: ZipLimits = FOLDER) -> list[str]:
    """Return what systems added by themselves, in order; a whole folder of it by its name."""
    found = (_member(entry, limits) for entry in package.infolist() if not entry.is_dir())
    paths = (each.path for each in found if isinstance(each, Member) and is_litter(each.path))
    return sorted({path if "__MACOSX" not in path.split("/") else "__MACOSX" for path in paths})


def _member(entry: zipfile.ZipInfo, limits: ZipLimits) -> Member | LeftOut:
    name = as_written(entry.filename, utf8=bool(entry.flag_bits & _UTF8))
    try:
        path = safe_path(name)
    except Refused as refusal:
        return LeftOut(str(refusal.facts["name"]), refusal.code)
    code = _wrong(entry, limits)
    return LeftOut(path, code) if code else Member(path, entry.file_size, entry)


def is_litter(path: str) -> bool:
    """Return whether a file is one that systems and office programs add by themselves."""
    folder, _slash, name = path.rpartition("/")
    known = name.lower() in {".ds_store", "thumbs.db", "desktop.ini"} or name.startswith(("~$", "._", ".~lock."))
    return known or "__MACOSX" in folder.split("/")


def write_members(package: zipfile.ZipFile, members: Iterable[Member], into: Path) -> list[LeftOut]:
    """Write the members below an empty folder; return those damaged or in each other's way: none is kept."""
    damaged = []
    for member in members:
        target = into / member.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                stream.writelines(pieces(package, member.entry))
        except (FileExistsError, NotADirectoryError):
            damaged.append(LeftOut(member.path, "zip_twice"))
        except Refused as refusal:
            target.unlink()
            damaged.append(LeftOut(member.path, refusal.code))
    return damaged
