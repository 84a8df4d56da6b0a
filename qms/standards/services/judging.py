"""What is expected of a clause here, and what people judge of it beside its computed status."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.canonical import dumps, sha256
from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.organization.services.checks import one_at_a_time, require
from qms.signatures.models import SigningProof
from qms.signatures.services import sign
from qms.signatures.states import Meaning
from qms.standards.models import Clause, Expectation, Judgement
from qms.standards.queries.evidence import standing_of
from qms.standards.rights import Can
from qms.trail.services import record


@transaction.atomic
def expect(*, clause: Clause, maintain: bool, retain: bool, reason: str, by: User) -> Expectation:
    """Say which kinds of evidence a clause expects here, with a reason; neither means that either will do.

    Raises NotPermitted without the right, RuleBroken without a reason or for a heading.
    """
    require(by, Can.EXPECT)
    if not clause.is_requirement:
        raise RuleBroken(_("A heading expects nothing."), code="heading")
    if not reason.strip():
        raise RuleBroken(_("Please give a reason."), code="reason_missing")
    one_at_a_time()
    now = timezone.now()
    Expectation.objects.filter(clause=clause, valid_until=None).update(valid_until=now)
    made = Expectation.objects.create(
        clause=clause, maintain=maintain, retain=retain, reason=reason.strip(), made_by=by, valid_from=now
    )
    record("standards.expected", clause, by=by, maintain=maintain, retain=retain, reason=made.reason)
    return made


def judgement_hash(clause: Clause, said: str, by: User) -> str:
    """Return the hash of what is signed with a judgement: of which clause, by whom, in which words."""
    return sha256(dumps({"clause": [str(clause.edition), clause.number], "by": by.pk, "said": said.strip()}))


@transaction.atomic
def judge(*, clause: Clause, said: str, by: User, proof: SigningProof | None) -> Judgement:
    """Keep what a person judges of a clause, signed; the status stays as it is computed.

    Raises NotPermitted without the right, RuleBroken without words, for a heading, or without a fresh proof.
    """
    require(by, Can.JUDGE)
    if not clause.is_requirement:
        raise RuleBroken(_("A heading requires nothing that could be judged."), code="heading")
    if not said.strip():
        raise RuleBroken(_("A judgement needs words."), code="empty")
    signature = sign(
        row=clause, content_hash=judgement_hash(clause, said, by), meaning=Meaning.JUDGED, by=by, proof=proof
    )
    made = Judgement(
        clause=clause,
        said=said.strip(),
        computed=standing_of(clause).status.state,
        judged_at=signature.signed_at,
        judged_by=by,
        signature=signature,
    )
    made.save()
    record("standards.judged", made, clause, signature, by=by, said=made.said, computed=made.computed)
    return made
