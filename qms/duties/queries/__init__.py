"""Questions about duties."""

from qms.duties.queries.feeds import calendar_feed, calendar_rows, person_of_calendar
from qms.duties.queries.listed import counts_of, described, groups_of, my_work, words_of
from qms.duties.queries.others import (
    done_by,
    everyones,
    is_manager,
    may_see_all,
    overdue_by_person,
    overdue_by_team,
    own_people,
    todays,
)
from qms.duties.queries.owed import open_count, open_duties
from qms.duties.queries.pages import Wanted, wanted, work_page
from qms.duties.queries.told import calendars, failed_digests, ladder, reminder_clock, reminders_due, told_about

__all__ = [
    "Wanted",
    "calendar_feed",
    "calendar_rows",
    "calendars",
    "counts_of",
    "described",
    "done_by",
    "everyones",
    "failed_digests",
    "groups_of",
    "is_manager",
    "ladder",
    "may_see_all",
    "my_work",
    "open_count",
    "open_duties",
    "overdue_by_person",
    "overdue_by_team",
    "own_people",
    "person_of_calendar",
    "reminder_clock",
    "reminders_due",
    "todays",
    "told_about",
    "wanted",
    "words_of",
    "work_page",
]
