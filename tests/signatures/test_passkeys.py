"""Signing with a passkey: the challenge holds content and meaning, and a stranger can check the answer later."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from qms.core.errors import NotPermitted, RuleBroken
from qms.organization import services as people
from qms.organization.models import User
from qms.signatures.assertions import holds
from qms.signatures.models import Signature, SigningChallenge, SigningProof
from qms.signatures.services import PROOF_LIFE, ask_passkey, prove_by_passkey, sign
from qms.signatures.states import Meaning
from tests.signatures.passkey import PRESENT, Passkey

CONTENT, OTHER = "a" * 64, "b" * 64
HERE = "http://localhost"


def ask(person, **changes):
    given = {"meaning": Meaning.APPROVED, "content_hash": CONTENT, "session_key": "s1", "origin": HERE, **changes}
    return ask_passkey(person=person, **given)["challenge"]


def prove(person, credential, **changes):
    given = {"meaning": Meaning.APPROVED, "content_hash": CONTENT, "session_key": "s1", "origin": HERE, **changes}
    return prove_by_passkey(person=person, credential=credential, **given)


def refused(attempt, code="passkey_refused"):
    with pytest.raises(NotPermitted) as refusal:
        attempt()
    assert (refusal.value.code, SigningProof.objects.count()) == (code, 0)


@pytest.fixture
def key(world):
    return Passkey(world.approver)


def test_a_passkey_signs_and_its_answer_stands_in_the_signature(world, key):
    proof = prove(world.approver, key.answer(ask(world.approver)))
    signature = sign(row=world.process, content_hash=CONTENT, meaning=Meaning.APPROVED, by=world.approver, proof=proof)
    kept = Signature.objects.get(pk=signature.pk)
    assert (kept.method, holds(kept.assertion, content_hash=CONTENT, meaning="approved")) == ("passkey", True)


def test_a_stranger_sees_when_content_meaning_or_answer_are_others(world, key):
    kept = prove(world.approver, key.answer(ask(world.approver))).assertion
    forged = []
    for field, value in json.loads(kept).items():
        if isinstance(value, str):
            changed = {**json.loads(kept), field: value[:-2] + ("AA" if value[-2:] != "AA" else "BB")}
            forged.append(holds(json.dumps(changed), content_hash=CONTENT, meaning="approved"))
    assert holds(kept, content_hash=OTHER, meaning="approved") is False
    assert holds(kept, content_hash=CONTENT, meaning="rejected") is False
    assert holds("{}", content_hash=CONTENT, meaning="approved") is False
    assert holds("not json", content_hash=CONTENT, meaning="approved") is False
    # The credential's name is the one field that nothing depends on.
    assert forged.count(True) == 1


def test_an_answer_counts_once(world, key):
    answer = key.answer(ask(world.approver))
    prove(world.approver, answer)
    with pytest.raises(NotPermitted):
        prove(world.approver, answer)
    assert SigningProof.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"meaning": Meaning.REJECTED}, {"content_hash": OTHER}, {"session_key": "s2"}, {"origin": "http://other"}],
    ids=["another meaning", "another content", "another session", "another site"],
)
def test_an_answer_for_something_else_is_refused(world, key, changes):
    answer = key.answer(ask(world.approver))
    refused(lambda: prove(world.approver, answer, **changes))


def test_an_answer_is_too_old_after_five_minutes(world, key, time_machine_at):
    now = timezone.now()
    with time_machine_at(now):
        answer = key.answer(ask(world.approver))
    with time_machine_at(now + PROOF_LIFE + timezone.timedelta(seconds=1)):
        refused(lambda: prove(world.approver, answer))


def test_the_challenge_of_somebody_else_is_refused(world, key):
    theirs = Passkey(world.second)
    refused(lambda: prove(world.second, theirs.answer(ask(world.approver))))


def test_the_key_of_somebody_else_is_refused(world, key):
    theirs = Passkey(world.second)
    refused(lambda: prove(world.approver, theirs.answer(ask(world.approver))))


@pytest.mark.parametrize(
    "changes",
    [
        {"flags": PRESENT},
        {"flags": 0},
        {"origin": "http://evil.example"},
        {"host": "evil.example"},
        {"kind": "webauthn.create"},
        {"signed": b"something else"},
    ],
    ids=["nobody verified", "nobody there", "another origin", "another site", "another kind", "forged signature"],
)
def test_an_answer_that_is_not_what_was_asked_is_refused(world, key, changes):
    refused(lambda: prove(world.approver, key.answer(ask(world.approver), **changes)))


def test_a_refused_answer_uses_its_challenge_up(world, key):
    challenge = ask(world.approver)
    refused(lambda: prove(world.approver, key.answer(challenge, flags=PRESENT)))
    refused(lambda: prove(world.approver, key.answer(challenge)))


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", "not json", '{"rawId": 7}', '{"id":"a","rawId":"b"}'])
def test_what_is_no_answer_at_all_is_refused(world, key, credential):
    ask(world.approver)
    refused(lambda: prove(world.approver, credential))


def test_a_challenge_nobody_asked_for_is_refused(world, key):
    refused(lambda: prove(world.approver, key.answer("AAAA")))


def test_a_passkey_does_not_help_whose_password_was_set_by_somebody_else(world, key):
    people.set_password(person_id=world.approver.pk, by=world.it)
    person = User.objects.get(pk=world.approver.pk)
    refused(lambda: ask(person), "password_not_own")
    refused(lambda: prove(person, key.answer("AAAA")), "password_not_own")


def test_somebody_without_a_passkey_is_told_so(world):
    with pytest.raises(RuleBroken) as refusal:
        ask(world.approver)
    assert refusal.value.code == "no_passkey"


@pytest.mark.parametrize("content_hash", ["", "a" * 63, "A" * 64, "g" * 64, "../" * 21 + "a"])
def test_what_is_no_hash_is_not_signed(world, key, content_hash):
    with pytest.raises(RuleBroken) as refusal:
        ask(world.approver, content_hash=content_hash)
    assert refusal.value.code == "nothing_to_sign"


def test_the_page_asks_with_a_post_and_gets_what_the_browser_needs(client, world, key):
    client.force_login(world.approver)
    address = reverse("signatures:passkey", args=["approved", CONTENT])
    asked = client.post(address, headers={"host": "localhost:8000"})
    assert client.get(address).status_code == 405
    assert sorted(asked.json()) == ["allowCredentials", "challenge", "rpId", "userVerification"]
    assert (asked.json()["rpId"], asked.json()["userVerification"]) == ("localhost", "required")
    assert SigningChallenge.objects.count() == 1


def test_an_unknown_meaning_is_no_page(client, world, key):
    client.force_login(world.approver)
    assert client.post(reverse("signatures:passkey", args=["crowned", CONTENT])).status_code == 404
