"""One site, a line of people from worker to Quality, one process, on a Monday morning."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import time_machine

from qms.organization.states import Role
from tests.duties import cast


@pytest.fixture
def monday():
    """Nine o'clock on Monday, 1 February 2027, UTC; `monday.move_to(...)` goes on from there."""
    with time_machine.travel(datetime(2027, 2, 1, 9, 0, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def house(monday, db):
    """The people: `ann` and `bob` work for `lea`; `otto` owns the process; `quinn` is Quality, `ivo` IT."""
    site = cast.site()
    lea = cast.person("lea", site=site)
    otto = cast.person("otto", site=site)
    return SimpleNamespace(
        site=site,
        lea=lea,
        otto=otto,
        ann=cast.person("ann", site=site, line_manager=lea),
        bob=cast.person("bob", site=site, line_manager=lea),
        quinn=cast.person("quinn", Role.QUALITY_MANAGER, site=site),
        ivo=cast.person("ivo", Role.IT_ADMIN, site=site),
        stan=cast.person("stan", site=site),
        process=cast.process(owner=otto),
    )
