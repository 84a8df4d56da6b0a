"""People who owe things, and two kinds of duty about processes, which every installation has."""

from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.core.seams.work import WorkItem, WorkKind, work_kinds
from qms.duties.models import Duty
from qms.duties.services import run_reminders
from qms.jobs.models import OutgoingMail
from qms.organization.models import Process, RoleAssignment, Site, User

READ, APPROVE, BROKEN, TELL = "test.read", "test.approve", "test.broken", "test.tell"

# The zone of the organization in tests is UTC; a Monday far from every change of clocks, in the night and by day.
MONDAY = date(2027, 2, 1)
FOUR = datetime(2027, 2, 1, 4, 0, tzinfo=UTC)
NINE = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def describe(keys):
    """Say what processes are called."""
    found = Process.objects.filter(pk__in=[int(key) for key in keys])
    return {str(each.pk): WorkItem(each.number, each.name, f"/processes/{each.pk}/") for each in found}


def owners(keys):
    """Name who owns processes."""
    found = Process.objects.filter(pk__in=[int(key) for key in keys], owner__isnull=False)
    return {str(each.pk): each.owner_id for each in found}


def refuse(keys):
    """Fail as a room with a mistake in its question does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


if READ not in work_kinds:
    work_kinds.register(READ, WorkKind(_("Read"), describe, delegable=False, owners_of=owners))
    work_kinds.register(APPROVE, WorkKind(_("Approve"), describe, owners_of=owners, at_once=True))
    work_kinds.register(TELL, WorkKind(_("Look at a change"), describe, tells=True))
    work_kinds.register(BROKEN, WorkKind(_("Break"), refuse, owners_of=refuse))


def site(code="HQ", zone="UTC", **fields):
    """Make a site."""
    return Site.objects.create(code=code, name=f"Site {code}", time_zone=zone, **fields)


def person(username, *roles, at=None, **fields):
    """Make a person with roles for the whole organization, or for a site when `at` is given."""
    fields = {
        "name": f"{username.capitalize()} Person",
        "email": f"{username}@gauge.example",
        "joined_on": timezone.localdate() - timedelta(days=400),
        **fields,
    }
    made = User.objects.create_user(username, "correct horse battery", **fields)
    for role in roles:
        RoleAssignment.objects.create(person=made, role=role, site=at, valid_from=timezone.now() - timedelta(days=3650))
    return made


def process(number="P01", owner=None, **fields):
    """Make a process, the record that duties of these tests are about."""
    return Process.objects.create(number=number, name=f"Process {number}", owner=owner, **fields)


def mails():
    """Return the outgoing mail as (person, kind, slot), in order."""
    return list(OutgoingMail.objects.order_by("pk").values_list("to_person", "kind", "slot"))


def duty(who, row, kind=READ, due_on=None, **fields):
    """Put down a duty as it is, past the verbs."""
    return Duty.objects.create(
        person=who,
        kind=kind,
        subject_model=row._meta.label_lower,
        subject_key=str(row.pk),
        due_on=due_on,
        counts_from=due_on,
        **{"opened_at": timezone.now(), **fields},
    )


def owe(who, house, due_on, kind=READ, **fields):
    """Put down a duty as if it had been opened long ago and no reminder had come since."""
    return duty(who, house.process, kind, due_on, next_step_on=due_on - timedelta(days=9), **fields)


def body(who, kind="digest"):
    """Return the last mail of a kind to a person."""
    return OutgoingMail.objects.filter(to_person=who.pk, kind=kind).latest("pk").body


def every_day(first, days, hour=7):
    """Run reminders once a day; return (day, mails by person name) of the days with mail."""
    found = {}
    for day in (first + timedelta(days=n) for n in range(days)):
        before = OutgoingMail.objects.count()
        run_reminders(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
        new = OutgoingMail.objects.order_by("pk").values_list("to_address", "kind")[before:]
        if new:
            found[day] = sorted(f"{address.split('@')[0]} {kind}" for address, kind in new)
    return found
