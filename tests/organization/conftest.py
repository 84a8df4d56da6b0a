"""Fixtures of this room."""

import pytest
import time_machine
from django.core.cache import cache


@pytest.fixture
def time_machine_at():
    """Travel to an instant."""
    return lambda instant: time_machine.travel(instant, tick=False)


@pytest.fixture
def as_(client, world):
    """Act as somebody of the cast."""
    cache.clear()

    def act(who):
        client.force_login(getattr(world, who))
        return client

    return act
