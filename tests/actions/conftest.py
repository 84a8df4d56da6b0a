"""What several tests of actions begin with."""

from datetime import timedelta

import pytest

from qms.actions.services import give
from qms.organization.queries import today


def in_days(days):
    return today() + timedelta(days=days)


@pytest.fixture
def given(world):
    """A way to give `reader` an action that `colleague` verifies."""

    def make(**fields):
        said = {
            "title": "Label the drawers",
            "owner": world.reader,
            "verifier": world.colleague,
            "due_on": in_days(30),
            "by": world.author,
        }
        return give(**{**said, **fields})

    return make


@pytest.fixture
def action(given):
    """One action to be done."""
    return given()
