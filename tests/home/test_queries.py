"""How many queries the first pages ask on an installation of one's own: docs/performance.md says at most ten."""

from datetime import timedelta

import pytest
from django.urls import reverse

from qms.core.seams.figures import figures
from qms.duties.models import Duty
from qms.organization.queries import today
from qms.organization.services import change_setting, create_person

# Two rooms show figures on Today; each further one asks a question of its own there.
BUDGET = 10 + max(0, len(list(figures)) - 2)


@pytest.fixture
def busy(world, settings):
    """The quality manager and a reader owe an acknowledgement, the reader is late with it, and a new person waits."""
    settings.DEMO = False
    change_setting(key="organization.name", value="Example Ltd", by=world.quality)
    world.join(world.quality, world.team)
    world.released()
    Duty.objects.filter(person=world.reader).update(due_on=today() - timedelta(days=2))
    create_person(username="new", name="New", by=world.it)
    return world


@pytest.mark.both
@pytest.mark.parametrize(
    ("who", "address", "words"),
    [
        ("quality", "home:home", "1 person is late with something"),
        ("quality", "duties:my_work", "Nothing is due today"),
        ("reader", "duties:my_work", "1 thing is overdue"),
    ],
)
def test_the_first_pages_keep_the_budget_on_data_of_ones_own(
    client, busy, django_assert_max_num_queries, who, address, words
):
    client.force_login(getattr(busy, who))
    client.get(reverse(address))
    with django_assert_max_num_queries(BUDGET):
        answer = client.get(reverse(address))
    assert (answer.status_code, words in answer.text) == (200, True)
    assert answer.context["shell"].due == 1
