"""A right that ended ends at once: reading, writing, signing and carrying away (ASVS 8.3.2)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import ReadingDuty
from documents.services import withdraw_from_review, write_markdown
from documents.services.asking import ask
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.models import RoleAssignment, TeamMembership

pytestmark = pytest.mark.django_db


def end_everything(person):
    """End all roles and teams of a person."""
    RoleAssignment.objects.filter(person=person).update(valid_until=timezone.now())
    TeamMembership.objects.filter(person=person).update(valid_until=timezone.now())
    person.assignments_held = None


def opened(client, person, revision):
    client.force_login(person)
    pages = [
        reverse("documents:document", args=[revision.document_id]),
        reverse("documents:revision", args=[revision.document_id, revision.pk]),
    ]
    return [client.get(page).status_code for page in pages]


@pytest.mark.parametrize("who", ["author", "approver", "colleague", "owner"])
def test_who_wrote_decided_or_owned_reads_nothing_once_all_roles_ended(client, world, who):
    revision = world.effective()
    person = getattr(world, who)
    before = opened(client, person, revision)
    end_everything(person)
    assert (before, opened(client, person, revision)) == ([200, 200], [404, 404])


def test_an_open_seat_lets_read_until_it_is_answered(client, world):
    revision = world.in_approval()
    end_everything(world.colleague)
    end_everything(world.approver)
    assert opened(client, world.approver, revision) == [200, 200]
    assert opened(client, world.colleague, revision) == [404, 404]


def test_an_open_duty_to_read_lets_read_until_it_is_closed(client, world):
    revision = world.effective()
    ask(revision, [world.stranger.pk], timezone.localdate())
    duty = ReadingDuty.objects.get(person=world.stranger).duty
    before = opened(client, world.stranger, revision)
    duty.closed_at, duty.outcome = timezone.now(), "done"
    duty.save()
    assert ReadingDuty.objects.filter(person=world.stranger).count() == 1
    assert (before, opened(client, world.stranger, revision)) == ([200, 200], [404, 404])


def test_an_author_without_the_right_to_write_takes_nothing_back(client, world):
    revision = world.in_review()
    end_everything(world.author)
    with pytest.raises(NotPermitted):
        withdraw_from_review(revision_id=revision.pk, by=world.author)
    assert opened(client, world.author, revision) == [404, 404]


def test_an_author_without_the_right_to_write_saves_nothing(client, world):
    revision = world.draft()
    end_everything(world.author)
    with pytest.raises(NotPermitted):
        write_markdown(revision_id=revision.pk, text="mine", version=1, by=world.author)
    address = reverse("documents:save", args=[revision.document_id, revision.pk])
    client.force_login(world.author)
    assert client.post(address, {"text": "mine", "version": "1"}).status_code == 404


def test_an_approver_whose_right_ended_approves_nothing(world):
    revision = world.in_approval()
    end_everything(world.approver)
    with pytest.raises(RuleBroken):
        world.approve(revision)
