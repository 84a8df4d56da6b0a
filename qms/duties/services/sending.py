"""Turning waiting notices into mails: one slot a person, claimed before anything is written."""

import logging
from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import translation

from qms.core.ids import uuid7
from qms.duties.letters import Parts, letter
from qms.duties.models import Digest
from qms.duties.queries.letters import parts_of
from qms.duties.queries.told import AT_ONCE, at_once_slot, local_day, open_clocks, to_digest, waiting, waiting_for
from qms.jobs.models import OutgoingMail
from qms.jobs.services import compose_digest, send_digests, send_mail
from qms.jobs.states import MailKind
from qms.organization.models import User

logger = logging.getLogger(__name__)

# A hundred readers with forty duties each took a third of a second, and more than one on a busy machine; no transaction
# may hold SQLite that long.
BATCH = 25
# Who is to be written to is asked for more of them at a time: on PostgreSQL that question costs as much for a few.
READERS = 500


class Sending:
    """One run of mails. Reads and writes in batches, so that its memory does not grow with the number of people."""

    def __init__(self, at: datetime, tell: Callable[[int], None]) -> None:
        self.at = at
        self.tell = tell
        self.run: UUID = uuid7()
        self.today: date = local_day(at)

    def digests(self) -> int:
        """Write the digest of everybody whose morning has come; return how many."""
        return sum(self._all(to_digest(clock), MailKind.DIGEST, clock.day) for clock in open_clocks(self.at))

    def at_once(self) -> int:
        """Write what does not wait for a digest: approvals wanted today, escalations to Quality; return how many."""
        slot = at_once_slot(self.at)
        return sum(self._all(waiting_for(kind, slot, self.today), kind, self.today, slot) for kind in AT_ONCE)

    def _all(self, readers: QuerySet[User], kind: MailKind, day: date, slot: str = "") -> int:
        written, last = 0, 0
        while found := list(readers.filter(pk__gt=last)[:READERS]):
            for start in range(0, len(found), BATCH):
                written += self._batch(found[start : start + BATCH], kind, day, slot or day.isoformat())
                self.tell(written)
            last = found[-1].pk
        return written

    @transaction.atomic
    def _batch(self, readers: list[User], kind: MailKind, day: date, slot: str) -> int:
        notices = waiting(kind, day).filter(recipient__in=readers)
        notices.filter(duty__closed_at__isnull=False).delete()
        wanted = set(notices.values_list("recipient_id", flat=True))
        Digest.objects.bulk_create(
            (
                Digest(recipient=reader, kind=kind, slot=slot, run=self.run, made_at=self.at)
                for reader in readers
                if reader.pk in wanted
            ),
            ignore_conflicts=True,
        )
        ours = Digest.objects.filter(run=self.run, kind=kind, slot=slot, recipient__in=readers)
        claimed = list(ours.select_related("recipient").order_by("recipient"))
        theirs = [When(recipient=each.recipient_id, then=Value(each.pk)) for each in claimed]
        if theirs:
            notices.filter(recipient__in=[each.recipient_id for each in claimed]).update(digest=Case(*theirs))
        return self.write(claimed)

    def write(self, digests: list[Digest]) -> int:
        """Write the mails of claimed slots and return how many; what cannot be written says so on its row."""
        parts = parts_of(digests, self.today)
        mails = [self._composed(each, parts[each.recipient_id]) for each in digests if each.recipient_id in parts]
        send_digests([mail for mail in mails if mail is not None])
        return len(digests)

    def _composed(self, digest: Digest, parts: Parts) -> OutgoingMail | None:
        """Return the mail of a digest that waits to be put down; what goes at once is put down here.

        One mail that cannot be written says so on its row and stops no other.
        """
        reader, kind = digest.recipient, MailKind(digest.kind)
        try:
            with translation.override(reader.language):
                made = letter(kind, reader.name, parts, today=self.today, base_url=settings.BASE_URL)
            if kind == MailKind.DIGEST:
                return compose_digest(to_person=reader.pk, to_address=reader.email, slot=digest.slot, **vars(made))
            with transaction.atomic():
                send_mail(to_person=reader.pk, to_address=reader.email, kind=kind, slot=digest.slot, **vars(made))
        except Exception as error:
            logger.exception("The reminder to person %d could not be written.", digest.recipient_id)
            Digest.objects.filter(pk=digest.pk).update(error=str(error)[:1000] or type(error).__name__)
        return None
