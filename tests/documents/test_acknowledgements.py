"""Acknowledgements, rule by rule (docs/lifecycles.md, K1-K12)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from documents import services
from documents.audience import Rule
from documents.models import Acknowledgement, Excusal, Objection, Revision
from documents.services.acknowledging import excusal_hash
from documents.services.audience import open_reading_duties, recompute_document, recompute_person
from documents.services.release import release_due
from documents.services.rounds import Place
from documents.states import ChangeClass
from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.duties.models import Duty
from qms.organization.models import RoleAssignment, TeamMembership
from qms.organization.queries import today
from qms.organization.states import Role
from qms.signatures.states import Meaning

pytestmark = pytest.mark.django_db


def read(revision, person):
    services.see(revision_id=revision.pk, by=person)
    return services.acknowledge(revision_id=revision.pk, by=person, content_hash=revision.content.sha256)


def release_next(world, document, change_class):
    revision = world.next_revision(document, change_class)
    if change_class in {ChangeClass.MAJOR, ChangeClass.TRAINING}:
        services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
        services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)
    revision = world.approve(revision)
    open_reading_duties(revision_id=revision.pk)
    return revision


def open_on(revision):
    return list(
        Duty.objects.filter(subject_key=str(revision.pk), kind="documents.acknowledge", closed_at=None).values_list(
            "person__username", flat=True
        )
    )


def test_the_audience_owes_an_acknowledgement_due_after_the_grace_days(world, released):
    duty = Duty.objects.get(kind="documents.acknowledge")
    assert (duty.person, duty.due_on) == (world.reader, today() + timedelta(days=14))


def test_opening_duties_twice_opens_them_once(released):
    assert open_reading_duties(revision_id=released.pk) == 0


def test_it_is_acknowledged_only_after_it_was_opened(world, released):
    with pytest.raises(RuleBroken, match="Open the document first"):
        services.acknowledge(revision_id=released.pk, by=world.reader, content_hash=released.content.sha256)


def test_an_acknowledgement_names_person_content_and_zone(world, released):
    given = read(released, world.reader)
    assert (given.person, given.content_hash, given.zone, given.base_revision) == (
        world.reader,
        released.content.sha256,
        "UTC",
        None,
    )
    assert open_on(released) == []


def test_a_double_tap_gives_one_acknowledgement(world, released):
    assert read(released, world.reader) == read(released, world.reader)
    assert Acknowledgement.objects.count() == 1


def test_another_content_than_the_one_shown_is_not_acknowledged(world, released):
    services.see(revision_id=released.pk, by=world.reader)
    with pytest.raises(Stale):
        services.acknowledge(revision_id=released.pk, by=world.reader, content_hash="0" * 64)


def test_the_database_refuses_to_change_or_remove_an_acknowledgement(world, released):
    given = read(released, world.reader)
    for statement in ("UPDATE {} SET statement = 'x' WHERE id = %s", "DELETE FROM {} WHERE id = %s"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(Acknowledgement._meta.db_table), [given.pk])


def test_a_major_change_asks_everybody_again(world, released):
    read(released, world.reader)
    revision = release_next(world, released.document, ChangeClass.MAJOR)
    assert open_on(revision) == ["reader"]
    assert read(revision, world.reader).base_revision == released


def test_a_minor_change_leaves_an_earlier_acknowledgement_valid(world, released):
    read(released, world.reader)
    assert open_on(release_next(world, released.document, ChangeClass.MINOR)) == []


def test_who_never_acknowledged_owes_the_current_revision_even_after_a_minor_change(world, released):
    revision = release_next(world, released.document, ChangeClass.MINOR)
    assert open_on(revision) == ["reader"]


def test_an_overdue_duty_hands_its_day_on(world, released):
    late = today() - timedelta(days=3)
    Duty.objects.filter(kind="documents.acknowledge").update(due_on=late)
    revision = release_next(world, released.document, ChangeClass.MAJOR)
    duty = Duty.objects.get(kind="documents.acknowledge", closed_at=None)
    assert (duty.subject_key, duty.due_on) == (str(revision.pk), late)


def test_training_is_acknowledged_before_it_takes_effect(world, released):
    read(released, world.reader)
    revision = release_next(world, released.document, ChangeClass.TRAINING)
    assert (revision.state, open_on(revision)) == ("approved", ["reader"])
    read(revision, world.reader)
    assert release_due(timezone.now()) == 1


def test_quality_where_the_document_lies_is_asked_when_its_date_has_come_and_readers_have_not(world, released):
    near, far = (world.person(name, Role.QUALITY_MANAGER) for name in ("near", "far"))
    RoleAssignment.objects.filter(person=near).update(process=world.process)
    RoleAssignment.objects.filter(person=far).update(site=world.other_site)
    revision = release_next(world, released.document, ChangeClass.TRAINING)
    Revision.objects.filter(pk=revision.pk).update(effective_from=timezone.now() - timedelta(minutes=1))
    assert release_due(timezone.now()) == 0
    asked = Duty.objects.filter(kind="documents.release").values_list("person__username", flat=True)
    assert sorted(asked) == ["near", "quality"]


def test_a_joiner_owes_the_document_and_a_leaver_no_longer(world, released):
    world.join(world.stranger, world.team)
    recompute_person(person_id=world.stranger.pk)
    assert sorted(open_on(released)) == ["reader", "stranger"]
    TeamMembership.objects.filter(person=world.stranger).update(valid_until=timezone.now())
    recompute_person(person_id=world.stranger.pk)
    closed = Duty.objects.get(person=world.stranger)
    assert (open_on(released), closed.outcome) == (["reader"], "no_longer_in_audience")


def test_a_changed_audience_opens_and_ends_duties(world, released):
    services.set_audience(
        document_id=released.document_id, rules=[Rule("person", str(world.stranger.pk))], by=world.owner
    )
    recompute_document(document_id=released.document_id)
    assert open_on(released) == ["stranger"]


def test_authors_and_approvers_in_the_audience_are_credited(world):
    world.join(world.author, world.team)
    world.join(world.approver, world.team)
    revision = world.draft()
    services.set_audience(document_id=revision.document_id, rules=[Rule("team", str(world.team.pk))], by=world.author)
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(revision)
    open_reading_duties(revision_id=world.approve(revision).pk)
    credited = Acknowledgement.objects.filter(method="credited").values_list("person__username", flat=True)
    assert (sorted(credited), open_on(revision)) == (["approver", "author"], ["reader"])


def test_an_objection_asks_the_owner_and_rests_the_ladder_once(world, released):
    services.object_to(revision_id=released.pk, by=world.reader, text="I have no such gauge.")
    duty = Duty.objects.get(kind="documents.acknowledge")
    assert duty.rested_until == today() + timedelta(days=7)
    asked = Duty.objects.get(kind="documents.answer_objection")
    assert asked.person == world.owner
    services.answer_objection(objection_id=Objection.objects.get().pk, by=world.owner, answer="Use the new one.")
    asked.refresh_from_db()
    assert asked.outcome == "done"


def test_a_process_owner_excuses_with_a_reason_and_a_signature(world, released):
    reason = "On parental leave until next year"
    proof = world.proof(world.owner, Meaning.EXCUSED, excusal_hash(released, world.reader, reason))
    services.excuse(revision_id=released.pk, person=world.reader, by=world.owner, proof=proof, reason=reason)
    assert (Excusal.objects.get().signature.meaning, open_on(released)) == ("excused", [])


def test_a_reader_excuses_nobody(world, released):
    with pytest.raises(NotPermitted):
        services.excuse(revision_id=released.pk, person=world.reader, by=world.author, proof=None, reason="x")


def test_who_leaves_owes_nothing_any_more(world, released):
    assert services.person_left(person_id=world.reader.pk) == 1
    assert Duty.objects.get(kind="documents.acknowledge").outcome == "left"


def test_a_retired_document_ends_its_duties(world, released):
    services.ask_retirement(revision_id=released.pk, approvers=[world.approver], by=world.owner, reason="Not made")
    proof = world.proof(world.approver, Meaning.RETIRED, released.content.sha256)
    services.agree_retirement(revision_id=released.pk, by=world.approver, proof=proof)
    assert Duty.objects.get(kind="documents.acknowledge").outcome == "obsolete"
