"""Fixtures of the whole run: the database with its triggers, and the standing cast."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from qms.trail.harden import statements
from qms.trail.triggers import drop_statements, install, protected
from tests.template import lay_copy
from tests.world import World


def pytest_configure() -> None:
    """Give each process of a run a Redis database of its own: a test that empties its caches empties the database."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    for cache in settings.CACHES.values():
        if str(cache["LOCATION"]).startswith("redis"):
            cache["LOCATION"] = f"{cache['LOCATION'].rpartition('/')[0]}/{int(worker) + 1}"


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Work as the owner of the tables; the product never does."""
    role = settings.APPLICATION_ROLE
    if role is None:
        yield
        return
    connection.close()
    connection.settings_dict.update(OWNER)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(role)


OWNER = {key: settings.DATABASES["default"].get(key, "") for key in ("USER", "PASSWORD")}


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Take a copy of the migrated database; on PostgreSQL make it as its owner, then take the owner's rights away."""
    role = settings.APPLICATION_ROLE
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            lay_copy()
    else:
        request.getfixturevalue("django_db_setup")
    if role is None:
        yield
        return
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with connection.cursor() as cursor:
            for statement in statements(role["USER"], connection.connection):
                cursor.execute(statement)
        connection.close()
        connection.settings_dict.update(role)
        yield
        connection.close()
        connection.settings_dict.update(OWNER)


_flush = TransactionTestCase._fixture_teardown


def _flush_with_triggers_lifted(self):
    """Django's flush is refused by the triggers: lift them around it and put them back."""
    with as_owner():
        with connection.cursor() as cursor:
            for model in protected():
                for statement in drop_statements(connection.vendor, model):
                    if connection.vendor == "postgresql" or not statement.endswith('_truncate"'):
                        cursor.execute(statement)
        _flush(self)
        install()


TransactionTestCase._fixture_teardown = _flush_with_triggers_lifted


@pytest.fixture
def world(db) -> World:
    """The standing cast at a small organization: author, colleague, approver, quality manager, reader, stranger."""
    return World()


# Files that keep a worker busy for long begin first, so that none is left alone with one at the end.
LONG = (
    "browser/test_pages.py",
    "browser/test_story.py",
    "demo/test_loading.py",
    "home/test_backup.py",
    "script/test_server.py",
    "jobs/test_worker.py",
    "script/test_compose.py",
    "documents/test_lifecycle.py",
    "reports/test_stamp.py",
)


def pytest_ignore_collect(collection_path, config):
    """Leave a file unimported that does not name the mark a tier begins with, as in `-m "both and not release"`."""
    mark = config.option.markexpr.partition(" ")[0]
    asked = mark in {"both", "browser", "release"} and collection_path.name.startswith("test_")
    return True if asked and mark not in collection_path.read_text() else None


def pytest_collection_modifyitems(items):
    """Put the files named in LONG before all others, in that order."""
    places = {str(Path(__file__).parent / name): place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(str(item.path), len(LONG)))
