"""What only tells of a change is not called owed."""

from datetime import UTC, date, datetime, timedelta

from qms.duties.services import open_for, run_reminders
from qms.duties.services.notices import tell
from qms.jobs.models import OutgoingMail
from qms.jobs.states import MailKind
from tests.duties import cast
from tests.duties.cast import READ, TELL

NINE = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def told(house, *numbers):
    """Tell Ann that so many records have changed."""
    for number in numbers:
        tell(open_for([house.ann.pk], TELL, cast.process(number), due_on=None), MailKind.DIGEST)


def mail(at):
    """Run the reminders and return the one mail that they wrote."""
    assert run_reminders(at).mails == 1
    return OutgoingMail.objects.latest("pk")


def test_a_digest_that_only_tells_of_changes_says_so_and_calls_nothing_owed(house):
    told(house, "P07", "P08")
    one = mail(NINE)
    assert one.subject == "2 documents changed"
    assert one.body.partition("\n\n")[2].startswith(
        "What has changed, for you to know: there is nothing to sign\n\n* Look at a change: P07 Process P07\n  http"
    )
    assert [words for words in ("owe", "no day set") if words in one.body] == []


def test_what_is_owed_leads_the_digest_and_changes_stand_in_a_section_of_their_own(house):
    told(house, "P07")
    cast.duty(house.ann, house.process, READ, date(2027, 2, 1), step=1, next_step_on=date(2027, 2, 1))
    one = mail(NINE)
    assert one.subject == "You owe 1 thing"
    assert one.body.index("What you owe") < one.body.index("What has changed")
    run_reminders(NINE + timedelta(days=14))
    later = OutgoingMail.objects.filter(to_person=house.ann.pk, kind="digest").latest("pk")
    assert (later.subject, "P07" in later.body) == ("You owe 1 thing, 1 overdue", False)


def test_a_change_is_not_counted_among_what_a_manager_s_people_owe(house):
    told(house, "P07")
    house.bob.email, house.bob.line_manager = "", house.ann
    house.bob.save()
    cast.duty(house.bob, house.process, READ, date(2027, 2, 1), step=1, next_step_on=date(2027, 2, 1))
    assert mail(NINE).subject == "1 duty among your people"
