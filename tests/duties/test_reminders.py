"""One run of reminders: the ladder climbed, at most one digest a person and day, escalations at once (K8, K9)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from qms.duties.models import Digest, Duty, Notice
from qms.duties.queries import failed_digests, reminders_due, told_about
from qms.duties.services import Run, open_for, run_reminders, wake_reminders
from qms.duties.states import Outcome
from qms.jobs.models import Job, OutgoingMail
from qms.organization.models import Holiday, Setting
from qms.organization.states import Role
from tests.duties import cast
from tests.duties.cast import APPROVE, BROKEN, DAY, FOUR, NINE, READ, body, every_day, mails, owe


def test_the_ladder_goes_from_the_person_to_quality_and_does_not_give_up(house):
    made = open_for([house.ann.pk], READ, house.process, due_on=date(2027, 3, 15))
    assert every_day(date(2027, 2, 25), 57) == {
        date(2027, 3, 4): ["ann digest"],
        date(2027, 3, 15): ["ann digest"],
        date(2027, 3, 18): ["ann digest", "lea digest"],
        date(2027, 3, 24): ["lea digest", "otto digest"],
        date(2027, 4, 2): ["quinn escalation"],
        date(2027, 4, 9): ["ann digest", "lea digest"],
        date(2027, 4, 16): ["ann digest", "lea digest"],
    }
    duty = Duty.objects.get(pk=made[0].pk)
    assert (duty.step, duty.next_step_on) == (7, date(2027, 4, 23))


def test_a_duty_that_is_done_is_not_told_of_again(house):
    open_for([house.ann.pk], READ, house.process, due_on=date(2027, 3, 15))
    every_day(date(2027, 3, 1), 20)
    Duty.objects.update(closed_at=timezone.now(), outcome=Outcome.DONE, next_step_on=None)
    assert every_day(date(2027, 3, 21), 40) == {}


def test_a_duty_done_between_its_step_and_the_morning_is_not_in_the_digest(house):
    owe(house.ann, house, date(2027, 2, 1))
    assert run_reminders(FOUR) == Run(climbed=1, mails=0)
    Duty.objects.update(closed_at=timezone.now(), outcome=Outcome.DONE, next_step_on=None)
    assert run_reminders(NINE).mails == 0
    assert (Digest.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_person_gets_one_digest_a_day_however_many_duties_and_runs_there_are(house):
    other = cast.process("P02")
    owe(house.ann, house, date(2027, 2, 1))
    run_reminders(NINE)
    cast.duty(house.ann, other, READ, date(2027, 2, 1), next_step_on=date(2027, 1, 20))
    run_reminders(NINE + timedelta(hours=1))
    assert mails() == [(house.ann.pk, "digest", "2027-02-01")]
    run_reminders(NINE + DAY)
    assert mails() == [(house.ann.pk, "digest", "2027-02-01"), (house.ann.pk, "digest", "2027-02-02")]
    assert "P02" in body(house.ann)


def test_a_digest_goes_out_from_six_in_the_persons_own_morning(house):
    house.ann.time_zone = "America/New_York"
    house.ann.save()
    for person in (house.ann, house.bob):
        cast.duty(person, house.process, READ, date(2027, 2, 1), step=1, next_step_on=date(2027, 2, 1))
    sent = {}
    for minutes in range(0, 12 * 60, 30):
        at = datetime(2027, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        run_reminders(at)
        sent.update(
            {address: sent.get(address, at) for address in OutgoingMail.objects.values_list("to_address", flat=True)}
        )
    assert sent == {
        "ann@gauge.example": datetime(2027, 2, 1, 11, 0, tzinfo=UTC),
        "bob@gauge.example": datetime(2027, 2, 1, 6, 0, tzinfo=UTC),
    }


def test_without_a_zone_of_their_own_people_have_the_morning_of_their_site(house):
    tokyo = cast.site("TK", zone="Asia/Tokyo")
    worker = cast.person("worker", site=tokyo)
    owe(worker, house, date(2027, 2, 1))
    run_reminders(datetime(2027, 1, 31, 20, 59, tzinfo=UTC))
    assert mails() == []
    run_reminders(datetime(2027, 2, 1, 0, 1, tzinfo=UTC))
    assert mails() == [(worker.pk, "digest", "2027-02-01")]


def test_a_zone_that_is_none_stops_nobody(house):
    house.bob.time_zone = "Mars/Olympus"
    house.bob.save()
    owe(house.ann, house, date(2027, 2, 1))
    owe(house.bob, house, date(2027, 2, 1))
    run_reminders(NINE)
    assert [person for person, _kind, _slot in mails()] == [house.ann.pk, house.bob.pk]


def test_on_holidays_and_weekends_of_the_site_no_digest_goes_out(house):
    Holiday.objects.create(site=house.site, day=date(2027, 2, 1))
    owe(house.ann, house, date(2027, 1, 29))
    found = every_day(date(2027, 1, 30), 5)
    assert found == {date(2027, 2, 2): ["ann digest"]}


def test_a_server_that_was_off_for_three_days_catches_up_with_one_mail_a_person(house):
    for n in range(5):
        cast.duty(house.ann, cast.process(f"X{n}"), READ, date(2027, 3, 15), next_step_on=date(2027, 3, 4))
    run_reminders(datetime(2027, 3, 12, 7, 0, tzinfo=UTC))
    run_reminders(datetime(2027, 3, 19, 7, 0, tzinfo=UTC))
    assert sorted(mails()) == [
        (house.lea.pk, "digest", "2027-03-19"),
        (house.ann.pk, "digest", "2027-03-12"),
        (house.ann.pk, "digest", "2027-03-19"),
    ]


def test_the_digest_says_what_is_owed_with_links_that_sign_nobody_in(house, settings):
    owe(house.ann, house, date(2027, 1, 29))
    cast.duty(house.ann, cast.process("P02"), APPROVE, date(2027, 2, 1), next_step_on=date(2027, 2, 1), step=1)
    run_reminders(NINE)
    mail = OutgoingMail.objects.get(kind="digest")
    assert mail.subject == "You owe 2 things, 1 overdue"
    assert mail.body.split("\n-- \n")[0] == (
        "Hello Ann Person,\n\n"
        "What you owe\n\n"
        "* Read: P01 Process P01\n"
        "  due Jan. 29, 2027, 3 days overdue\n"
        f"  {settings.BASE_URL}/processes/{house.process.pk}/\n"
        "* Approve: P02 Process P02\n"
        "  due today, Feb. 1, 2027\n"
        f"  {settings.BASE_URL}/processes/{house.process.pk + 1}/\n\n"
        f"All of your work: {settings.BASE_URL}/work/\n\n"
        "The links ask you to sign in and show nothing to anybody else.\n"
    )


def test_the_digest_is_written_in_the_readers_language_and_lists_the_manager_and_the_owner_apart(house):
    owe(house.ann, house, date(2027, 1, 20))
    run_reminders(NINE)
    assert "Overdue among your people\n\n* Ann Person: Read: P01 Process P01\n" in body(house.lea)
    assert "Overdue in your processes\n\n* Ann Person: Read: P01 Process P01\n" in body(house.otto)
    assert OutgoingMail.objects.get(to_person=house.lea.pk).subject == "1 duty among your people"


def test_a_digest_repeats_all_that_is_overdue_so_that_a_lost_mail_loses_nothing(house):
    owe(house.ann, house, date(2027, 1, 29))
    run_reminders(NINE)
    cast.duty(house.ann, cast.process("P02"), READ, date(2027, 2, 2), next_step_on=date(2027, 2, 2), step=1)
    run_reminders(NINE + DAY)
    assert ("P01" in body(house.ann), "P02" in body(house.ann)) == (True, True)


def test_a_mail_shows_forty_duties_and_says_how_many_more_there_are(house):
    for n in range(45):
        cast.duty(house.ann, cast.process(f"N{n}"), READ, date(2027, 2, 1), next_step_on=date(2027, 2, 1), step=1)
    run_reminders(NINE)
    assert body(house.ann).count("* Read:") == 40
    assert "… and 5 more" in body(house.ann)
    assert OutgoingMail.objects.get().subject == "You owe 45 things"


def test_people_without_e_mail_are_told_through_their_line_manager_as_one_list(house):
    for person in (house.ann, house.bob):
        person.email = ""
        person.save()
        owe(person, house, date(2027, 2, 1))
    run_reminders(NINE)
    assert mails() == [(house.lea.pk, "digest", "2027-02-01")]
    assert "To pass on to people without e-mail\n\n* Ann Person: Read" in body(house.lea)
    assert "* Bob Person: Read" in body(house.lea)


def test_without_a_line_manager_the_list_goes_to_quality(house):
    house.ann.email, house.ann.line_manager = "", None
    house.ann.save()
    owe(house.ann, house, date(2027, 2, 1))
    run_reminders(NINE)
    assert mails() == [(house.quinn.pk, "digest", "2027-02-01")]


def test_a_line_manager_who_left_or_has_no_address_is_not_written_to(house):
    house.lea.is_active, house.lea.left_on = False, date(2027, 1, 1)
    house.lea.save()
    owe(house.ann, house, date(2027, 1, 27), step=2)
    run_reminders(NINE)
    assert [person for person, _kind, _slot in mails()] == [house.ann.pk]


def test_an_escalation_to_quality_goes_at_once_even_at_night_and_at_most_once_an_hour(house):
    night = datetime(2027, 2, 1, 1, 10, tzinfo=UTC)
    cast.duty(house.ann, house.process, READ, date(2027, 1, 12), step=4, next_step_on=date(2027, 2, 1))
    run_reminders(night)
    assert mails() == [(house.quinn.pk, "escalation", "2027-02-01T01")]
    cast.duty(house.bob, house.process, READ, date(2027, 1, 12), step=4, next_step_on=date(2027, 2, 1))
    run_reminders(night + timedelta(minutes=20))
    assert len(mails()) == 1
    run_reminders(night + timedelta(hours=1))
    assert mails()[1] == (house.quinn.pk, "escalation", "2027-02-01T02")
    assert "Bob Person" in body(house.quinn, "escalation")


def test_quality_of_another_site_is_not_told(house):
    plant = cast.site("P2")
    there = cast.person("there", Role.QUALITY_MANAGER, at=plant)
    cast.duty(house.ann, house.process, READ, date(2027, 1, 12), step=4, next_step_on=date(2027, 2, 1))
    run_reminders(NINE)
    assert there.pk not in {person for person, _kind, _slot in mails()}


def test_an_approval_wanted_today_is_mailed_within_a_minute(house):
    open_for([house.ann.pk], APPROVE, house.process, due_on=date(2027, 2, 1))
    run_reminders(datetime(2027, 2, 1, 21, 5, tzinfo=UTC))
    assert mails()[0] == (house.ann.pk, "approval", "2027-02-01T21")
    assert OutgoingMail.objects.filter(kind="approval").get().subject == "1 approval is wanted today"


def test_while_the_mail_server_is_down_only_the_latest_digest_waits(house):
    owe(house.ann, house, date(2027, 2, 1))
    owe(house.bob, house, date(2027, 2, 1))
    run_reminders(NINE)
    cast.duty(house.ann, cast.process("P02"), READ, date(2027, 2, 2), next_step_on=date(2027, 2, 2), step=1)
    run_reminders(NINE + DAY)
    found = OutgoingMail.objects.order_by("pk").values_list("to_address", "slot", "state", "policy")
    assert list(found) == [
        ("ann@gauge.example", "2027-02-01", "set_aside", "at_most_once"),
        ("bob@gauge.example", "2027-02-01", "queued", "at_most_once"),
        ("ann@gauge.example", "2027-02-02", "queued", "at_most_once"),
    ]


@pytest.mark.both
def test_a_room_that_fails_delays_nobody(house):
    owe(house.ann, house, date(2027, 1, 18), BROKEN)
    owe(house.bob, house, date(2027, 2, 1))
    run_reminders(NINE)
    assert "* Break\n" in body(house.ann)
    assert "P01" in body(house.bob)


def test_a_mail_that_cannot_be_written_is_shown_and_delays_nobody(house):
    house.ann.email = "ann@gauge.example\nBcc: all@gauge.example"
    house.ann.save()
    owe(house.ann, house, date(2027, 2, 1))
    owe(house.bob, house, date(2027, 2, 1))
    run_reminders(NINE)
    assert [person for person, _kind, _slot in mails()] == [house.bob.pk]
    assert list(failed_digests().values_list("recipient", flat=True)) == [house.ann.pk]


def test_who_was_told_of_a_duty_and_when_can_be_asked(house):
    made = owe(house.ann, house, date(2027, 1, 27))
    run_reminders(NINE)
    assert {(each.recipient, each.section, each.step, each.digest.slot) for each in told_about(made)} == {
        (house.ann, "own", 3, "2027-02-01"),
        (house.lea, "team", 3, "2027-02-01"),
    }


def test_changed_settings_change_the_ladder(house):
    for key, value in (("manager", 1), ("owner", 1), ("quality", 2), ("every", 2)):
        Setting.objects.create(key=f"duties.ladder.{key}", value=str(value), valid_from=NINE - DAY)
    open_for([house.ann.pk], READ, house.process, due_on=date(2027, 3, 15))
    assert every_day(date(2027, 3, 1), 20) == {
        date(2027, 3, 4): ["ann digest"],
        date(2027, 3, 15): ["ann digest"],
        date(2027, 3, 16): ["ann digest", "lea digest", "otto digest"],
        date(2027, 3, 17): ["quinn escalation"],
        date(2027, 3, 19): ["ann digest", "lea digest"],
    }


def test_a_tick_puts_a_run_down_only_when_something_is_due_and_none_is_under_way(house):
    wake_reminders(FOUR)
    assert not Job.objects.exists()
    owe(house.ann, house, date(2027, 2, 1))
    wake_reminders(FOUR)
    wake_reminders(FOUR)
    assert list(Job.objects.values_list("kind", "state")) == [("duties.reminders", "queued")]


def test_between_the_step_and_the_morning_nothing_is_due(house):
    owe(house.ann, house, date(2027, 2, 1))
    assert reminders_due(FOUR)
    run_reminders(FOUR)
    assert not reminders_due(FOUR)
    assert reminders_due(NINE)
    run_reminders(NINE)
    assert not reminders_due(NINE)


def test_a_quiet_run_asks_the_same_few_questions_whatever_is_open(house, django_assert_max_num_queries):
    for n in range(30):
        cast.duty(house.ann, cast.process(f"Q{n}"), READ, date(2027, 6, 1), next_step_on=date(2027, 5, 20))
    run_reminders(NINE)
    with django_assert_max_num_queries(25):
        run_reminders(NINE + timedelta(minutes=1))
