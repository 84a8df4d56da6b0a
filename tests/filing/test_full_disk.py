"""A full disk is an answer in words: not saved, nothing was changed."""

import errno
import json
import os

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory

from qms.api.errors import answer
from qms.core.errors import RuleBroken, no_room
from qms.core.middleware import Refusals
from qms.filing.models import Comment
from qms.filing.services import comment
from qms.trail.models import Entry

WORDS = "There is no room left: not saved, nothing was changed. Please tell IT."


@pytest.fixture
def full_database(desk):
    """A SQLite database that may not grow any more."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite alone can be told not to grow")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


def raised(act):
    """Return what a call raises."""
    try:
        act()
    except Exception as error:
        return error
    return None


def test_a_full_database_is_told_apart_and_nothing_was_changed(desk, full_database):
    with transaction.atomic():
        error = raised(lambda: comment(row=desk.one, text="x" * 5_000_000, by=desk.ann))
    assert (type(error), no_room(error)) == (OperationalError, True)
    assert (Comment.objects.count(), Entry.objects.count()) == (0, 0)


def page(error):
    """Return what a person is shown for an error: status and whether the words stand there."""
    request = RequestFactory().post("/")
    request.session, request.user = {}, None
    request._messages = FallbackStorage(request)
    found = Refusals(lambda _request: None).process_exception(request, error)
    return found and (found.status_code, WORDS in found.content.decode())


FULL = [OSError(code, os.strerror(code)) for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)]


@pytest.mark.parametrize("error", [*FULL, OperationalError("database or disk is full")], ids=str)
def test_a_person_and_a_program_are_told_in_words(db, error):
    assert page(error) == (507, True)
    told = answer(error, {})
    assert (told.status_code, json.loads(json.dumps(told.data))["error"]["message"]) == (507, WORDS)


@pytest.mark.parametrize(
    "error",
    [OSError(errno.EIO, "Input/output error"), OperationalError("database is locked"), ValueError("x")],
    ids=str,
)
def test_other_failures_are_not_taken_for_a_full_disk(db, error):
    assert (no_room(error), page(error)) == (False, None)


def test_a_refusal_stays_a_refusal(db):
    assert page(RuleBroken("No.")) == (409, False)
