"""Signing: a proof is used up and a signature stands."""

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.core.ids import uuid7
from qms.organization.models import User
from qms.organization.queries import organization_zone
from qms.signatures.models import Signature, SigningProof
from qms.signatures.services.proofs import PROOF_LIFE, refuse_borrowed
from qms.signatures.states import Meaning


def sign(*, row: Model, content_hash: str, meaning: Meaning, by: User, proof: SigningProof | None) -> Signature:
    """Use a proof up and return the signature made with it; belongs inside the transaction of the signed change.

    Raises RuleBroken when there is no proof, or it is old, used, another person's, or for another content or meaning;
    NotPermitted for a token, a closed account, or a sign-in that somebody else has touched since.
    """
    if proof is None:
        raise RuleBroken(_("This needs your signature."), code="signature_missing")
    refuse_borrowed(by)
    now = timezone.now()
    # A subquery, not a join: PostgreSQL looks at the row's own columns again when somebody else had it locked.
    used = SigningProof.objects.filter(
        pk=proof.pk,
        person__in=User.objects.filter(pk=by.pk, is_active=True, password_is_own=True),
        meaning=meaning,
        content_hash=content_hash,
        used_at__isnull=True,
        made_at__gt=now - PROOF_LIFE,
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
        assertion=proof.assertion,
        proof_id=proof.pk,
    )
    signature.save()
    return signature
