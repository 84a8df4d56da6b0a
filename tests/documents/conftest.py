"""What several tests of documents begin with."""

import pytest


@pytest.fixture
def released(world):
    """A procedure in force for the laboratory, with its duties opened."""
    return world.released()
