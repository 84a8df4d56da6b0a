"""Where each database keeps the words: FTS5 tables beside ours on SQLite, tsvector columns on PostgreSQL."""

from collections.abc import Collection, Sequence
from typing import Protocol

from django.db import connection

from qms.search.blocks import MOST_BLOCKS

Words = Collection[str]


class Shelf(Protocol):
    """What the services ask of a database."""

    def put_title(self, entry_id: int, words: Words) -> None:
        """Keep the words of an entry's number and title, in place of what was kept."""

    def put_text(self, entry_id: int, blocks: Sequence[Words]) -> None:
        """Keep the words of an entry's new blocks of text, in their order."""

    def drop_text(self, entry_id: int) -> None:
        """Forget the words of an entry's blocks, before the blocks themselves are deleted."""

    def drop_title(self, entry_id: int) -> None:
        """Forget the words of an entry's number and title, before the entry itself is deleted."""

    def clear(self) -> None:
        """Forget all words."""


class Fts5Shelf:
    """Rows of FTS5 tables, which no foreign key reaches: they are deleted by hand."""

    def put_title(self, entry_id: int, words: Words) -> None:
        """Write the row of the entry."""
        with connection.cursor() as cursor:
            cursor.execute("REPLACE INTO search_title (rowid, words) VALUES (%s, %s)", [entry_id, " ".join(words)])

    def put_text(self, entry_id: int, blocks: Sequence[Words]) -> None:
        """Write a row for each block."""
        rows = [(entry_id * MOST_BLOCKS + number, " ".join(words)) for number, words in enumerate(blocks)]
        with connection.cursor() as cursor:
            cursor.executemany("REPLACE INTO search_text (rowid, words) VALUES (%s, %s)", rows)

    def drop_text(self, entry_id: int) -> None:
        """Delete the rows of the entry's blocks."""
        first = entry_id * MOST_BLOCKS
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_text WHERE rowid BETWEEN %s AND %s", [first, first + MOST_BLOCKS - 1])

    def drop_title(self, entry_id: int) -> None:
        """Delete the row of the entry."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_title WHERE rowid = %s", [entry_id])

    def clear(self) -> None:
        """Delete all rows."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_title")
            cursor.execute("DELETE FROM search_text")


class TsvectorShelf:
    """Columns that the models do not know; they go with their row."""

    def put_title(self, entry_id: int, words: Words) -> None:
        """Fill the column of the entry."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE search_searchentry SET title_words = array_to_tsvector(%s::text[]) WHERE id = %s",
                [list(words), entry_id],
            )

    def put_text(self, entry_id: int, blocks: Sequence[Words]) -> None:
        """Fill the column of each block."""
        rows = [(list(words), entry_id, number) for number, words in enumerate(blocks)]
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE search_passage SET words = array_to_tsvector(%s::text[]) WHERE entry_id = %s AND number = %s",
                rows,
            )

    def drop_text(self, entry_id: int) -> None:
        """Nothing is left to do: the words go with the row."""

    def drop_title(self, entry_id: int) -> None:
        """Nothing is left to do: the words go with the row."""

    def clear(self) -> None:
        """Nothing is left to do: the words go with the rows."""


_SHELVES: dict[str, Shelf] = {"sqlite": Fts5Shelf(), "postgresql": TsvectorShelf()}


def shelf() -> Shelf:
    """Return the shelf of the database in use."""
    return _SHELVES[connection.vendor]
