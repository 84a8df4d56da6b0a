"""Two at the same moment on one revision: one is first, the other is told in words, and nothing is decided twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connection, transaction

from documents import services
from documents.audience import Rule
from documents.models import ReadingDuty, Revision, Seat
from documents.services.release import take_effect
from documents.states import ChangeClass, State
from qms.core.errors import RuleBroken
from qms.duties.models import Duty
from qms.duties.services import move_duty
from qms.organization.models import User
from qms.signatures.models import Signature
from qms.signatures.states import Meaning
from qms.trail.models import Entry
from tests.world import World

VERBS = ("approve", "complete_approval", "take_effect")

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    """Call these from a thread each at the same moment; return what each gave, or "no" for a refusal in words."""
    gate = Barrier(len(acts))

    def one(act):
        gate.wait()
        try:
            return act()
        except RuleBroken:
            return "no"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def fresh(person):
    return User.objects.get(pk=person.pk)


def counts(revision):
    """Return the state, how often it was decided, signed and put in force."""
    return (
        Revision.objects.get(pk=revision.pk).state,
        Signature.objects.filter(meaning=Meaning.APPROVED).count(),
        *(
            Entry.objects.filter(verb=f"documents.{verb}").count()
            for verb in ("approve", "complete_approval", "take_effect")
        ),
    )


def test_two_approvers_at_once_and_a_double_click_decide_once(db):
    world = World()
    revision = world.in_approval(world.approver, world.second)
    proofs = [
        (person, world.proof(person, Meaning.APPROVED, revision.content.sha256))
        for person in (world.approver, world.approver, world.second, world.second)
    ]

    def sign(person, proof):
        return services.approve(revision_id=revision.pk, by=fresh(person), proof=proof).pk

    answers = at_once(*(lambda pair=pair: sign(*pair) for pair in proofs))
    assert sorted(map(str, answers)) == [str(revision.pk)] * 2 + ["no"] * 2
    assert counts(revision) == (State.EFFECTIVE, 2, 2, 1, 1)


def test_an_approval_signed_while_quality_hands_it_on_is_one_or_the_other(db):
    world = World()
    for _round in range(4):
        revision = world.in_approval()
        asked = Duty.objects.filter(kind="documents.approve", subject_key=str(revision.pk), closed_at=None)
        duty = asked.get()
        quality, approver, second = fresh(world.quality), fresh(world.approver), fresh(world.second)
        answers = at_once(
            lambda r=revision, by=approver: world.approve(r, by=by).state,
            lambda d=duty, by=quality, to=second: move_duty(duty_id=d.pk, to=to, reason="On leave.", by=by).kind,
        )
        seat = Seat.objects.get(round__revision=revision, round__kind="approval")
        left = list(asked.values_list("person", flat=True))
        moved = (["no", "documents.approve"], second.pk, [second.pk])
        assert (answers, seat.person_id, left) in [(["effective", "no"], approver.pk, []), moved]


def test_who_reads_is_asked_about_what_a_release_under_way_puts_in_force_and_not_about_what_it_ends(db):
    world = World()
    first = world.effective()
    services.set_audience(
        document_id=first.document_id, rules=[Rule("person", str(world.reader.pk))], by=fresh(world.owner)
    )
    second = world.next_revision(first.document, ChangeClass.MAJOR)
    Revision.objects.filter(pk=second.pk).update(state=State.APPROVED, content=first.content)
    begun = Event()

    def release():
        with transaction.atomic():
            take_effect(revision_id=second.pk)
            begun.set()
            sleep(0.5)

    def ask():
        begun.wait(10)
        services.audience.recompute_document(document_id=first.document_id)

    at_once(release, ask)
    owed = ReadingDuty.objects.filter(duty__closed_at=None)
    assert list(owed.values_list("person", "revision")) == [(world.reader.pk, second.pk)]
