"""Several at once: one first quality manager, never none left, one signature a proof, no circle of managers."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection

from qms.core.actors import SYSTEM
from qms.core.errors import RuleBroken
from qms.organization import services
from qms.organization.models import RoleAssignment, Setting, User
from qms.organization.queries import held, holders_of
from qms.organization.states import Role
from qms.signatures.models import Signature, SigningProof
from qms.signatures.services import ask_passkey, prove_by_passkey, sign
from qms.signatures.states import Meaning
from tests.signatures.passkey import Passkey
from tests.world import World

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]

CONTENT = "a" * 64


def at_once(*acts):
    """Call these from as many threads at the same moment; return what each gave or refused."""
    gate = Barrier(len(acts))

    def one(act):
        gate.wait()
        try:
            return act()
        except RuleBroken as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def went_through(answers) -> int:
    return sum(not isinstance(answer, Exception) for answer in answers)


@pytest.fixture
def cast(db):
    cache.clear()
    return World()


def test_the_first_quality_manager_is_one(db):
    made = services.set_up(organization="G", zone="UTC", username="root", name="Root", quality_manager=False).person
    people = [services.create_person(username=f"p{n}", name="P", by=SYSTEM) for n in range(6)]
    acts = [
        lambda person=person: services.name_first_quality_manager(person_id=person.pk, by=made) for person in people
    ]
    assert (went_through(at_once(*acts)), RoleAssignment.objects.filter(role=Role.QUALITY_MANAGER).count()) == (1, 1)


def test_two_quality_managers_who_end_each_others_role_leave_one(cast):
    second = cast.person("quality2", Role.QUALITY_MANAGER)
    mine, theirs = cast.quality.assignments.get().pk, second.assignments.get().pk
    answers = at_once(
        lambda: services.end_role(assignment_id=theirs, by=User.objects.get(pk=cast.quality.pk)),
        lambda: services.end_role(assignment_id=mine, by=User.objects.get(pk=second.pk)),
    )
    assert (went_through(answers), holders_of(Role.QUALITY_MANAGER).count()) == (1, 1)


def test_the_same_role_is_given_once(cast):
    acts = [
        lambda: services.grant_role(person_id=cast.stranger.pk, role=Role.AUTHOR, by=cast.quality) for _n in range(6)
    ]
    assert (went_through(at_once(*acts)), cast.stranger.assignments.filter(held()).count()) == (1, 1)


def test_two_changes_never_make_a_circle_of_managers(cast):
    answers = at_once(
        lambda: services.change_person(person_id=cast.reader.pk, line_manager=cast.author, by=cast.it),
        lambda: services.change_person(person_id=cast.author.pk, line_manager=cast.reader, by=cast.it),
    )
    reporting = User.objects.filter(pk__in=[cast.reader.pk, cast.author.pk], line_manager__isnull=False).count()
    assert (went_through(answers), reporting) == (1, 1)


def test_a_setting_changed_by_many_has_one_open_span(cast):
    acts = [
        lambda n=n: services.change_setting(key="organization.name", value=f"Name {n}", by=cast.quality)
        for n in range(6)
    ]
    at_once(*acts)
    assert Setting.objects.filter(valid_until__isnull=True).count() == 1


def test_somebody_joins_a_team_once(cast):
    at_once(*[lambda: services.join_team(person_id=cast.author.pk, team_id=cast.team.pk, by=cast.quality)] * 6)
    assert cast.author.memberships.count() == 1


def test_a_proof_used_by_many_makes_one_signature(cast):
    proof = cast.proof(cast.approver, Meaning.APPROVED, CONTENT)
    acts = [
        lambda: sign(row=cast.process, content_hash=CONTENT, meaning=Meaning.APPROVED, by=cast.approver, proof=proof)
        for _n in range(8)
    ]
    assert (went_through(at_once(*acts)), Signature.objects.count()) == (1, 1)


def test_an_answer_of_a_passkey_sent_by_many_makes_one_proof(cast):
    key = Passkey(cast.approver)
    ceremony = {"person": cast.approver, "meaning": Meaning.APPROVED, "content_hash": CONTENT}
    here = {**ceremony, "session_key": "s", "origin": "http://localhost"}
    answer = key.answer(ask_passkey(**here)["challenge"])
    answers = at_once(*[lambda: prove_by_passkey(credential=answer, **here)] * 8)
    assert (went_through(answers), SigningProof.objects.count()) == (1, 1)


def test_whoever_is_closed_while_signing_has_signed_before_or_not_at_all(cast):
    proof = cast.proof(cast.approver, Meaning.APPROVED, CONTENT)
    answers = at_once(
        lambda: services.deactivate_person(person_id=cast.approver.pk, by=cast.it),
        lambda: sign(row=cast.process, content_hash=CONTENT, meaning=Meaning.APPROVED, by=cast.approver, proof=proof),
    )
    assert Signature.objects.count() == went_through(answers[1:])


def test_a_user_name_is_taken_once(cast):
    acts = [lambda: services.create_person(username="ann", name="Ann", by=cast.it) for _n in range(4)]
    assert (went_through(at_once(*acts)), User.objects.filter(username="ann").count()) == (1, 1)
