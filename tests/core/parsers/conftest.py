"""Where files of strangers are found: `QMS_CORPORA`, or beside the checkout."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "corpora"


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of the corpora; tests that need it are skipped by name where it is absent."""
    folder = Path(os.environ.get("QMS_CORPORA", BESIDE))
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}; QMS_CORPORA names their folder")
    return folder
