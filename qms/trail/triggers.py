"""Triggers that refuse to change or remove append-only rows, on SQLite and on PostgreSQL."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from qms.trail.models import AppendOnly, EntryDetail, Erasure

REFUSAL = "append-only: rows of this table are written once and kept"

# An erased detail is the one thing that may go, and only where an Erasure names it.
_ERASED = f"EXISTS (SELECT 1 FROM {Erasure._meta.db_table} e WHERE e.entry_id = OLD.entry_id)"

_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION qms_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$;
CREATE OR REPLACE FUNCTION qms_erasable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {_ERASED} THEN RETURN OLD; END IF;
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
END $$;
"""


def protected() -> list[type[AppendOnly]]:
    """Return every append-only model of the installed rooms."""
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def create_statements(vendor: str, model: type[AppendOnly]) -> list[str]:
    """Return the SQL that puts the triggers of one table in place, whether or not they stand already."""
    make = _postgres if vendor == "postgresql" else _sqlite
    return make(model._meta.db_table, erasable=model is EntryDetail)


def drop_statements(vendor: str, model: type[AppendOnly]) -> list[str]:
    """Return the SQL that takes the triggers of one table away; only the test run's flush uses it."""
    table = model._meta.db_table
    suffix = f' ON "{table}"' if vendor == "postgresql" else ""
    return [f'DROP TRIGGER IF EXISTS "{table}_{event}"{suffix}' for event in ("update", "delete", "truncate")]


def install(using: str = "default", **_kwargs: Any) -> None:
    """Put every trigger in place on one database; called after every migration. Tables not there yet are left."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION) if Erasure._meta.db_table in present else None
        for model in protected():
            if model._meta.db_table in present and Erasure._meta.db_table in present:
                for statement in create_statements(connection.vendor, model):
                    cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables whose triggers are not all in place; the health page and the verifier ask."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    tables = [model._meta.db_table for model in protected()]
    return [table for table in tables if not {f"{table}_update", f"{table}_delete"} <= present]


def _sqlite(table: str, *, erasable: bool) -> list[str]:
    when = f" WHEN NOT {_ERASED}" if erasable else ""
    return [
        f'DROP TRIGGER IF EXISTS "{table}_update"',
        f'DROP TRIGGER IF EXISTS "{table}_delete"',
        f'CREATE TRIGGER "{table}_update" BEFORE UPDATE ON "{table}" BEGIN SELECT RAISE(ABORT, \'{REFUSAL}\'); END',
        (
            f'CREATE TRIGGER "{table}_delete" BEFORE DELETE ON "{table}"{when} '
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        ),
    ]


def _postgres(table: str, *, erasable: bool) -> list[str]:
    on_delete = "qms_erasable" if erasable else "qms_append_only"
    statements = []
    for event, each, function in (
        ("update", "ROW", "qms_append_only"),
        ("delete", "ROW", on_delete),
        ("truncate", "STATEMENT", "qms_append_only"),
    ):
        name = f"{table}_{event}"
        statements += [
            f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
            (
                f'CREATE TRIGGER "{name}" BEFORE {event.upper()} ON "{table}" '
                f"FOR EACH {each} EXECUTE FUNCTION {function}()"
            ),
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
        ]
    return statements
