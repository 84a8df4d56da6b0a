"""The demo organization, loaded once for all tests of a module and taken away behind them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from qms.home.demo import load

# A Thursday, in the middle of a working day.
LOADED = datetime(2026, 11, 19, 14, 30, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Load the demo organization; gives the instant at which it was loaded."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(LOADED)
        yield LOADED
        transaction.set_rollback(True)
