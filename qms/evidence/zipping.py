"""A zip whose every byte is known before it is written: members are stored, sizes and CRC-32 come with the plan.

So the whole file can be made again from any offset after a kill, in constant memory (APPNOTE 6.3.10, zip64).
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

CHUNK = 1024 * 1024
_VERSION = 45
_UTF8 = 0x0800
_MOST_32 = 0xFFFFFFFF
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR_64 = struct.Struct("<4sIQI")
_END = struct.Struct("<4sHHHHIIH")


@dataclass(frozen=True)
class Member:
    """One file of the zip: its path inside, its size in bytes, its CRC-32 and its SHA-256.

    It is stored under that hash, or, being one of many small ones, in the file `inside` from the byte `at` on.
    """

    path: str
    size: int
    crc32: int
    sha256: str
    inside: str = ""
    at: int = 0


Opener = Callable[[Member], IO[bytes]]


def zip_size(members: Sequence[Member]) -> int:
    """Return how many bytes the zip of these members has."""
    return sum(_head_size(each) + each.size for each in members) + len(_directory(members))


def zip_bytes(members: Sequence[Member], open_: Opener, *, stamp: datetime, start: int = 0) -> Iterator[bytes]:
    """Yield the bytes of the zip from an offset on. The same members and stamp give the same bytes each time.

    Raises ValueError when a stored file is shorter or longer than its member says.
    """
    position = 0
    for member in members:
        head = _local(member, stamp)
        yield from _from(position, head, start)
        position += len(head)
        if position + member.size > start:
            yield from _body(member, open_, max(0, start - position))
        position += member.size
    yield from _from(position, _directory(members, stamp), start)


def _from(position: int, data: bytes, start: int) -> Iterator[bytes]:
    if position + len(data) > start:
        yield data[max(0, start - position) :]


def _body(member: Member, open_: Opener, skip: int) -> Iterator[bytes]:
    left = member.size - skip
    with open_(member) as stream:
        stream.seek(member.at + skip)
        while chunk := stream.read(min(CHUNK, left)):
            left -= len(chunk)
            yield chunk
        longer = not member.inside and stream.read(1)
    if left or longer:
        raise ValueError(f"{member.path} has another size than its record says")


def _head_size(member: Member) -> int:
    return _LOCAL.size + len(member.path.encode()) + 20


def _dos(stamp: datetime | None) -> tuple[int, int]:
    if stamp is None:
        return 0, 0
    day = (max(stamp.year, 1980) - 1980) << 9 | stamp.month << 5 | stamp.day
    return stamp.hour << 11 | stamp.minute << 5 | stamp.second // 2, day


def _local(member: Member, stamp: datetime) -> bytes:
    name, (clock, day) = member.path.encode(), _dos(stamp)
    extra = struct.pack("<HHQQ", 1, 16, member.size, member.size)
    head = _LOCAL.pack(
        b"PK\x03\x04", _VERSION, _UTF8, 0, clock, day, member.crc32, _MOST_32, _MOST_32, len(name), len(extra)
    )
    return head + name + extra


def _directory(members: Sequence[Member], stamp: datetime | None = None) -> bytes:
    entries, offset = [], 0
    for member in members:
        entries.append(_entry(member, offset, stamp))
        offset += _head_size(member) + member.size
    body = b"".join(entries)
    count, end = len(members), offset + len(body)
    end_64 = _END_64.pack(b"PK\x06\x06", _END_64.size - 12, _VERSION, _VERSION, 0, 0, count, count, len(body), offset)
    locator = _LOCATOR_64.pack(b"PK\x06\x07", 0, end, 1)
    last = _END.pack(b"PK\x05\x06", 0, 0, min(count, 0xFFFF), min(count, 0xFFFF), _MOST_32, _MOST_32, 0)
    return body + end_64 + locator + last


def _entry(member: Member, offset: int, stamp: datetime | None) -> bytes:
    name, (clock, day) = member.path.encode(), _dos(stamp)
    extra = struct.pack("<HHQQQ", 1, 24, member.size, member.size, offset)
    head = _CENTRAL.pack(
        b"PK\x01\x02",
        _VERSION,
        _VERSION,
        _UTF8,
        0,
        clock,
        day,
        member.crc32,
        _MOST_32,
        _MOST_32,
        len(name),
        len(extra),
        0,
        0,
        0,
        0,
        _MOST_32,
    )
    return head + name + extra
