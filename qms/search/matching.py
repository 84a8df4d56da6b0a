"""Conditions that each database answers from its own full-text index: FTS5 on SQLite, GIN on PostgreSQL.

Both see only the words that our cutter made, so that both find the same.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Value
from django.db.models.expressions import BaseExpression, CombinedExpression
from django.db.models.sql.compiler import SQLCompiler

from qms.search.blocks import MOST_BLOCKS
from qms.search.words import Term


def fts5(terms: Sequence[Term]) -> str:
    """Return the terms in FTS5's language; every word is quoted, and no word of ours holds a quote."""
    return " AND ".join(
        _either([f'"{word}"{"*" if term.prefix else ""}' for word in term.words], "OR") for term in terms
    )


def tsquery(terms: Sequence[Term]) -> str:
    """Return the terms in the language of PostgreSQL's tsquery, every word quoted."""
    return " & ".join(_either([f"'{word}'{':*' if term.prefix else ''}" for word in term.words], "|") for term in terms)


def _either(words: list[str], operator: str) -> str:
    return f"({f' {operator} '.join(words)})"


class _Has(Func):
    """The row with this key is among those that hold all the terms. `row` is the key of the row in FTS5."""

    sqlite = ""
    postgresql = ""

    def __init__(self, terms: Sequence[Term], *, row: CombinedExpression | None = None) -> None:
        asked = Value(fts5(terms)), Value(tsquery(terms))
        super().__init__(row or F("pk"), asked[0], F("pk"), asked[1], output_field=BooleanField())

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the condition for FTS5."""
        return self._compiled(compiler, self.sqlite, *self.source_expressions[:2])

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the condition for tsvector columns."""
        return self._compiled(compiler, self.postgresql, *self.source_expressions[2:])

    def _compiled(
        self, compiler: SQLCompiler, template: str, *expressions: BaseExpression
    ) -> tuple[str, tuple[str | int, ...]]:
        (key, key_params), (asked, asked_params) = (compiler.compile(expression) for expression in expressions)
        return template % {"key": key, "asked": asked, "blocks": MOST_BLOCKS}, (
            *key_params,
            *asked_params * template.count("%(asked)s"),
        )


class TitleHas(_Has):
    """An entry whose number and title hold all the terms."""

    sqlite = "%(key)s IN (SELECT rowid FROM search_title WHERE search_title MATCH %(asked)s)"
    postgresql = "%(key)s IN (SELECT id FROM search_searchentry WHERE title_words @@ CAST(%(asked)s AS tsquery))"


class TitleLacks(_Has):
    """An entry whose number and title do not hold all the terms."""

    sqlite = "%(key)s NOT IN (SELECT rowid FROM search_title WHERE search_title MATCH %(asked)s)"
    postgresql = "%(key)s NOT IN (SELECT id FROM search_searchentry WHERE title_words @@ CAST(%(asked)s AS tsquery))"


class TextHas(_Has):
    """An entry of which one block of text, with number and title, holds all the terms.

    On PostgreSQL `search_entries` keeps the planner from reading every text (migration 0004); asked as a table it makes
    all its rows at once.
    """

    sqlite = "%(key)s IN (SELECT rowid / %(blocks)s FROM search_text WHERE search_text MATCH %(asked)s)"
    postgresql = "%(key)s IN (SELECT * FROM search_entries(CAST(%(asked)s AS tsquery)))"


class EntryHas(_Has):
    """An entry whose number and title, or one of whose blocks of text, hold all the terms."""

    sqlite = (
        "%(key)s IN (SELECT rowid FROM search_title WHERE search_title MATCH %(asked)s"
        " UNION SELECT rowid / %(blocks)s FROM search_text WHERE search_text MATCH %(asked)s)"
    )
    postgresql = (
        "%(key)s IN (SELECT id FROM search_searchentry WHERE title_words @@ CAST(%(asked)s AS tsquery)"
        " UNION SELECT * FROM search_entries(CAST(%(asked)s AS tsquery)))"
    )


class PassageHas(_Has):
    """A block of text that, with number and title, holds all the terms."""

    sqlite = "%(key)s IN (SELECT rowid FROM search_text WHERE search_text MATCH %(asked)s)"
    postgresql = "%(key)s IN (SELECT id FROM search_passage WHERE words @@ CAST(%(asked)s AS tsquery))"

    def __init__(self, terms: Sequence[Term]) -> None:
        super().__init__(terms, row=F("entry_id") * MOST_BLOCKS + F("number"))
