"""What becomes of the duties of somebody who left (K: cancelled, with cause; nothing delegable is lost)."""

from django.utils import timezone

from qms.core.seams.after import Happening
from qms.core.seams.work import work_kinds
from qms.duties.models import Duty
from qms.duties.services.notices import Note, Telling, put_down, reach_of
from qms.duties.services.owing import close
from qms.duties.states import Outcome, Section
from qms.jobs.states import MailKind


def person_left(happening: Happening) -> None:
    """Close what only the person could do, and tell Quality at once of what somebody else must take over.

    Runs after the verb `organization.person_left`, inside its transaction, when the rooms above had their turn.
    """
    person_id = int(happening.subject_key)
    still = Duty.objects.filter(person=person_id, closed_at__isnull=True)
    shared = [key for key, kind in work_kinds.items() if kind.delegable]
    close(still.exclude(kind__in=shared), Outcome.LEFT)
    telling, site = Telling(timezone.now()), reach_of([person_id])[person_id].site_id
    put_down(
        (
            Note(duty.pk, recipient, Section.QUALITY, duty.step, MailKind.ESCALATION)
            for duty in still
            for recipient in telling.quality_of(site)
        ),
        telling.at,
    )
