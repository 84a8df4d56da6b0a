"""Restoring a backup into an empty installation: everything is checked before anything is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import Max, Model
from django.db.models.sql import InsertQuery
from django.utils.translation import gettext as _

from qms.core.actors import SYSTEM
from qms.core.errors import RuleBroken
from qms.filing.models import StoredFile
from qms.filing.services.files import the_store
from qms.home.backups import Contents, Reader, file_member, is_newer, opened
from qms.home.services.backing_up import kept_models, product_version
from qms.organization.models import User
from qms.search.services import clear, reindex
from qms.trail.services import Draft, record_many
from qms.trail.triggers import protected

# Rows of one INSERT; SQLite takes fewer where a row has many columns.
ROWS = 500


@dataclass(frozen=True)
class Step:
    """Where the database has to be before the rows fit: the migrations to reach, and whether more follow."""

    targets: list[tuple[str, str]]
    older: bool


def restore(path: Path) -> Contents:
    """Restore a backup into this installation, which holds nobody yet, and return what was in it.

    Raises RuleBroken, with nothing restored, for a damaged backup (naming the part), a backup of a newer version, and
    a database that is in use. The rows come in one transaction with the entry that says so.
    """
    with opened(path) as backup:
        contents = backup.contents
        step = _fitting(contents)
        _refuse_used()
        backup.check()
        _migrate(step)
        _restore_files(backup)
        _restore_rows(backup, kept_models(_state(step)))
    if step.older:
        _migrate_all()
    clear()
    reindex()
    return contents


def _fitting(contents: Contents) -> Step:
    """Return how to make the tables of the backup; raises RuleBroken when this version does not know them."""
    loader = MigrationLoader(connection)
    held = {(app, name) for app, names in contents.migrations.items() for name in names}
    unknown = sorted(held - set(loader.disk_migrations))
    if is_newer(contents.version, product_version()) or unknown:
        raise _newer(contents, ".".join(unknown[0]) if unknown else contents.version)
    nodes = {key for key in loader.graph.nodes if key[0] in contents.migrations}
    later = nodes - held
    if later & set(loader.applied_migrations):
        raise RuleBroken(_("The backup is older than the tables here. Restore it into a database without tables."))
    return Step(sorted(_leaves(loader, held & nodes)), bool(later))


def _newer(contents: Contents, unknown: str) -> RuleBroken:
    words = _(
        "The backup was made by version %(theirs)s, this is %(ours)s and does not know %(unknown)s. "
        "Update this installation first. Nothing was restored."
    )
    facts = {"theirs": contents.version, "ours": product_version(), "unknown": unknown}
    return RuleBroken(words % facts, code="newer")


def _leaves(loader: MigrationLoader, held: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the last migrations of each app among those held."""
    for key in held:
        following = {child.key for child in loader.graph.node_map[key].children}
        if not any(child in held and child[0] == key[0] for child in following):
            yield key


def _refuse_used() -> None:
    """Raise RuleBroken where people, or rows that can never be removed, are already."""
    present = set(connection.introspection.table_names())
    asked: list[type[Model]] = [User, *protected()]
    for model in asked:
        if model._meta.db_table in present and model._base_manager.exists():
            words = _("This installation is in use already (%(what)s). A backup is restored into an empty one only.")
            raise RuleBroken(words % {"what": model._meta.verbose_name_plural}, code="in_use")


def _owner() -> str:
    """Return the connection that may change tables and sequences."""
    return "owner" if "owner" in settings.DATABASES else "default"


def _migrate(step: Step) -> None:
    if step.older:
        MigrationExecutor(connections[_owner()]).migrate(step.targets)
    elif set(step.targets) - set(MigrationLoader(connection).applied_migrations):
        _migrate_all()


def _migrate_all() -> None:
    """Make the tables as this version has them, with the triggers and rights that guard them."""
    call_command("migrate", database=_owner(), interactive=False, verbosity=0)
    if _owner() != "default":
        call_command("harden", apply=True, verbosity=0)


def _state(step: Step) -> Any:
    """Return the models as they were when the backup was made."""
    return MigrationLoader(connection).project_state(step.targets).apps


def _restore_files(backup: Reader) -> None:
    """Put every file into the store; the blob first, then the row. One that is there is the same."""
    for sha256 in backup.files():
        name = StoredFile(sha256=sha256).storage_name
        if not the_store().exists(name):
            try:
                with backup.open(file_member(sha256)) as member:
                    the_store().save(name, File(cast(BinaryIO, member)))
            except OSError as error:
                words = _("The files could not be written: %(why)s. No row was restored.")
                raise RuleBroken(words % {"why": error.strerror or error}, code="not_saved") from error


def _restore_rows(backup: Reader, models: dict[str, type[Model]]) -> None:
    contents = backup.contents
    if unknown := sorted(set(contents.rows) - set(models)):
        raise RuleBroken(_("The backup holds a table that is unknown here: %(what)s.") % {"what": unknown[0]})
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA defer_foreign_keys = ON")
        _clear(models.values())
        for label in contents.rows:
            _fill(models[label], backup)
        _go_on_counting(models, contents)
        ContentType.objects.clear_cache()
        _note(contents)
        _check_links()


def _clear(models: Iterable[type[Model]]) -> None:
    """Take away what an empty installation makes by itself: heartbeats, jobs, the names of its models."""
    frozen = {model._meta.db_table for model in protected()}
    for model in models:
        if model._meta.db_table not in frozen:
            model._base_manager.all()._raw_delete("default")


def _fill(model: type[Model], backup: Reader) -> None:
    """Insert the rows of one table as they are, with their keys; nothing is computed anew."""
    label = model._meta.label_lower
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    rows = iter(backup.rows(label))
    most = min(ROWS, connection.ops.bulk_batch_size(fields, range(ROWS)))
    count = 0
    try:
        while batch := [_row(model, fields, row) for row in islice(rows, most)]:
            query = InsertQuery(model)
            query.insert_values(fields, batch, raw=True)
            query.get_compiler(using="default").execute_sql()
            count += len(batch)
    except (DatabaseError, ValueError, KeyError, TypeError) as error:
        raise _unfit(label, str(error)) from error
    if count != backup.contents.rows[label]:
        raise _unfit(label, _("%(count)d rows") % {"count": count})


def _row(model: type[Model], fields: list[Any], row: dict[str, Any]) -> Model:
    return model(**{field.attname: field.to_python(row[field.column]) for field in fields})


def _unfit(label: str, why: str) -> RuleBroken:
    words = _("The rows of %(table)s could not be restored: %(why)s. No row was restored.")
    return RuleBroken(words % {"table": label, "why": why.strip()}, code="unfit")


def _check_links() -> None:
    """Raise RuleBroken when a row points to one that is not there."""
    try:
        connection.check_constraints()
    except DatabaseError as error:
        raise _unfit(_("the whole database"), str(error)) from error


def _go_on_counting(models: dict[str, type[Model]], contents: Contents) -> None:
    """Let every table give keys after the last it ever gave, so that none is used twice."""
    for label in contents.rows:
        model = models[label]
        if (auto := model._meta.auto_field) is not None:
            highest = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
            _set_last_key(model._meta.db_table, str(auto.column), max(highest, contents.last_keys.get(label, 0)))


def _set_last_key(table: str, column: str, last: int) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
        return
    # A sequence belongs to the owner and stands outside transactions.
    with connections[_owner()].cursor() as cursor:
        sequence = "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)"
        cursor.execute(sequence, [f'"{table}"', column, max(last, 1), last > 0])


def _note(contents: Contents) -> None:
    """Write the one entry that says from which backup the installation came."""
    detail = {
        "made_at": contents.made_at,
        "version": contents.version,
        "database": contents.vendor,
        "rows": sum(contents.rows.values()),
        "files": sum(name.startswith("files/") for name in contents.members),
        "files_lost": len(contents.lost),
    }
    record_many([Draft("home.restored", (), detail)], by=SYSTEM)
