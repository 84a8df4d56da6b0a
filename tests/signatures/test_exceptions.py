"""Setting a rule of separation aside: only recorded, reasoned, ending, and signed by top management."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.models import Process
from qms.organization.states import Role
from qms.signatures.models import SeparationException, Signature
from qms.signatures.queries import exception_for, rule_rows
from qms.signatures.services import end_exception, exception_content_hash, grant_exception
from qms.signatures.states import Meaning, SeparationRule, kept_rules
from tests.organization.helpers import verbs
from tests.world import PASSWORD

RULE = SeparationRule.APPROVER_IS_AUTHOR
WORDS = {"reason": "We are three.", "compensating_check": "The auditor looks at each of these."}


def values(**changes):
    found = {"rule": RULE, **WORDS, "valid_until": timezone.now() + timedelta(days=90), "person": None, "process": None}
    return {**found, **changes}


def hash_of(given):
    return exception_content_hash(
        rule=given["rule"],
        reason=given["reason"],
        compensating_check=given["compensating_check"],
        valid_until=given["valid_until"],
        person_id=given["person"].pk if given["person"] else None,
        process_id=given["process"].pk if given["process"] else None,
    )


def grant(world, by=None, **changes):
    given = values(**changes)
    by = by or world.top
    return grant_exception(**given, by=by, proof=world.proof(by, Meaning.EXCEPTION_GRANTED, hash_of(given)))


def held(world, person=None, process_id=None):
    return exception_for(RULE, person=person or world.author, process_id=process_id)


def test_top_management_sets_a_rule_aside_with_a_signature(world):
    exception = grant(world)
    assert (exception.signature.printed_name, exception.signature.content_hash) == (
        "Top Person",
        exception.content_hash,
    )
    assert (held(world), verbs(exception)) == (exception, ["signatures.exception_granted"])


@pytest.mark.parametrize("who", ["quality", "it", "owner", "approver", "author", "reader"])
def test_nobody_else_sets_a_rule_aside(world, who):
    with pytest.raises(NotPermitted):
        grant(world, by=getattr(world, who))
    assert (SeparationException.objects.count(), Signature.objects.count()) == (0, 0)


def test_top_management_of_one_process_sets_rules_aside_there_alone(world):
    local = world.person("local")
    world.give(local, Role.TOP_MANAGEMENT, process=world.process)
    grant(world, by=local, process=world.process)
    with pytest.raises(NotPermitted):
        grant(world, by=local)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "  "}, "words_missing"),
        ({"compensating_check": ""}, "words_missing"),
        ({"valid_until": timezone.now() - timedelta(seconds=1)}, "bad_end"),
        ({"valid_until": timezone.now() + timedelta(days=800)}, "bad_end"),
    ],
)
def test_what_an_exception_needs(world, changes, code):
    with pytest.raises(RuleBroken) as refusal:
        grant(world, **changes)
    assert (refusal.value.code, SeparationException.objects.count()) == (code, 0)


def test_a_signature_for_another_exception_grants_nothing(world):
    given = values()
    proof = world.proof(world.top, Meaning.EXCEPTION_GRANTED, hash_of(values(reason="Another")))
    with pytest.raises(RuleBroken):
        grant_exception(**given, by=world.top, proof=proof)
    with pytest.raises(RuleBroken):
        grant_exception(**given, by=world.top, proof=None)
    assert SeparationException.objects.count() == 0


def test_an_exception_reaches_as_far_as_it_was_granted(world):
    other = Process.objects.create(number="P02", name="Sales")
    grant(world, person=world.author, process=world.process)
    found = [
        held(world, person, process.pk) is not None
        for person, process in (
            (world.author, world.process),
            (world.colleague, world.process),
            (world.author, other),
        )
    ]
    assert found == [True, False, False]
    assert exception_for(SeparationRule.ONE_PERSON_TWO_STEPS, person=world.author, process_id=world.process.pk) is None


def test_an_exception_ends_by_itself(world, time_machine_at):
    grant(world, valid_until=timezone.now() + timedelta(days=2))
    with time_machine_at(timezone.now() + timedelta(days=3)):
        assert held(world) is None


def test_an_exception_ends_early_with_a_reason_once(world):
    exception = grant(world)
    with pytest.raises(RuleBroken):
        end_exception(exception_id=exception.pk, by=world.top, reason=" ")
    with pytest.raises(NotPermitted):
        end_exception(exception_id=exception.pk, by=world.quality, reason="No")
    ended = end_exception(exception_id=exception.pk, by=world.top, reason="We are four now.")
    assert (held(world), ended.ended_by, ended.end_reason) == (None, world.top, "We are four now.")
    with pytest.raises(RuleBroken):
        end_exception(exception_id=exception.pk, by=world.top, reason="Again")
    assert verbs(exception) == ["signatures.exception_granted", "signatures.exception_ended"]


def test_when_and_by_whom_an_exception_ended_go_together(world):
    exception = grant(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        SeparationException.objects.filter(pk=exception.pk).update(ended_at=timezone.now())


def test_every_rule_is_listed_with_what_sets_it_aside(world, django_assert_num_queries):
    exception = grant(world)
    with django_assert_num_queries(1):
        rows = rule_rows()
    assert [len(row.exceptions) for row in rows] == [1, 0, 0, 0, 0]
    assert rows[0].exceptions[0].pk == exception.pk
    assert kept_rules() == [
        SeparationRule.APPROVER_IS_AUTHOR,
        SeparationRule.ONE_PERSON_TWO_STEPS,
        SeparationRule.VERIFIER_IS_DOER,
    ]


SEEN_BY = {"quality": True, "top": True, "auditor": True, "it": False, "owner": False, "author": False, "reader": False}


@pytest.mark.parametrize("who", SEEN_BY)
def test_exceptions_are_seen_by_those_who_look_after_separation(client, world, who):
    exception = grant(world)
    client.force_login(getattr(world, who))
    addresses = (reverse("signatures:separation"), exception.get_absolute_url())
    answers = {client.get(address).status_code for address in addresses}
    assert answers == ({200} if SEEN_BY[who] else {404})


@pytest.mark.parametrize("who", ["quality", "it", "owner", "reader"])
def test_only_top_management_finds_the_page_to_grant(client, world, who):
    client.force_login(getattr(world, who))
    assert client.get(reverse("signatures:grant")).status_code == 404


def asked(**changes):
    day = (timezone.localdate() + timedelta(days=60)).isoformat()
    return {"rule": RULE.value, "person": "author", "process": "", **WORDS, "ends_on": day, **changes}


@pytest.fixture
def top(client, world):
    cache.clear()
    client.force_login(world.top)
    return client


def test_the_page_shows_what_is_signed_and_takes_the_signature(top, world):
    shown = top.post(reverse("signatures:grant"), asked())
    assert ("We are three." in shown.content.decode(), SeparationException.objects.count()) == (True, 0)
    content_hash = shown.context["form"]["content_hash"].value()
    done = top.post(reverse("signatures:grant"), asked(content_hash=content_hash, password=PASSWORD))
    exception = SeparationException.objects.get()
    assert (done["Location"], exception.person, exception.content_hash) == (
        exception.get_absolute_url(),
        world.author,
        content_hash,
    )
    assert "Set aside by an exception" in top.get(exception.get_absolute_url()).content.decode()


def test_a_wrong_password_grants_nothing_and_keeps_what_was_typed(top, world):
    shown = top.post(reverse("signatures:grant"), asked())
    content_hash = shown.context["form"]["content_hash"].value()
    again = top.post(reverse("signatures:grant"), asked(content_hash=content_hash, password="wrong"))
    assert (again.status_code, SeparationException.objects.count()) == (422, 0)
    assert again.context["form"].errors["password"] != {}
    assert 'value="We are three."' in again.content.decode()


def test_an_empty_password_grants_nothing(top, world):
    shown = top.post(reverse("signatures:grant"), asked())
    content_hash = shown.context["form"]["content_hash"].value()
    again = top.post(reverse("signatures:grant"), asked(content_hash=content_hash, password=""))
    assert (again.status_code, SeparationException.objects.count()) == (422, 0)


def test_words_changed_after_reading_are_not_signed(top, world):
    shown = top.post(reverse("signatures:grant"), asked())
    content_hash = shown.context["form"]["content_hash"].value()
    sneaked = asked(content_hash=content_hash, password=PASSWORD, reason="Something else entirely")
    assert (top.post(reverse("signatures:grant"), sneaked).status_code, SeparationException.objects.count()) == (409, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "auditor_audits_own_work"},
        {"rule": "no_such_rule"},
        {"person": "nobody at all"},
        {"reason": ""},
        {"ends_on": "2020-01-01"},
        {"ends_on": "9999-12-31"},
        {"ends_on": "yesterday"},
        {"process": "98765"},
    ],
)
def test_a_form_filled_in_wrongly_says_so_at_the_field(top, world, changes):
    response = top.post(reverse("signatures:grant"), asked(**changes))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [next(iter(changes))])


def test_an_exception_ends_on_its_page(top, world):
    exception = grant(world)
    address = reverse("signatures:end", args=[exception.pk])
    assert top.post(address, {"reason": ""}).status_code == 422
    assert top.post(address, {"reason": "Done"})["Location"] == exception.get_absolute_url()
    assert "Done" in top.get(exception.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_separation_needs_the_same_queries_for_any_number(top, world, django_assert_num_queries, count):
    for _each in range(count):
        grant(world)
    top.get(reverse("signatures:separation"))
    with django_assert_num_queries(7):
        top.get(reverse("signatures:separation"))
