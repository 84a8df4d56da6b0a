"""How evidence stands, beside the front page: the standards of the scope, what changed, what a move waits for."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qms.standards.services import confirm_scope
from tests.standards.conftest import clause, iso  # noqa: F401
from tests.standards.test_evidence import linked, withdrawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(client, world, iso):  # noqa: F811
    confirm_scope(products="Gauges", editions=[iso], sites=[], answers={}, left_out=[], by=world.quality)

    def show():
        client.force_login(world.quality)
        return client.get(reverse("home:standing"), headers={"HX-Request": "true"}).content.decode()

    return show


def test_what_changed_in_a_week_is_told_and_forgotten_after_it(world, shown, clause):  # noqa: F811
    released = world.effective()
    linked(world, released, clause("4.3"))
    text = shown()
    assert ("Changed in the last seven days" in text, 'href="/standards/clauses/' in text) == (True, True)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert "Changed in the last seven days" not in shown()
        withdrawn(world, released)
        assert "stale" in shown()


def test_it_is_a_page_of_its_own_without_scripts_and_asks_little(client, world, iso, shown):  # noqa: F811
    shown()
    with CaptureQueriesContext(connection) as asked:
        text = client.get(reverse("home:standing")).content.decode()
    assert ("How evidence stands" in text, len(asked)) == (True, 14)


def test_who_reads_no_standards_finds_no_such_page(client, world):
    client.force_login(world.it)
    assert client.get(reverse("home:standing")).status_code == 404
