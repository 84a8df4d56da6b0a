"""The state of a clause is a function of what is held for it: places, kinds, instants."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.core.seams.evidence_status import Kind
from qms.standards.states import Keeps
from qms.standards.status import (
    WORST_FIRST,
    Evidence,
    Held,
    Spanned,
    Status,
    beside,
    by_process,
    expected,
    held_at,
    next_change,
    status_of,
    worst,
)

DAY = datetime(2026, 3, 1, tzinfo=UTC)
EARLIER = DAY - timedelta(days=30)


def held(kind, count=1, *, since=None, ended=None, words="", site=None, process=None):
    found = Held(site, process)
    found.take(kind, count, since, ended, words)
    return found


DOCUMENT = held(Kind.MAINTAIN)
RECORD = held(Kind.RETAIN)
AUDIT = held(Kind.AUDITED, since=DAY, words="no finding")
ENDED_DOCUMENT = held(Kind.MAINTAIN, 0, ended=DAY)
ENDED_RECORD = held(Kind.RETAIN, 0, ended=EARLIER)
MAJOR = held(Kind.OPEN, since=DAY, words="major")
OVERDUE = held(Kind.ATTENTION)
ONE, TWO = held(Kind.CONCERNS, process=1), held(Kind.CONCERNS, process=2)
AT_7, AT_8 = held(Kind.CONCERNS, site=7, process=1), held(Kind.CONCERNS, site=8, process=2)

BOTH, EITHER = expected(Keeps.BOTH), expected(Keeps.NONE)
A_DOCUMENT, RECORDS = expected(Keeps.MAINTAIN), expected(Keeps.RETAIN)


@pytest.mark.parametrize(
    ("expects", "places", "state", "lacks", "since"),
    [
        (A_DOCUMENT, [], Evidence.NONE, (Kind.MAINTAIN,), None),
        (A_DOCUMENT, [DOCUMENT], Evidence.CURRENT, (), None),
        (A_DOCUMENT, [RECORD], Evidence.NONE, (Kind.MAINTAIN,), None),
        (A_DOCUMENT, [ENDED_DOCUMENT], Evidence.STALE, (Kind.MAINTAIN,), DAY),
        (A_DOCUMENT, [ENDED_DOCUMENT, DOCUMENT], Evidence.CURRENT, (), None),
        (A_DOCUMENT, [DOCUMENT, AUDIT], Evidence.AUDITED, (), DAY),
        (A_DOCUMENT, [AUDIT], Evidence.NONE, (Kind.MAINTAIN,), None),
        (A_DOCUMENT, [DOCUMENT, AUDIT, MAJOR], Evidence.OPEN, (), DAY),
        (RECORDS, [ENDED_RECORD, ENDED_DOCUMENT], Evidence.STALE, (Kind.RETAIN,), EARLIER),
        (BOTH, [DOCUMENT], Evidence.NONE, (Kind.RETAIN,), None),
        (BOTH, [DOCUMENT, ENDED_RECORD], Evidence.STALE, (Kind.RETAIN,), EARLIER),
        (BOTH, [ENDED_DOCUMENT], Evidence.NONE, (Kind.MAINTAIN, Kind.RETAIN), None),
        (BOTH, [ENDED_DOCUMENT, ENDED_RECORD], Evidence.STALE, (Kind.MAINTAIN, Kind.RETAIN), EARLIER),
        (BOTH, [DOCUMENT, RECORD], Evidence.CURRENT, (), None),
        (EITHER, [], Evidence.NONE, (Kind.MAINTAIN, Kind.RETAIN), None),
        (EITHER, [RECORD], Evidence.CURRENT, (), None),
        (EITHER, [ENDED_RECORD], Evidence.STALE, (Kind.MAINTAIN, Kind.RETAIN), EARLIER),
        (EITHER, [ENDED_RECORD, ENDED_DOCUMENT], Evidence.STALE, (Kind.MAINTAIN, Kind.RETAIN), DAY),
    ],
)
def test_a_place_has_the_state_that_its_evidence_gives_it(expects, places, state, lacks, since):
    found = status_of(expects, places)
    assert (found.state, found.lacks, found.since) == (state, lacks, since)


def test_an_overdue_review_is_attention_and_leaves_the_state_as_it_is():
    assert status_of(A_DOCUMENT, [DOCUMENT, OVERDUE]) == Status(Evidence.CURRENT, attention=True, count=1)


def test_the_organization_has_the_worst_of_its_places():
    found = [Status(state) for state in reversed(WORST_FIRST)]
    assert [worst(found[: n + 1]).state for n in range(5)] == ["audited", "current", "stale", "none", "open"]


def test_a_clause_that_concerns_processes_is_asked_of_each_of_them():
    at_purchasing = held(Kind.MAINTAIN, process=1)
    found = by_process(A_DOCUMENT, [at_purchasing, ONE, TWO], [])
    assert {key: status.state for key, status in found.items()} == {1: "current", 2: "none"}


def test_what_is_held_for_all_processes_serves_each_of_them():
    found = by_process(A_DOCUMENT, [DOCUMENT, ONE, TWO], [7])
    assert {key: status.state for key, status in found.items()} == {1: "current", 2: "current"}


def test_a_clause_that_concerns_no_process_takes_what_any_holds():
    found = by_process(A_DOCUMENT, [held(Kind.MAINTAIN, process=5)], [])
    assert {key: status.state for key, status in found.items()} == {None: "current"}


def test_a_process_that_is_not_asked_shows_what_it_holds_and_lacks_nothing():
    places = [held(Kind.MAINTAIN, process=1), held(Kind.RETAIN, 0, ended=DAY, process=2)]
    assert {key: each.state for key, each in beside(BOTH, places, [7, 8]).items()} == {1: "current", 2: "stale"}
    assert by_process(BOTH, places, [7, 8])[None].state == "stale"


def test_evidence_of_one_site_leaves_the_others_without():
    here = held(Kind.MAINTAIN, site=7)
    assert by_process(A_DOCUMENT, [here], [7, 8])[None].state == "none"
    assert by_process(A_DOCUMENT, [here], [7])[None].state == "current"
    assert by_process(A_DOCUMENT, [here, AT_7], [7, 8])[1].state == "current"


def test_a_status_says_when_it_changes_by_itself_and_into_what():
    seen = Spanned(Kind.RETAIN, DAY, DAY + timedelta(days=365))
    audited = Spanned(Kind.AUDITED, DAY, DAY + timedelta(days=100))
    spans = [seen, audited]

    def judge(held):
        return status_of(RECORDS, held)

    moments = []
    at = DAY
    while (change := next_change(spans, at, judge)) is not None:
        at, then = change
        moments.append(((at - DAY).days, then.state))
    assert moments == [(100, "current"), (365, "stale")]


def test_a_change_that_leaves_the_state_is_none():
    spans = [Spanned(Kind.RETAIN, DAY, DAY + timedelta(days=9)), Spanned(Kind.RETAIN, DAY)]
    assert next_change(spans, DAY, lambda held: status_of(RECORDS, held)) is None


spans_of_a_clause = st.lists(
    st.builds(
        lambda kind, begins, lasts, site, process: Spanned(
            kind,
            DAY + timedelta(days=begins),
            None if lasts is None else DAY + timedelta(days=begins + lasts),
            site,
            process,
        ),
        st.sampled_from([kind for kind in Kind if kind is not Kind.CONCERNS]),
        st.integers(0, 9),
        st.none() | st.integers(1, 9),
        st.sampled_from([None, 7, 8]),
        st.sampled_from([None, 1, 2]),
    ),
    max_size=6,
)


@given(spans_of_a_clause, st.sampled_from([A_DOCUMENT, RECORDS, BOTH, EITHER]), st.integers(0, 20))
def test_between_now_and_the_change_that_is_told_nothing_changes(spans, expects, days):
    def judge(held):
        return worst(list(by_process(expects, [*held, ONE, AT_8], [7, 8]).values()))

    at = DAY + timedelta(days=days)
    now = judge(held_at(spans, at))
    told = next_change(spans, at, judge)
    until = told[0] if told else at + timedelta(days=60)
    hours = int((until - at) / timedelta(hours=12))
    between = [judge(held_at(spans, at + timedelta(hours=12 * n))) for n in range(hours)]
    assert {(each.state, each.attention) for each in between} <= {(now.state, now.attention)}
    assert told is None or (told[1].state, told[1].attention) != (now.state, now.attention)
