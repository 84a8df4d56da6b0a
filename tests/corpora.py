"""Where the real input is, when it is there."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def corpus(name: str) -> Path:
    """Return the folder of a corpus; skips by name where it is absent."""
    places = [os.environ.get("QMS_CORPORA", ""), str(ROOT.parent / "shared" / "corpora")]
    for place in places:
        folder = Path(place) / name
        if place and folder.is_dir():
            return folder
    pytest.skip(f"the corpus {name} is not on this machine (QMS_CORPORA)")
