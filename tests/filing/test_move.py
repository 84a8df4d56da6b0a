"""move(): one transition, whole or not at all. A job's row is borrowed for a lifecycle of its own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from qms.core.actors import SYSTEM
from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.core.lifecycle import Edge, Facts, Lifecycle
from qms.core.seams.after import Happening, after
from qms.filing.services import move
from qms.jobs.models import Job
from qms.organization.models import User
from qms.signatures.models import Signature, SigningProof
from qms.signatures.services import make_proof
from qms.signatures.states import Meaning, Method
from qms.trail.models import Entry
from qms.trail.queries import about
from tests.duties import cast

CONTENT = "c" * 64
OTHER = "d" * 64


@dataclass(frozen=True, kw_only=True)
class Known(Facts):
    """What the guards of these tests ask."""

    remarks: int = 0


def no_remarks(known):
    """Refuse while remarks are open."""
    return f"{known.remarks} remarks are open." if known.remarks else None


def edge(verb, sources, to, **fields):
    """Make an edge that owners may go."""
    return Edge(
        verb=verb, row=verb, label=verb, sources=frozenset(sources), to=to, **{"who": frozenset({"owner"}), **fields}
    )


LIFE: Lifecycle[Known] = Lifecycle(
    "gauges",
    [
        edge("show", ["draft"], "shown", guards=(no_remarks,)),
        edge("agree", ["shown"], "agreed", meaning=Meaning.APPROVED, who=frozenset({"approver"}), guards=(no_remarks,)),
        edge("return", ["shown", "agreed"], "draft", reason=True),
        edge("expire", ["agreed"], "past", who=frozenset()),
        edge("remark", ["draft", "shown"], "shown"),
    ],
    {"draft": "draft", "shown": "in review", "agreed": "agreed", "past": "past"},
)

HEARD: list[Happening] = []


def listen(happening):
    """Note what a room above would hear; fail when the reason says so."""
    if happening.detail["reason"] == "a handler fails":
        raise ZeroDivisionError
    HEARD.append(happening)


for verb in LIFE.edges:
    after.register(f"jobs.{verb}", "tests.filing", listen)


def a_row(state):
    """Make the borrowed row."""
    HEARD.clear()
    now = timezone.now()
    return Job.objects.create(kind="test", state=state, max_attempts=1, run_after=now, created_at=now)


def go(row, verb, by, standing=("owner", "approver"), remarks=0, **options):
    """Move a row, with standing and facts as given."""
    return move(
        lifecycle=LIFE,
        rows=Job.objects.all(),
        key=row.pk,
        verb=verb,
        by=by,
        facts=lambda _row, _by: Known(standing=frozenset(standing), remarks=remarks),
        **options,
    )


def proof(person, meaning=Meaning.APPROVED, content=CONTENT):
    """Make a fresh proof."""
    return make_proof(person=person, method=Method.PASSWORD, meaning=meaning, content_hash=content, session_key="s")


def everything():
    """Return the number of rows of every table, and every row that a move could change."""
    counts = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
    return counts, list(Job.objects.values()), list(SigningProof.objects.values())


def test_a_move_changes_the_state_and_writes_one_entry_with_its_detail(desk):
    row = a_row("draft")
    moved = go(row, "show", desk.ann, also=lambda _row: (desk.one,))
    row.refresh_from_db()
    assert (moved, row.state) == (row, "shown")
    entry = about(row).get()
    assert (entry.verb, entry.actor) == ("jobs.show", desk.ann.actor_key)
    assert entry.detail.text == '{"from":"draft","reason":"","to":"shown"}'
    assert about(desk.one).get() == entry
    assert [
        Happening("jobs.show", "jobs.job", str(row.pk), desk.ann, {"from": "draft", "to": "shown", "reason": ""})
    ] == HEARD


def test_an_edge_may_lead_to_where_it_began(desk):
    row = a_row("shown")
    go(row, "remark", desk.ann)
    row.refresh_from_db()
    assert (row.state, about(row).get().verb) == ("shown", "jobs.remark")


def test_a_signed_move_uses_the_proof_up_and_names_the_signature(desk):
    row, fresh = a_row("shown"), proof(desk.ann)
    go(row, "agree", desk.ann, content_hash=lambda _row: CONTENT, proof=fresh)
    signature = Signature.objects.get()
    assert (signature.person, signature.meaning, signature.content_hash, signature.subject_key) == (
        desk.ann,
        Meaning.APPROVED,
        CONTENT,
        str(row.pk),
    )
    fresh.refresh_from_db()
    assert fresh.used_at is not None
    assert about(signature).get() == about(row).get()
    assert f'"signature":"{signature.uid}"' in about(row).get().detail.text


def test_the_effect_runs_after_the_move_and_adds_to_the_detail(desk):
    row = a_row("shown")
    told = []

    def effect(moved):
        told.append((moved.row.state, moved.before, moved.edge.verb, moved.by, moved.reason, moved.signature))
        return {"duties": 3}

    go(row, "return", desk.ann, effect=effect, reason="too early")
    assert told == [("draft", "shown", "return", desk.ann, "too early", None)]
    assert about(row).get().detail.text == '{"duties":3,"from":"shown","reason":"too early","to":"draft"}'


def test_what_must_stand_before_is_prepared_before_the_signature(desk):
    row, order = a_row("shown"), []
    go(
        row,
        "agree",
        desk.ann,
        prepare=lambda found: order.append(("prepare", found.state, Signature.objects.count())),
        effect=lambda moved: order.append(("effect", moved.row.state, Signature.objects.count())),
        content_hash=lambda _row: CONTENT,
        proof=proof(desk.ann),
    )
    assert order == [("prepare", "shown", 0), ("effect", "agreed", 1)]


def test_the_system_goes_edges_of_its_own_and_signs_nothing(desk):
    row = a_row("agreed")
    go(row, "expire", SYSTEM, standing=())
    assert (about(row).get().actor, Signature.objects.count()) == ("system", 0)


def test_the_state_that_was_seen_lets_a_move_pass(desk):
    row = a_row("draft")
    assert go(row, "show", desk.ann, seen_state="draft").state == "shown"


def token_of(person):
    """Return a person for whom a token acts."""
    person.acting_key = "token:5"
    return person


def old(person):
    """Make a proof that is too old."""
    made = proof(person)
    SigningProof.objects.filter(pk=made.pk).update(made_at=timezone.now() - timezone.timedelta(minutes=6))
    return made


def used(person):
    """Make a proof that was used."""
    made = proof(person)
    SigningProof.objects.filter(pk=made.pk).update(used_at=timezone.now())
    return made


def explode(*_arguments):
    """Fail as a mistake in a room does."""
    raise ZeroDivisionError


def refuse(*_arguments):
    """Refuse as a room does."""
    raise RuleBroken("Not like this.", code="room")


SIGNED = {"content_hash": lambda _row: CONTENT}

REFUSALS = {
    "wrong state": ("agreed", "show", {}, RuleBroken, "wrong_state"),
    "the end of its life": ("past", "return", {"reason": "x"}, RuleBroken, "wrong_state"),
    "no standing": ("draft", "show", {"standing": ()}, NotPermitted, "not_permitted"),
    "standing for another edge": ("draft", "show", {"standing": ("approver",)}, NotPermitted, "not_permitted"),
    "an edge of the system": ("agreed", "expire", {}, NotPermitted, "not_permitted"),
    "no reason": ("shown", "return", {}, RuleBroken, "reason_missing"),
    "a blank reason": ("shown", "return", {"reason": " \n"}, RuleBroken, "reason_missing"),
    "a guard": ("draft", "show", {"remarks": 2}, RuleBroken, "guard"),
    "stale": ("draft", "show", {"seen_state": "shown"}, Stale, "stale"),
    "stale before anything else": ("agreed", "show", {"seen_state": "draft", "standing": ()}, Stale, "stale"),
    "no proof": ("shown", "agree", SIGNED, RuleBroken, "signature_missing"),
    "nothing to sign": ("shown", "agree", {"proof": proof}, RuleBroken, "nothing_to_sign"),
    "a token": ("shown", "agree", {**SIGNED, "proof": proof, "by": token_of}, NotPermitted, "not_permitted"),
    "an old proof": ("shown", "agree", {**SIGNED, "proof": old}, RuleBroken, "proof_refused"),
    "a used proof": ("shown", "agree", {**SIGNED, "proof": used}, RuleBroken, "proof_refused"),
    "a proof for another content": (
        "shown",
        "agree",
        {**SIGNED, "proof": lambda person: proof(person, content=OTHER)},
        RuleBroken,
        "proof_refused",
    ),
    "a proof for another meaning": (
        "shown",
        "agree",
        {**SIGNED, "proof": lambda person: proof(person, meaning=Meaning.REJECTED)},
        RuleBroken,
        "proof_refused",
    ),
    "a proof of another person": (
        "shown",
        "agree",
        {**SIGNED, "proof": lambda _person: proof(User.objects.get(username="bob"))},
        RuleBroken,
        "proof_refused",
    ),
    "a room refuses before": ("draft", "show", {"prepare": refuse}, RuleBroken, "room"),
    "a room refuses after": ("draft", "show", {"effect": refuse}, RuleBroken, "room"),
    "a room refuses after the signature": (
        "shown",
        "agree",
        {**SIGNED, "proof": proof, "effect": refuse},
        RuleBroken,
        "room",
    ),
    "an effect fails": ("shown", "agree", {**SIGNED, "proof": proof, "effect": explode}, ZeroDivisionError, None),
    "facts that cannot be had": ("draft", "show", {"also": explode}, ZeroDivisionError, None),
    "a detail that has no canonical form": ("draft", "show", {"effect": lambda _: {"x": 0.1}}, TypeError, None),
    "a handler above fails": ("draft", "show", {"reason": "a handler fails"}, ZeroDivisionError, None),
    "a handler above fails after the signature": (
        "shown",
        "agree",
        {**SIGNED, "proof": proof, "reason": "a handler fails"},
        ZeroDivisionError,
        None,
    ),
    "an unknown verb": ("draft", "vanish", {}, KeyError, None),
}


@pytest.mark.both
@pytest.mark.parametrize("case", REFUSALS)
def test_a_refused_move_has_changed_nothing(desk, case):
    state, verb, options, error, code = REFUSALS[case]
    row, given = a_row(state), dict(options)
    by = given.pop("by", lambda person: person)(desk.ann)
    if "proof" in given:
        given["proof"] = given["proof"](desk.ann)
    before = everything()
    with pytest.raises(error) as refusal:
        go(row, verb, by, **given)
    assert getattr(refusal.value, "code", None) == code
    assert everything() == before
    assert HEARD == []


def test_a_row_that_is_not_there_is_not_moved(desk):
    row = a_row("draft")
    gone = Job(pk=row.pk + 1)
    with pytest.raises(Job.DoesNotExist):
        go(gone, "show", desk.ann)


def test_rows_that_a_caller_may_not_see_are_not_moved(desk):
    row = a_row("draft")
    with pytest.raises(Job.DoesNotExist):
        move(
            lifecycle=LIFE,
            rows=Job.objects.filter(kind="other"),
            key=row.pk,
            verb="show",
            by=desk.ann,
            facts=lambda _row, _by: Known(standing=frozenset({"owner"})),
        )
    row.refresh_from_db()
    assert row.state == "draft"


def test_a_handler_is_told_only_of_its_own_verb(desk):
    go(a_row("draft"), "show", desk.ann)
    assert [happening.verb for happening in HEARD] == ["jobs.show"]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("movers", [2, 8])
def test_of_several_who_move_at_once_one_wins_and_the_others_are_told(movers):
    ann = cast.person("ann")
    row = a_row("draft")
    gate = Barrier(movers)

    def one(_n):
        gate.wait()
        try:
            return go(row, "show", ann, seen_state="draft")
        except RuleBroken as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(movers) as pool:
        answers = list(pool.map(one, range(movers)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Job", *["Stale"] * (movers - 1)]
    assert Entry.objects.filter(verb="jobs.show").count() == 1


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_one_proof_signs_once_however_many_use_it_at_once():
    ann = cast.person("ann")
    rows = [a_row("shown") for _each in range(6)]
    fresh, gate = proof(ann), Barrier(6)

    def one(row):
        gate.wait()
        try:
            return go(row, "agree", User.objects.get(pk=ann.pk), content_hash=lambda _row: CONTENT, proof=fresh)
        except RuleBroken as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(one, rows))
    assert sum(isinstance(answer, Job) for answer in answers) == 1
    assert answers.count("proof_refused") == 5
    assert (Signature.objects.count(), Job.objects.filter(state="agreed").count()) == (1, 1)
