"""Proving, signing, and setting a rule of separation aside."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.canonical import dumps, instant, sha256
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.ids import uuid7
from qms.organization.models import Process, User
from qms.organization.queries import may, organization_zone
from qms.signatures.models import SeparationException, Signature, SigningProof
from qms.signatures.rights import Can
from qms.signatures.states import Meaning, Method, SeparationRule
from qms.trail.services import record

PROOF_LIFE = timedelta(minutes=5)


def prove_by_password(
    *, person: User, password: str, meaning: Meaning, content_hash: str, session_key: str, request: HttpRequest | None
) -> SigningProof:
    """Return a fresh proof for one signature after checking the password (trust 2.10).

    Raises NotPermitted for a wrong or locked password, and for one that somebody else has set.
    """
    found = authenticate(request, username=person.username, password=password)
    if found is None or found.pk != person.pk:
        raise NotPermitted(_("The password is not right, or signing is locked for a while. Nothing was signed."))
    if not person.password_is_own:
        raise NotPermitted(_("Your password was set by somebody else. Change it first; then you can sign."))
    return make_proof(
        person=person, method=Method.PASSWORD, meaning=meaning, content_hash=content_hash, session_key=session_key
    )


def make_proof(*, person: User, method: Method, meaning: Meaning, content_hash: str, session_key: str) -> SigningProof:
    """Keep the proof that a ceremony has just succeeded. Only the ceremonies of this house call it."""
    return SigningProof.objects.create(
        person=person,
        method=method,
        meaning=meaning,
        content_hash=content_hash,
        session_hash=sha256(session_key),
        made_at=timezone.now(),
    )


def sign(*, row: Model, content_hash: str, meaning: Meaning, by: User, proof: SigningProof | None) -> Signature:
    """Use a proof up and return the signature made with it; belongs inside the transaction of the signed change.

    Raises RuleBroken when there is no proof, or it is old, used, another person's, or for another content or meaning.
    """
    if proof is None:
        raise RuleBroken(_("This needs your signature."), code="signature_missing")
    now = timezone.now()
    used = SigningProof.objects.filter(
        pk=proof.pk,
        person=by,
        meaning=meaning,
        content_hash=content_hash,
        used_at__isnull=True,
        made_at__gt=now - PROOF_LIFE,
        person__is_active=True,
    ).update(used_at=now)
    if used != 1:
        raise RuleBroken(
            _("This changed since you read it, or your signing step is too old. Read it again, then sign."),
            code="proof_refused",
        )
    signature = Signature(
        uid=uuid7(),
        person=by,
        printed_name=by.name,
        meaning=meaning,
        subject_model=row._meta.label_lower,
        subject_key=str(row.pk),
        content_hash=content_hash,
        signed_at=now,
        zone=str(by.time_zone or organization_zone()),
        method=proof.method,
        proof_id=proof.pk,
    )
    signature.save()
    return signature


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

    Raises NotPermitted without the right and RuleBroken for a missing reason, check or an end in the past.
    """
    if not may(by, Can.GRANT_EXCEPTION):
        raise NotPermitted(_("Only top management grants an exception."))
    if not reason.strip() or not compensating_check.strip():
        raise RuleBroken(_("An exception needs a reason and a compensating check."))
    if valid_until <= timezone.now():
        raise RuleBroken(_("An exception ends on a day that is still to come."))
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
    """End an exception before its date; raises RuleBroken when it has ended already."""
    if not may(by, Can.GRANT_EXCEPTION):
        raise NotPermitted(_("Only top management ends an exception."))
    exception = SeparationException.objects.select_for_update().get(pk=exception_id)
    if exception.ended_at is not None:
        raise RuleBroken(_("This exception has ended already."))
    exception.ended_at, exception.ended_by = timezone.now(), by
    exception.save(update_fields=["ended_at", "ended_by"])
    record("signatures.exception_ended", exception, by=by, reason=reason)
    return exception
