"""Setting a rule of separation aside: recorded, reasoned, for a while, signed by top management (issue line 6)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.canonical import dumps, instant, sha256
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.models import Process, User
from qms.organization.queries import may
from qms.organization.states import Scope
from qms.signatures.models import SeparationException, SigningProof
from qms.signatures.rights import Can
from qms.signatures.services.signing import sign
from qms.signatures.states import Meaning, SeparationRule
from qms.trail.services import record

LONGEST = timedelta(days=731)


def exception_content_hash(
    *,
    rule: SeparationRule,
    reason: str,
    compensating_check: str,
    valid_until: datetime,
    person_id: int | None,
    process_id: int | None,
) -> str:
    """Return the hash of what top management signs when it sets a rule aside."""
    return sha256(
        dumps(
            {
                "v": 1,
                "rule": rule.value,
                "reason": reason,
                "compensating_check": compensating_check,
                "valid_until": instant(valid_until),
                "person": person_id,
                "process": process_id,
            }
        )
    )


def refuse_exception(*, reason: str, compensating_check: str, valid_until: datetime) -> None:
    """Raise RuleBroken for a missing reason or check, and for an end that is past or further off than two years."""
    if not reason.strip() or not compensating_check.strip():
        raise RuleBroken(_("An exception needs a reason and a compensating check."), code="words_missing")
    now = timezone.now()
    if valid_until <= now:
        raise RuleBroken(_("An exception ends on a day that is still to come."), code="bad_end")
    if valid_until > now + LONGEST:
        raise RuleBroken(_("An exception ends within two years; then it is looked at again."), code="bad_end")


@transaction.atomic
def grant_exception(
    *,
    rule: SeparationRule,
    reason: str,
    compensating_check: str,
    valid_until: datetime,
    person: User | None,
    process: Process | None,
    by: User,
    proof: SigningProof | None,
) -> SeparationException:
    """Set a rule of separation aside until a date, with a compensating check, signed by top management.

    Raises NotPermitted without the right for this process, RuleBroken for a missing reason or check, an end that is
    past or too far off, and a signature that does not hold.
    """
    if not may(by, Can.GRANT_EXCEPTION, Scope(process_id=process.pk if process else None)):
        raise NotPermitted(_("Only top management grants an exception."))
    refuse_exception(reason=reason, compensating_check=compensating_check, valid_until=valid_until)
    content_hash = exception_content_hash(
        rule=rule,
        reason=reason,
        compensating_check=compensating_check,
        valid_until=valid_until,
        person_id=person.pk if person else None,
        process_id=process.pk if process else None,
    )
    exception = SeparationException.objects.create(
        rule=rule,
        reason=reason,
        compensating_check=compensating_check,
        valid_from=timezone.now(),
        valid_until=valid_until,
        person=person,
        process=process,
        content_hash=content_hash,
    )
    exception.signature = sign(
        row=exception, content_hash=content_hash, meaning=Meaning.EXCEPTION_GRANTED, by=by, proof=proof
    )
    exception.save(update_fields=["signature"])
    record("signatures.exception_granted", exception, exception.signature, by=by, rule=rule.value, reason=reason)
    return exception


@transaction.atomic
def end_exception(*, exception_id: int, by: User, reason: str) -> SeparationException:
    """End an exception before its date. Raises NotPermitted without the right, RuleBroken when it has ended already
    or no reason is given.
    """
    exception = SeparationException.objects.select_for_update().get(pk=exception_id)
    if not may(by, Can.GRANT_EXCEPTION, Scope(process_id=exception.process_id)):
        raise NotPermitted(_("Only top management ends an exception."))
    now = timezone.now()
    if exception.ended_at is not None or exception.valid_until <= now:
        raise RuleBroken(_("This exception has ended already."))
    if not reason.strip():
        raise RuleBroken(_("Please give a reason."), code="reason_missing")
    exception.ended_at, exception.ended_by, exception.end_reason = now, by, reason.strip()
    exception.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record("signatures.exception_ended", exception, by=by, reason=reason)
    return exception
