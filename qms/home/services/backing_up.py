"""Writing a backup while people work: every table as of one instant, then every file that the rows name."""

import hashlib
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.filing.models import StoredFile
from qms.filing.services import open_file
from qms.home.backups import CHUNK, Contents, Writer, file_member, line, table_member, written
from qms.organization.queries import nobody_yet

# Sessions end with the machine they were opened on; the index is made again from the records.
LEFT_OUT = {"sessions", "usersessions", "search"}


def back_up(path: Path) -> Contents:
    """Write a backup to a new file and return its table of contents.

    Raises RuleBroken when the file is there already or cannot be written, while migrations wait, and where there is
    nobody: such a backup would only look like one.
    """
    try:
        with written(path) as writer, snapshot() as frozen:
            applied = _migrations(frozen)
            if nobody_yet():
                raise RuleBroken(_("Nobody works in this installation: there is nothing to back up."), code="empty")
            return _write(writer, frozen, applied)
    except FileExistsError as error:
        raise RuleBroken(_("%(path)s is there already; it was left as it is.") % {"path": path}) from error
    except OSError as error:
        words = _("The backup could not be written: %(place)s: %(why)s.")
        place = path.absolute().parent if isinstance(error, FileNotFoundError | PermissionError) else path
        raise RuleBroken(words % {"place": place, "why": error.strerror or error}, code="not_saved") from error


def product_version() -> str:
    """Return the version of the product."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def kept_models(models: Any) -> dict[str, type[Model]]:
    """Return the models of a registry that a backup holds, by label."""
    found = models.get_models(include_auto_created=True)
    own = [model for model in found if model._meta.managed and not model._meta.proxy]
    return {model._meta.label_lower: model for model in own if model._meta.app_label not in LEFT_OUT}


@contextmanager
def snapshot() -> Iterator[BaseDatabaseWrapper]:
    """Open a connection of its own that sees the database as of one instant and keeps no writer waiting."""
    frozen = connection.copy()
    try:
        if frozen.vendor == "postgresql":
            frozen.set_autocommit(False)
            begin = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        else:
            begin = "BEGIN DEFERRED"
        with frozen.cursor() as cursor:
            cursor.execute(begin)
        yield frozen
    finally:
        frozen.close()


def _write(writer: Writer, frozen: BaseDatabaseWrapper, applied: dict[str, list[str]]) -> Contents:
    contents = Contents(product_version(), timezone.now().isoformat(), frozen.vendor, applied)
    for label, model in sorted(kept_models(apps).items()):
        contents.rows[label] = 0
        writer.add(table_member(label), _lines(model, frozen, contents))
        if (last := _last_key(model, frozen)) is not None:
            contents.last_keys[label] = last
    for sha256, size in _stored(frozen):
        if _is_whole(sha256, size):
            writer.add(file_member(sha256), _chunks(sha256, size))
        else:
            contents.lost.append(sha256)
    writer.finish(contents)
    return contents


def _migrations(frozen: BaseDatabaseWrapper) -> dict[str, list[str]]:
    """Return what is applied, by app; raises RuleBroken while something waits to be."""
    loader = MigrationLoader(frozen)
    if set(loader.graph.nodes) - set(loader.applied_migrations):
        raise RuleBroken(_("The database is older than the product. Run this first: script/manage migrate"))
    applied: dict[str, list[str]] = {}
    for app, name in sorted(loader.graph.nodes):
        applied.setdefault(app, []).append(name)
    return applied


def _lines(model: type[Model], frozen: BaseDatabaseWrapper, contents: Contents) -> Iterator[bytes]:
    fields = model._meta.local_concrete_fields
    columns = [str(field.column) for field in fields]
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))
    for values in _rows(rows, frozen):
        contents.rows[model._meta.label_lower] += 1
        yield line(columns, values)


def _rows(rows: QuerySet[Any, Any], frozen: BaseDatabaseWrapper) -> Iterator[Any]:
    """Yield the rows of a question asked of the snapshot, a few at a time in memory."""
    yield from rows.query.get_compiler(connection=frozen).results_iter(chunked_fetch=True)


def _last_key(model: type[Model], frozen: BaseDatabaseWrapper) -> int | None:
    """Return the highest key ever given in a table that gives its keys itself."""
    if model._meta.auto_field is None:
        return None
    table = model._meta.db_table
    with frozen.cursor() as cursor:
        if frozen.vendor == "postgresql":
            question = "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)"
            cursor.execute(question, [f'"{table}"', model._meta.auto_field.column])
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    return found[0] if found else None


def _stored(frozen: BaseDatabaseWrapper) -> Iterator[tuple[str, int]]:
    yield from _rows(StoredFile.objects.order_by("pk").values_list("sha256", "size"), frozen)


def _is_whole(sha256: str, size: int) -> bool:
    """Return whether the store still holds these bytes as they were stored."""
    digest = hashlib.sha256()
    try:
        for chunk in _chunks(sha256, size):
            digest.update(chunk)
    except FileNotFoundError:
        return False
    return digest.hexdigest() == sha256


def _chunks(sha256: str, size: int) -> Iterator[bytes]:
    with open_file(StoredFile(sha256=sha256, size=size)) as file:
        while chunk := file.read(CHUNK):
            yield chunk
