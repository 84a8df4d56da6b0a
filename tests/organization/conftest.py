"""Fixtures of this room."""

import pytest
import time_machine


@pytest.fixture
def time_machine_at():
    """Travel to an instant."""
    return lambda instant: time_machine.travel(instant, tick=False)
