"""What a backup is: one zip of stored members that says what is in it, and what each part must hash to.

`backup.json` is the table of contents, `tables/<model>.jsonl` holds the rows of one table in the order of their keys,
`files/<sha256>` the bytes of one stored file. The comment of the zip is the SHA-256 of everything before it.
"""

import base64
import datetime
import decimal
import hashlib
import json
import os
import re
import struct
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken

FORMAT = 1
CHUNK = 1024 * 1024
CONTENTS = "backup.json"
# No table of contents of ours comes near this; a larger one is not read into memory.
MOST_CONTENTS = 512 * CHUNK
_SEAL = 64
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, KeyError, struct.error)


@dataclass
class Contents:
    """The table of contents. `last_keys` are the highest keys ever given, so that none is given twice after a restore.

    `migrations` are those applied, by app; `lost` the hashes of files that the store no longer held whole.
    """

    version: str
    made_at: str
    vendor: str
    migrations: dict[str, list[str]]
    format: int = FORMAT
    rows: dict[str, int] = field(default_factory=dict)
    last_keys: dict[str, int] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def table_member(model: str) -> str:
    """Return the name of the member that holds a table's rows."""
    return f"tables/{model}.jsonl"


def file_member(sha256: str) -> str:
    """Return the name of the member that holds a stored file's bytes."""
    return f"files/{sha256}"


def line(columns: Iterable[str], values: Iterable[Any]) -> bytes:
    """Return one row as a line of JSON, keyed by column."""
    row = {column: plain(value) for column, value in zip(columns, values, strict=True)}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def plain(value: Any) -> Any:
    """Return a column's value as JSON has it: bytes as base64, times in UTC with microseconds, all else exact."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID | decimal.Decimal) else value


def is_newer(version: str, than: str) -> bool:
    """Return whether a version of the product is newer than another."""
    return _numbers(version) > _numbers(than)


class Writer:
    """Writes the members of a new backup one after the other, and keeps what each hashes to."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: dict[str, str] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one member from its pieces."""
        digest = hashlib.sha256()
        with self._archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        self.members[name] = digest.hexdigest()

    def finish(self, contents: Contents) -> None:
        """Write the table of contents, the last member."""
        contents.members = dict(self.members)
        self.add(CONTENTS, [json.dumps(asdict(contents), ensure_ascii=False, indent=1).encode()])


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """Write a backup that stands under its name when it is whole; raises FileExistsError for a name that is taken."""
    if path.exists():
        raise FileExistsError(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
            with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
                archive.comment = b"0" * _SEAL
                yield Writer(archive)
            _seal(out)
        os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)


class Reader:
    """Reads a backup of which nothing is believed before `check`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        with named(_("the end with its list of parts (cut off?)")):
            self._archive = zipfile.ZipFile(file)
        with named(CONTENTS):
            self.contents = _contents(self._archive)

    def check(self) -> None:
        """Hash every part; raises RuleBroken naming the first that is missing, not asked for or damaged."""
        self._check_names()
        for name, sha256 in self.contents.members.items():
            with named(name):
                if _digest(self.chunks(name)) != sha256:
                    raise zipfile.BadZipFile
        with named(_("the frame around its parts")):
            if _sealed(self._file) != self._archive.comment:
                raise zipfile.BadZipFile

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of one part in pieces."""
        with self.open(name) as member:
            while chunk := member.read(CHUNK):
                yield chunk

    def open(self, name: str) -> IO[bytes]:
        """Open one part for reading; only stored parts are read, so that nothing grows."""
        if self._archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
            raise zipfile.BadZipFile
        return self._archive.open(name)

    def rows(self, model: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of one table."""
        with self.open(table_member(model)) as member:
            for each in member:
                yield json.loads(each)

    def files(self) -> list[str]:
        """Return the hashes of the files that are in the backup."""
        return [name.removeprefix("files/") for name in self.contents.members if name.startswith("files/")]

    def _check_names(self) -> None:
        contents, present = self.contents, self._archive.namelist()
        wanted = {CONTENTS, *contents.members}
        tables = {table_member(model) for model in contents.rows}
        misnamed = {n for n, h in contents.members.items() if n.startswith("files/") and n != file_member(h)}
        odd = (wanted ^ set(present)) | (tables ^ {n for n in contents.members if n.startswith("tables/")}) | misnamed
        for name in sorted(odd) or ([CONTENTS] if len(present) != len(wanted) else []):
            raise damaged(name)


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Open a backup; raises RuleBroken when it cannot be opened as one."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise RuleBroken(_("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}) from error
    with file:
        yield Reader(file)


@contextmanager
def named(part: str) -> Iterator[None]:
    """Say which part is meant when it cannot be read."""
    try:
        yield
    except _DAMAGE as error:
        raise damaged(part) from error


def damaged(part: str) -> RuleBroken:
    """Return the refusal of a damaged backup."""
    words = _("The backup is damaged: %(part)s. Nothing was restored.") % {"part": part}
    return RuleBroken(words, code="backup_damaged")


def _contents(archive: zipfile.ZipFile) -> Contents:
    if archive.getinfo(CONTENTS).file_size > MOST_CONTENTS:
        raise zipfile.BadZipFile
    said = json.loads(archive.read(CONTENTS))
    if not isinstance(said, dict) or not isinstance(said.get("format"), int):
        raise zipfile.BadZipFile
    if said["format"] > FORMAT:
        raise RuleBroken(_("The backup was made by a newer version. Update this installation first."), code="newer")
    if set(said) != set(Contents.__dataclass_fields__):
        raise zipfile.BadZipFile
    return Contents(**said)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _digest(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _sealed(file: IO[bytes]) -> bytes:
    """Return the hash of all but the last bytes, which are to hold it."""
    left = file.seek(0, os.SEEK_END) - _SEAL
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode()


def _seal(out: IO[bytes]) -> None:
    out.flush()
    seal = _sealed(out)
    out.seek(-_SEAL, os.SEEK_END)
    out.write(seal)
    out.flush()
    os.fsync(out.fileno())
