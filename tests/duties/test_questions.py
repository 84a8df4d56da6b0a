"""What is owed, by whom, and what was owed on a day."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from qms.core.seams.work import WorkItem
from qms.duties.queries import (
    Wanted,
    counts_of,
    described,
    done_by,
    everyones,
    groups_of,
    is_manager,
    my_work,
    open_count,
    overdue_by_person,
    overdue_by_team,
    own_people,
    todays,
    wanted,
    work_page,
)
from qms.duties.queries.listed import Counts
from qms.duties.states import Outcome
from qms.organization.models import Team, TeamMembership
from qms.organization.states import Role
from tests.duties import cast
from tests.duties.cast import APPROVE, BROKEN, READ

TODAY = date(2027, 2, 1)
DAY = timedelta(days=1)


def test_my_work_is_grouped_by_its_day(house):
    for n, days in enumerate([-3, 0, 1, 6, 7, None]):
        due_on = None if days is None else TODAY + days * DAY
        cast.duty(house.ann, cast.process(f"W{n}"), READ, due_on)
    found = [(group.key, [row.item.number for row in group.rows]) for group in groups_of(my_work(house.ann))]
    assert found == [("overdue", ["W0"]), ("today", ["W1"]), ("week", ["W2", "W3"]), ("later", ["W4", "W5"])]
    assert counts_of(house.ann) == Counts(open=6, overdue=1, today=1, week=2)


def test_who_owes_nothing_has_empty_work_and_counts(house):
    assert (my_work(house.ann), counts_of(house.ann)) == ([], Counts(0, 0, 0, 0))


@pytest.mark.parametrize("count", [1, 3])
def test_my_work_needs_one_question_and_one_for_each_kind(house, count, django_assert_num_queries):
    for n in range(count):
        cast.duty(house.ann, cast.process(f"W{n}"), READ, TODAY, asked_by=house.otto)
        cast.duty(house.ann, cast.process(f"V{n}"), APPROVE, TODAY, asked_by=house.otto)
    with django_assert_num_queries(4):
        rows = my_work(house.ann)
        assert {row.duty.asked_by.name for row in rows} == {"Otto Person"}


@pytest.mark.django_db(transaction=True)
def test_what_a_room_says_is_shown_and_what_it_cannot_say_is_left_to_the_words_of_the_kind(house):
    gone = cast.process("GONE")
    rows = [
        cast.duty(house.ann, house.process, READ),
        cast.duty(house.ann, gone, APPROVE),
        cast.duty(house.ann, house.process, BROKEN),
        cast.duty(house.ann, house.process, "left_out.some_thing"),
    ]
    gone.delete()
    item = WorkItem("P01", "Process P01", f"/processes/{house.process.pk}/")
    assert [(str(row.words), row.item, row.delegable) for row in described(rows)] == [
        ("Read", item, False),
        ("Approve", None, True),
        ("Break", None, True),
        ("some thing", None, False),
    ]
    assert [row.title for row in described(rows)] == ["P01 Process P01", "Approve", "Break", "some thing"]


def test_a_line_manager_sees_open_overdue_and_done_of_their_own_people(house):
    cast.duty(house.ann, house.process, READ, TODAY - DAY)
    cast.duty(house.ann, house.process, APPROVE, TODAY)
    cast.duty(house.bob, house.process, READ, closed_at=timezone.now(), outcome=Outcome.DONE)
    cast.duty(house.bob, house.process, READ, closed_at=timezone.now() - 31 * DAY, outcome=Outcome.DONE)
    cast.duty(house.bob, house.process, APPROVE, closed_at=timezone.now(), outcome=Outcome.VOID)
    cast.duty(house.stan, house.process, READ, TODAY - DAY)
    found = [(person.name, person.late, person.owing, person.done) for person in own_people(house.lea)]
    assert found == [("Ann Person", 1, 2, 0), ("Bob Person", 0, 0, 1)]
    assert [is_manager(each) for each in (house.lea, house.ann)] == [True, False]


def test_what_was_done_is_listed_the_latest_first(house):
    for days in (3, 1, 2):
        cast.duty(house.ann, house.process, READ, closed_at=timezone.now() - days * DAY, outcome=Outcome.DONE)
    cast.duty(house.ann, house.process, READ, closed_at=timezone.now(), outcome=Outcome.SUPERSEDED)
    assert [(timezone.now() - each.closed_at).days for each in done_by(house.ann)] == [1, 2, 3]


def test_quality_sees_who_is_late_and_which_teams(house):
    team = Team.objects.create(name="Laboratory")
    for person, until in ((house.ann, None), (house.bob, None), (house.stan, timezone.now() - DAY)):
        TeamMembership.objects.create(team=team, person=person, valid_from=timezone.now() - 9 * DAY, valid_until=until)
    cast.duty(house.ann, house.process, READ, TODAY - 5 * DAY)
    cast.duty(house.ann, house.process, APPROVE, TODAY - DAY)
    cast.duty(house.bob, house.process, READ, TODAY - DAY)
    cast.duty(house.bob, house.process, APPROVE, TODAY)
    cast.duty(house.stan, house.process, READ, TODAY - DAY)
    people = [(person.name, person.late, person.since) for person in overdue_by_person(house.quinn)]
    assert people == [
        ("Ann Person", 2, TODAY - 5 * DAY),
        ("Bob Person", 1, TODAY - DAY),
        ("Stan Person", 1, TODAY - DAY),
    ]
    assert [(each.name, each.late, each.people) for each in overdue_by_team(house.quinn)] == [("Laboratory", 3, 2)]


def test_quality_of_a_site_sees_the_people_of_that_site_only(house):
    plant = cast.site("P2")
    there, boss = cast.person("there", site=plant), cast.person("boss", Role.QUALITY_MANAGER, at=plant)
    cast.duty(there, house.process, READ, TODAY - DAY)
    cast.duty(house.ann, house.process, READ, TODAY - DAY)
    assert [each.person for each in everyones(boss)] == [there]
    assert [each.name for each in overdue_by_person(boss)] == ["There Person"]


@pytest.mark.parametrize("name", ["ann", "lea", "otto", "ivo"])
def test_without_the_right_nobodys_duties_are_seen(house, name):
    cast.duty(house.bob, house.process, READ, TODAY - DAY)
    viewer = getattr(house, name)
    assert not everyones(viewer).exists()
    assert not overdue_by_person(viewer).exists()


def test_the_list_of_all_duties_is_narrowed_by_its_address(house):
    team = Team.objects.create(name="Laboratory")
    TeamMembership.objects.create(team=team, person=house.bob, valid_from=timezone.now() - DAY)
    late = cast.duty(house.ann, house.process, READ, TODAY - DAY)
    bobs = cast.duty(house.bob, house.process, APPROVE, TODAY - 2 * DAY)
    coming = cast.duty(house.stan, house.process, READ, TODAY)
    undated = cast.duty(house.lea, house.process, READ)

    def found(**given):
        return [row.duty for row in work_page(house.quinn, wanted(given)).rows]

    assert found() == [bobs, late]
    assert found(when="coming") == [coming]
    assert found(when="undated") == [undated]
    assert found(kind=READ) == [late]
    assert found(person=str(house.bob.pk)) == [bobs]
    assert found(team=str(team.pk)) == [bobs]
    assert found(site=str(house.site.pk + 99)) == []


@pytest.mark.parametrize("given", [{"when": "x", "kind": "no.such", "person": "-1", "site": "9" * 99, "team": "²"}])
def test_an_address_that_says_nothing_is_no_filter(given):
    assert wanted(given) == Wanted()


def test_the_list_of_all_duties_pages_by_keyset(house):
    for n in range(60):
        cast.duty(house.ann, cast.process(f"K{n}"), READ, TODAY - (n % 7 + 1) * DAY)
    first = work_page(house.quinn, Wanted())
    second = work_page(house.quinn, Wanted(), after=first.after)
    back = work_page(house.quinn, Wanted(), before=second.before)
    assert (len(first.rows), len(second.rows), first.before, second.after) == (50, 10, "", "")
    assert [row.duty.pk for row in back.rows] == [row.duty.pk for row in first.rows]
    keys = [(row.duty.due_on, row.duty.pk) for row in first.rows + second.rows]
    assert keys == sorted(set(keys))


def test_who_has_been_late_longest_comes_first_with_what_is_overdue_longest(house):
    for days in (1, 2, 3, 4):
        cast.duty(house.ann, cast.process(f"A{days}"), READ, TODAY - days * DAY)
    cast.duty(house.bob, house.process, APPROVE, TODAY - 9 * DAY)
    bob, ann = todays(house.quinn).late
    assert (bob.person.name, bob.late, bob.since) == ("Bob Person", 1, TODAY - 9 * DAY)
    assert (ann.person.name, ann.late, ann.since) == ("Ann Person", 4, TODAY - 4 * DAY)
    assert [row.item.number for row in ann.things] == ["A4", "A3", "A2"]
    assert [row.duty.kind for row in bob.things] == [APPROVE]


def test_who_looks_is_named_among_the_late_where_they_may_see_themselves_and_their_own_work_is_theirs(house):
    plant = cast.site("P2")
    boss = cast.person("boss", Role.QUALITY_MANAGER, at=plant)
    for viewer in (house.quinn, boss):
        cast.duty(viewer, house.process, READ)
        cast.duty(viewer, house.process, APPROVE, TODAY - DAY)
    seen = {}
    for viewer in (house.quinn, boss):
        shown = todays(viewer)
        late = [(each.person, each.late, len(each.things)) for each in shown.late]
        seen[viewer] = (late, [row.duty.kind for row in shown.own], open_count(viewer))
    both = [(boss, 1, 1), (house.quinn, 1, 1)]
    assert seen == {house.quinn: (both, [APPROVE, READ], 2), boss: ([], [APPROVE, READ], 2)}
