"""A file store of its own for each test, one person, and two records that every installation has."""

from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage, storages
from django.utils.functional import empty

from tests.duties import cast


@pytest.fixture
def files(tmp_path, settings):
    """An empty store on this disk; gives its folder."""
    folder = tmp_path / "files"
    use_storage(settings, "qms.core.storage.WholeFiles", location=str(folder))
    yield folder
    forget()


def use_storage(settings, backend, **options):
    """Let the default file store be this one until the test ends."""
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": options}}
    settings.KEEP_FREE_BYTES = settings.KEEP_FREE_PERCENT = 0
    forget()


def forget():
    """Let the next question build the store anew."""
    storages._storages.clear()
    default_storage._wrapped = empty


@pytest.fixture
def desk(db):
    """Two processes and two people: `ann` and `bob`."""
    return SimpleNamespace(
        ann=cast.person("ann"), bob=cast.person("bob"), one=cast.process("P01"), two=cast.process("P02")
    )
