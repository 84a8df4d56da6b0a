"""Very many rows at once, their keys known as they are added: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from io import StringIO
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, Model

BLOCK = 5000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Spout:
    """Takes the rows of one table, and writes them in blocks; `close` writes the last one.

    Fields that are not named take the model's default, the same for all rows. Nothing is checked but what the database
    itself checks. Belongs inside a transaction, and into services.
    """

    def __init__(self, model: type[Model], *names: str) -> None:
        meta = model._meta
        self._table, self._own_key = meta.db_table, not meta.pk.is_relation
        known = {field.name: field for field in meta.concrete_fields}
        fields: list[Field[Any, Any]] = [known[name] for name in names]
        others = [field for field in meta.concrete_fields if field not in fields and not field.primary_key]
        self._same = [field.get_default() for field in others]
        self._fields = [*([meta.pk] if self._own_key else []), *fields, *others]
        self._rows: list[tuple[Any, ...]] = []
        self._keys: Iterator[int] = iter(())

    def key(self) -> int:
        """Return the key of a row to come, for rows that refer to each other."""
        for key in self._keys:
            return key
        self._keys = iter(_reserve(self._table))
        return next(self._keys)

    def add(self, *values: Any, key: int | None = None) -> int:
        """Take one row, in the order of the names; return its key (0 where the key is one of the values)."""
        if key is None:
            key = self.key() if self._own_key else 0
        self._rows.append((*((key,) if self._own_key else ()), *values, *self._same))
        if len(self._rows) >= BLOCK:
            self.close()
        return key

    def close(self) -> None:
        """Write what was taken."""
        if self._rows:
            write = _copy if connection.vendor == "postgresql" else _insert
            write(self._table, self._fields, self._rows)
            self._rows = []


@contextmanager
def spouts(*wanted: tuple[Any, ...]) -> Iterator[list[Spout]]:
    """Give a spout for each (model, *names); all are closed at the end, in their order."""
    with ExitStack() as stack:
        made = [Spout(*each) for each in wanted]
        for spout in reversed(made):
            stack.callback(spout.close)
        yield made


def _reserve(table: str) -> Iterable[int]:
    """Return keys that nobody else is given."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sql, [f'"{table}"', BLOCK])
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = row[0] if row else 0
        raise_it = "UPDATE sqlite_sequence SET seq = %s WHERE name = %s"
        cursor.execute(
            raise_it if row else "INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)", [last + BLOCK, table]
        )
        return range(last + 1, last + BLOCK + 1)


def _insert(table: str, fields: list[Field[Any, Any]], rows: list[tuple[Any, ...]]) -> None:
    ready = [tuple(map(_kept, row)) for row in rows]
    places = ", ".join(repeat("%s", len(fields)))
    sql = " ".join(["INSERT INTO", _named(table, fields), "VALUES (", places, ")"])
    with connection.cursor() as cursor:
        cursor.executemany(sql, ready)


def _copy(table: str, fields: list[Field[Any, Any]], rows: list[tuple[Any, ...]]) -> None:
    text = "".join("\t".join(map(_told, row)) + "\n" for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(" ".join(["COPY", _named(table, fields), "FROM STDIN"]), StringIO(text))


def _named(table: str, fields: list[Field[Any, Any]]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(quote(str(field.column)) for field in fields)})"


def _kept(value: Any) -> Any:
    """Return a value as Django keeps it in SQLite: instants in UTC without their zone, identifiers in hexadecimal."""
    match value:
        case datetime():
            return str(value.astimezone(UTC).replace(tzinfo=None))
        case date():
            return str(value)
        case UUID():
            return value.hex
        case _:
            return value


def _told(value: Any) -> str:
    """Return a value as COPY reads it."""
    match value:
        case None:
            return "\\N"
        case str():
            return value.translate(_ESCAPES)
        case bytes():
            return f"\\\\x{value.hex()}"
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)
