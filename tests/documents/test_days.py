"""Days that belong to the organization are the same for everybody, whatever zone a person has set for themselves."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from documents import services
from documents.models import Revision
from documents.services.rounds import Place
from documents.states import ChangeClass
from qms.organization.queries import organization_zone
from qms.organization.states import Role
from tests.look.text import words_of

pytestmark = pytest.mark.django_db


def evening(day):
    """Late on a day of March at the organization: the next day already far in the east."""
    return datetime(2026, 3, day, 22, 30, tzinfo=organization_zone())


@pytest.fixture
def far_away(client, world):
    """Quality, who sits far in the east."""
    world.quality.time_zone = "Pacific/Kiritimati"
    world.quality.save()
    client.force_login(world.quality)
    moved = evening(1).astimezone(ZoneInfo(world.quality.time_zone)).day
    assert moved == 2
    return client


def test_since_when_until_when_and_for_when_is_told_in_days_of_the_organization(far_away, world):
    old = world.effective()
    new = world.next_revision(old.document, ChangeClass.MINOR)
    services.start_approval(revision_id=new.pk, approvers=[Place(world.approver)], by=world.author)
    world.approve(new)
    for revision, fields in [
        (old, {"effective_at": evening(1), "ended_at": evening(3)}),
        (new, {"effective_at": evening(3)}),
        (world.next_revision(old.document), {"effective_from": evening(9)}),
    ]:
        Revision.objects.filter(pk=revision.pk).update(**fields)
    pages = [far_away.get(each.get_absolute_url()) for each in old.document.revisions.order_by("sequence")]
    told = [dict(page.context["facts"]).get("In force") for page in pages]
    planned = [step["note"] for step in pages[2].context["way"] if step["note"]]
    assert (told, planned) == (["1 Mar 2026 to 3 Mar 2026", "since 3 Mar 2026", None], ["planned 9 Mar 2026"])
    words = words_of(pages[2].content.decode())
    assert (words.count("1 Mar 2026 – 3 Mar 2026"), words.count("since 3 Mar 2026")) == (1, 1)
    register = words_of(far_away.get(reverse("documents:register")).content.decode())
    assert (register.count("3 Mar 2026"), register.count("4 Mar 2026")) == (1, 0)


def test_the_day_until_when_a_role_is_given_is_that_of_the_organization(far_away, world):
    role = world.give(world.reader, Role.AUTHOR)
    type(role).objects.filter(pk=role.pk).update(valid_from=evening(1), valid_until=evening(9).replace(year=2030))
    words = words_of(far_away.get(world.reader.get_absolute_url()).content.decode())
    days = ("1 Mar 2026", "2 Mar 2026", "9 Mar 2030", "10 Mar 2030")
    assert [words.count(day) for day in days] == [1, 0, 1, 0]
