"""Credit: authors and approvers of a revision have read it (docs/lifecycles.md, “credited”)."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Acknowledgement, Revision, Seat
from documents.states import Decision, RoundKind, RoundOutcome
from qms.core.actors import SYSTEM
from qms.core.ids import uuid7
from qms.organization.queries import organization_zone
from qms.trail.services import Draft, record_many, target


def credit(revision: Revision, audience: Iterable[int]) -> set[int]:
    """Credit the writers and approvers of a revision who belong to its audience; return who is credited."""
    if not revision.document.type.credit_approvers or revision.content is None or revision.origin:
        return set()
    writers = {revision.author_id, *revision.co_authors.values_list("pk", flat=True)}
    signed = Seat.objects.filter(
        round__revision=revision,
        round__kind=RoundKind.APPROVAL,
        round__outcome=RoundOutcome.AGREED,
        decision=Decision.YES,
    )
    people = (writers | set(signed.values_list("person_id", flat=True))) & set(audience)
    have = set(Acknowledgement.objects.filter(revision=revision).values_list("person_id", flat=True))
    made = Acknowledgement.objects.bulk_create(_credited(revision, person) for person in sorted(people - have))
    record_many(
        [Draft("documents.credited", (target(row), target(revision)), {"person": row.person_id}) for row in made],
        by=SYSTEM,
    )
    return people


def _credited(revision: Revision, person: int) -> Acknowledgement:
    assert revision.content is not None
    return Acknowledgement(
        uid=uuid7(),
        person_id=person,
        document=revision.document,
        revision=revision,
        content_hash=revision.content.sha256,
        language="",
        base_revision=revision.base,
        statement=_("Credited: wrote or approved this revision."),
        at=timezone.now(),
        zone=str(organization_zone()),
        method=Acknowledgement.Method.CREDITED,
    )
