"""Facts are read by state: every guard of every edge finds what it asks for."""

from dataclasses import fields

from documents.queries.facts import _before_it_moves, _known
from documents.states import REVISION, RevisionFacts

# What only a verb knows: whom it names.
OF_THE_VERB = {"reviewers", "approvers_problem"}
NAMES = {field.name for field in fields(RevisionFacts)}


def asked(edge):
    return {name for guard in edge.guards for name in guard.__code__.co_names} & NAMES


def test_every_guard_finds_what_it_asks_for_in_the_states_its_edge_begins(world):
    effective = world.effective()
    seen = {
        "draft": world.draft(),
        "in_review": world.in_review(),
        "in_approval": world.in_approval(),
        "effective": effective,
    }
    known = {state: set(_known(row, None, None)) | set(_before_it_moves(row, None)) for state, row in seen.items()}
    row = seen["in_approval"]
    row.state = "approved"
    known["approved"] = set(_known(row, None, None)) | set(_before_it_moves(row, None))
    wanting = {
        (edge.verb, state): asked(edge) - known[state] - OF_THE_VERB
        for edge in REVISION.edges.values()
        for state in edge.sources & set(known)
        if asked(edge) - known[state] - OF_THE_VERB
    }
    assert wanting == {}
