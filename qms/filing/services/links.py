"""Links between records."""

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from qms.core.actors import Actor
from qms.filing.models import Link
from qms.trail.services import record


@transaction.atomic
def link(*, row: Model, kind: str, to: Model, by: Actor) -> Link:
    """Link a record to another; a link that stands already is returned as it is."""
    made, new = Link.objects.get_or_create(
        from_model=row._meta.label_lower,
        from_key=str(row.pk),
        kind=kind,
        to_model=to._meta.label_lower,
        to_key=str(to.pk),
        defaults={"made_at": timezone.now(), "made_by_id": by.person_id},
    )
    if new:
        record("filing.linked", row, to, by=by, kind=kind)
    return made


@transaction.atomic
def unlink(*, link: Link, row: Model, to: Model, by: Actor) -> None:
    """Take a link away; the trail keeps that it stood."""
    record("filing.unlinked", row, to, by=by, kind=link.kind)
    link.delete()
