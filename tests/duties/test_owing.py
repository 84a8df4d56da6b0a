"""Opening, seeing, resting and closing duties."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from qms.core.errors import RuleBroken
from qms.duties.models import Duty, Notice
from qms.duties.queries import open_duties
from qms.duties.services import close, close_on, note_opening, open_for, rest, run_reminders
from qms.duties.states import Outcome
from qms.organization.models import Holiday
from tests.duties import cast
from tests.duties.cast import APPROVE, READ


def test_a_duty_opens_with_the_day_of_its_first_reminder_by_the_working_days_of_the_persons_site(house):
    Holiday.objects.create(site=house.site, day=date(2027, 2, 10))
    far = cast.person("far", site=cast.site("P2", working_days="67"))
    nowhere = cast.person("nowhere")
    open_for([house.ann.pk, far.pk, nowhere.pk], READ, house.process, due_on=date(2027, 2, 15), by=house.quinn)
    found = Duty.objects.order_by("person").values_list("person", "due_on", "counts_from", "next_step_on", "asked_by")
    due = date(2027, 2, 15)
    assert list(found) == [
        (house.ann.pk, due, due, date(2027, 2, 3), house.quinn.pk),
        (far.pk, due, due, date(2027, 1, 24), house.quinn.pk),
        (nowhere.pk, due, due, date(2027, 2, 4), house.quinn.pk),
    ]


def test_who_owes_it_already_keeps_the_open_duty(house):
    first = open_for([house.ann.pk], READ, house.process, due_on=date(2027, 2, 15))
    again = open_for([house.ann.pk, house.bob.pk, house.bob.pk], READ, house.process, due_on=date(2027, 3, 15))
    assert [each.person_id for each in again] == [house.bob.pk]
    assert list(open_duties(house.ann).values_list("pk", "due_on")) == [(first[0].pk, date(2027, 2, 15))]


def test_the_database_refuses_a_second_open_duty_of_one_kind_on_one_record(house):
    cast.duty(house.ann, house.process)
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.duty(house.ann, house.process)


def test_the_database_refuses_a_closed_duty_without_an_outcome(house):
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.duty(house.ann, house.process, closed_at=timezone.now())


def test_a_duty_without_a_day_comes_last_and_is_never_reminded_of(house):
    open_for([house.ann.pk], READ, house.process, due_on=None)
    open_for([house.ann.pk], APPROVE, house.process, due_on=date(2027, 5, 3))
    assert list(open_duties(house.ann).values_list("kind", "next_step_on")) == [
        (APPROVE, date(2027, 4, 22)),
        (READ, None),
    ]


def test_only_the_first_opening_of_the_content_is_kept(house, monday):
    open_for([house.ann.pk, house.bob.pk], READ, house.process, due_on=date(2027, 2, 15))
    assert note_opening(open_duties(house.ann)) == 1
    monday.move_to(datetime(2027, 2, 2, 9, 0, tzinfo=UTC))
    assert note_opening(open_duties(house.ann)) == 0
    assert list(Duty.objects.order_by("person").values_list("seen_at", flat=True)) == [
        datetime(2027, 2, 1, 9, 0, tzinfo=UTC),
        None,
    ]


def test_closing_closes_only_what_is_open_and_of_the_kinds_and_people_named(house):
    open_for([house.ann.pk, house.bob.pk], READ, house.process, due_on=date(2027, 2, 15))
    open_for([house.ann.pk], APPROVE, house.process, due_on=date(2027, 2, 15))
    assert close_on(house.process, Outcome.DONE, kinds=[READ], people=[house.ann.pk]) == 1
    assert close_on(house.process, Outcome.VOID, kinds=[READ]) == 1
    assert close(Duty.objects.all(), Outcome.OBSOLETE) == 1
    assert list(Duty.objects.order_by("pk").values_list("outcome", "next_step_on")) == [
        (Outcome.DONE, None),
        (Outcome.VOID, None),
        (Outcome.OBSOLETE, None),
    ]


def test_a_closed_duty_may_open_again(house):
    open_for([house.ann.pk], READ, house.process, due_on=date(2027, 2, 15))
    close_on(house.process, Outcome.DONE)
    assert len(open_for([house.ann.pk], READ, house.process, due_on=date(2028, 2, 15))) == 1


@pytest.mark.parametrize("due_on", [date(2027, 2, 1), date(2027, 1, 4)])
def test_an_approval_that_is_wanted_today_is_noted_for_the_next_minute(house, due_on):
    made = open_for([house.ann.pk], APPROVE, house.process, due_on=due_on)
    assert list(Notice.objects.values_list("duty", "recipient", "section", "kind", "step")) == [
        (made[0].pk, house.ann.pk, "own", "approval", 0)
    ]


@pytest.mark.parametrize(("kind", "due_on"), [(APPROVE, date(2027, 2, 2)), (APPROVE, None), (READ, date(2027, 2, 1))])
def test_nothing_else_goes_at_once(house, kind, due_on):
    open_for([house.ann.pk], kind, house.process, due_on=due_on)
    assert not Notice.objects.exists()


def test_a_release_to_thousands_needs_the_same_few_questions_whatever_their_number(
    house, django_assert_max_num_queries
):
    people = [cast.person(f"p{n}", site=house.site).pk for n in range(30)]
    with django_assert_max_num_queries(9):
        assert len(open_for(people, READ, house.process, due_on=date(2027, 2, 15))) == 30


def test_a_rest_moves_the_reminders_and_not_the_due_day(house):
    made = open_for([house.ann.pk], READ, house.process, due_on=date(2027, 2, 3))
    assert rest(Duty.objects.filter(pk=made[0].pk), date(2027, 2, 10)) == 1
    assert Duty.objects.values_list("due_on", "counts_from", "rested_until", "next_step_on").get() == (
        date(2027, 2, 3),
        date(2027, 2, 10),
        date(2027, 2, 10),
        date(2027, 2, 10),
    )


def test_a_rest_drops_what_waits_to_be_mailed(house):
    cast.duty(house.ann, house.process, due_on=date(2027, 1, 29), next_step_on=date(2027, 1, 20))
    early = datetime(2027, 2, 1, 3, 0, tzinfo=UTC)
    assert run_reminders(early).climbed == 1
    assert rest(Duty.objects.all(), date(2027, 2, 8)) == 1
    assert not Notice.objects.exists()
    assert run_reminders(early + timedelta(hours=9)).mails == 0


@pytest.mark.parametrize("until", [date(2027, 2, 1), date(2027, 1, 4)])
def test_a_rest_ends_on_a_day_to_come(house, until):
    cast.duty(house.ann, house.process, due_on=date(2027, 2, 3))
    with pytest.raises(RuleBroken):
        rest(Duty.objects.all(), until)
    assert Duty.objects.get().rested_until is None


def test_closed_duties_do_not_rest(house):
    cast.duty(house.ann, house.process, closed_at=timezone.now(), outcome=Outcome.DONE)
    assert rest(Duty.objects.all(), date(2027, 3, 1)) == 0


def test_duties_without_a_day_can_rest_too(house):
    open_for([house.ann.pk], READ, house.process, due_on=None)
    assert rest(Duty.objects.all(), date(2027, 3, 1)) == 1
    assert Duty.objects.get().rested_until == date(2027, 3, 1)
