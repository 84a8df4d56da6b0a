"""Proofs: fresh, single-use, bound to person, session, meaning and content; every other way is refused."""

import json

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from qms.core.errors import NotPermitted, RuleBroken
from qms.organization import services as people
from qms.organization.models import User
from qms.signatures.models import Signature, SigningProof
from qms.signatures.services import PROOF_LIFE, forget_unused, make_proof, prove_by_password, sign
from qms.signatures.states import Meaning, Method
from tests.world import PASSWORD

CONTENT, OTHER = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def _forget_rates():
    cache.clear()


def prove(person, password=PASSWORD, **changes):
    given = {"meaning": Meaning.APPROVED, "content_hash": CONTENT, "session_key": "s1", "request": None, **changes}
    return prove_by_password(person=person, password=password, **given)


def give(world, proof, **changes):
    given = {"content_hash": CONTENT, "meaning": Meaning.APPROVED, "by": world.approver, **changes}
    return sign(row=world.process, proof=proof, **given)


def test_the_right_password_makes_a_proof_and_the_proof_a_signature(world):
    signature = give(world, prove(world.approver))
    assert (signature.printed_name, signature.meaning, signature.method, signature.content_hash) == (
        "Approver Person",
        "approved",
        "password",
        CONTENT,
    )
    assert (signature.subject_model, signature.subject_key) == ("organization.process", str(world.process.pk))


def test_a_signature_keeps_the_name_the_zone_and_the_time_it_was_given_with(world):
    people.change_setting(key="organization.zone", value="Europe/Berlin", by=world.quality)
    signature = give(world, prove(world.approver))
    people.change_person(person_id=world.approver.pk, name="Married Name", by=world.it)
    kept = Signature.objects.get(pk=signature.pk)
    assert (kept.printed_name, kept.zone) == ("Approver Person", "Europe/Berlin")


def test_no_proof_no_signature(world):
    with pytest.raises(RuleBroken) as refusal:
        give(world, None)
    assert refusal.value.code == "signature_missing"


def test_a_proof_counts_once(world):
    proof = prove(world.approver)
    give(world, proof)
    with pytest.raises(RuleBroken) as refusal:
        give(world, proof)
    assert (refusal.value.code, Signature.objects.count()) == ("proof_refused", 1)


def test_the_database_keeps_one_signature_a_proof(world):
    proof = prove(world.approver)
    signature = give(world, proof)
    twin = Signature.objects.get(pk=signature.pk)
    twin.pk, twin.uid, twin._state.adding = None, "01890000-0000-7000-8000-000000000000", True
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.mark.parametrize(
    "changes",
    [{"content_hash": OTHER}, {"meaning": Meaning.REJECTED}],
    ids=["content changed after it was read", "another meaning"],
)
def test_a_proof_for_something_else_is_refused_and_stays_unused(world, changes):
    proof = prove(world.approver)
    with pytest.raises(RuleBroken) as refusal:
        give(world, proof, **changes)
    proof.refresh_from_db()
    assert (refusal.value.code, proof.used_at, Signature.objects.count()) == ("proof_refused", None, 0)


def test_the_proof_of_somebody_else_is_refused(world):
    with pytest.raises(RuleBroken):
        give(world, prove(world.second))
    assert Signature.objects.count() == 0


def test_a_proof_is_too_old_after_five_minutes(world, time_machine_at):
    now = timezone.now()
    with time_machine_at(now):
        early, late = prove(world.approver), prove(world.approver)
    with time_machine_at(now + PROOF_LIFE - timezone.timedelta(seconds=1)):
        give(world, early)
    with time_machine_at(now + PROOF_LIFE + timezone.timedelta(seconds=1)), pytest.raises(RuleBroken):
        give(world, late)


def test_the_right_password_of_somebody_else_proves_nothing(world):
    User.objects.get(pk=world.approver.pk)
    world.approver.set_password("quite another one")
    world.approver.save()
    with pytest.raises(NotPermitted):
        prove(world.approver, PASSWORD)
    assert SigningProof.objects.count() == 0


def test_five_wrong_passwords_lock_signing_and_the_sign_in(world, rf):
    for _each in range(5):
        with pytest.raises(NotPermitted):
            prove(world.approver, "wrong", request=rf.post("/"))
    with pytest.raises(NotPermitted):
        prove(world.approver, request=rf.post("/"))
    prove(world.second, request=rf.post("/"))
    assert SigningProof.objects.filter(person=world.approver).count() == 0


def test_a_password_set_by_somebody_else_signs_nothing(world):
    password = people.set_password(person_id=world.approver.pk, by=world.it)
    with pytest.raises(NotPermitted) as refusal:
        prove(User.objects.get(pk=world.approver.pk), password)
    assert refusal.value.code == "password_not_own"


def test_a_password_that_becomes_somebody_elses_between_proof_and_signature_signs_nothing(world):
    proof = prove(world.approver)
    people.set_password(person_id=world.approver.pk, by=world.it)
    with pytest.raises(RuleBroken):
        give(world, proof)


def test_whoever_leaves_between_page_and_click_signs_nothing(world):
    proof = prove(world.approver)
    people.deactivate_person(person_id=world.approver.pk, by=world.it)
    with pytest.raises(RuleBroken):
        give(world, proof)
    with pytest.raises(NotPermitted):
        prove(User.objects.get(pk=world.approver.pk))


def test_a_token_neither_proves_nor_signs(world):
    proof = prove(world.approver)
    world.approver.acting_key = "token:5"
    for attempt in (lambda: prove(world.approver), lambda: give(world, proof)):
        with pytest.raises(NotPermitted) as refusal:
            attempt()
        assert refusal.value.code == "token"


def test_a_signature_is_never_changed_and_never_deleted(world):
    signature = give(world, prove(world.approver))
    for attempt in (signature.save, signature.delete, Signature.objects.all().delete):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(TypeError):
        Signature.objects.update(printed_name="Forged")


def test_the_canonical_form_holds_all_that_was_signed(world):
    signature = give(world, prove(world.approver))
    kept = Signature.objects.get(pk=signature.pk)
    assert kept.canonical() == signature.canonical()
    assert sorted(json.loads(kept.canonical())) == [
        "assertion",
        "content_hash",
        "meaning",
        "method",
        "person",
        "printed_name",
        "signed_at",
        "subject",
        "uid",
        "v",
        "zone",
    ]


def test_a_proof_made_by_a_ceremony_names_its_method(world):
    proof = make_proof(
        person=world.approver,
        method=Method.PASSKEY,
        meaning=Meaning.APPROVED,
        content_hash=CONTENT,
        session_key="s1",
        assertion="{}",
    )
    assert give(world, proof).method_words == "passkey"


def test_what_nobody_signed_with_is_forgotten_after_a_day(world, time_machine_at):
    now = timezone.now()
    with time_machine_at(now - timezone.timedelta(days=2)):
        give(world, prove(world.approver))
        prove(world.approver)
    fresh = prove(world.approver)
    assert forget_unused() == 1
    assert (SigningProof.objects.filter(pk=fresh.pk).exists(), Signature.objects.count()) == (True, 1)
