"""Tokens: what is kept of them, what they open, and what ends them."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from qms.api.models import ApiToken
from qms.api.services import LONGEST, make_token, revoke_token
from qms.api.states import TokenScope
from qms.core.canonical import sha256
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.services import deactivate_person
from qms.trail.models import Entry


def verbs():
    return list(Entry.objects.filter(verb__startswith="api.").order_by("pk").values_list("verb", flat=True))


def test_only_the_hash_of_a_secret_is_kept(world, program):
    made = program(world.author)
    kept = ApiToken.objects.filter(pk=made.token.pk).values().get()
    assert kept["secret_hash"] == sha256(made.secret)
    assert [name for name, value in kept.items() if made.secret in str(value)] == []


def test_making_and_revoking_are_in_the_trail(world, program):
    made = program(world.author)
    revoke_token(token_id=made.token.pk, by=world.author)
    revoke_token(token_id=made.token.pk, by=world.author)
    assert verbs() == ["api.token_made", "api.token_revoked"]


def test_a_token_opens_the_api(world, program):
    assert program(world.author).get("duties/").status_code == 200


def test_no_token_is_refused_with_the_one_shape(db):
    answer = Client().get("/api/v1/duties/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert set(answer.json()["error"]) == {"code", "message", "fields"}


def test_a_made_up_token_is_refused(db):
    answer = Client().get("/api/v1/duties/", headers={"Authorization": "Bearer qms_none"})
    assert answer.status_code == 401


def test_a_session_opens_nothing_in_the_api(world):
    client = Client()
    client.force_login(world.author)
    assert client.get("/api/v1/duties/").status_code == 401


def test_a_revoked_token_is_refused(world, program):
    made = program(world.author)
    revoke_token(token_id=made.token.pk, by=world.author)
    assert made.get("duties/").status_code == 401


def test_an_ended_token_is_refused(world, program):
    made = program(world.author)
    past = timezone.now() - timedelta(seconds=1)
    ApiToken.objects.filter(pk=made.token.pk).update(made_at=past - timedelta(days=1), ends_at=past)
    assert made.get("duties/").status_code == 401


def test_the_tokens_of_somebody_who_left_are_refused_and_revoked(world, program):
    made = program(world.stranger)
    deactivate_person(person_id=world.stranger.pk, by=world.it, reason="Has left.")
    made.token.refresh_from_db()
    assert made.get("duties/").status_code == 401
    assert made.token.revoked_at is not None


def test_a_token_that_may_read_changes_nothing(world, program):
    reading = program(world.author, TokenScope.READ)
    answer = reading.post("documents/", {"title": "Cleaning", "type": "SOP"})
    assert (reading.get("documents/").status_code, answer.status_code) == (200, 403)
    assert answer.json()["error"]["message"] == "This token may only read."


def test_use_is_noted_at_most_once_a_minute(world, program):
    made = program(world.author)
    made.get("duties/")
    first = ApiToken.objects.get(pk=made.token.pk).last_used_at
    made.get("duties/")
    assert first is not None
    assert ApiToken.objects.get(pk=made.token.pk).last_used_at == first


def test_a_token_makes_no_token(world):
    world.author.acting_key = "token:1"
    with pytest.raises(NotPermitted):
        make_token(name="x", scope=TokenScope.READ, ends_at=timezone.now() + timedelta(days=1), by=world.author)


@pytest.mark.parametrize("days", [-1, LONGEST.days + 1])
def test_a_token_ends_within_a_year(world, days):
    with pytest.raises(RuleBroken):
        make_token(name="x", scope=TokenScope.READ, ends_at=timezone.now() + timedelta(days=days), by=world.author)


def test_nobody_revokes_the_token_of_another(world, program):
    made = program(world.author)
    with pytest.raises(NotPermitted):
        revoke_token(token_id=made.token.pk, by=world.quality)


def test_too_many_requests_are_told_to_wait(world, program, monkeypatch):
    monkeypatch.setattr("qms.api.throttling.MOST", 2)
    made = program(world.author)
    with time_machine.travel(timezone.now(), tick=False):
        answers = [made.get("duties/") for _each in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"
