"""Links between records."""

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import RuleBroken
from qms.filing.models import Link
from qms.trail.services import Draft, Target, record, record_many


@transaction.atomic
def link(*, row: Model, kind: str, to: Model, by: Actor) -> Link:
    """Link a record to another; a link that stands already is returned as it is. Raises RuleBroken for itself."""
    if row == to:
        raise RuleBroken(_("A record is not linked to itself."))
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
    """Take a link away; the trail keeps that it stood. Raises RuleBroken for a link between other records."""
    ends = (link.from_model, link.from_key, link.to_model, link.to_key)
    if ends != (row._meta.label_lower, str(row.pk), to._meta.label_lower, str(to.pk)):
        raise RuleBroken(_("This link joins other records."))
    record("filing.unlinked", row, to, by=by, kind=link.kind)
    link.delete()


@transaction.atomic
def unlink_all(*, row: Model, by: Actor) -> None:
    """Take away every link from and to a record that is about to go; the trail keeps that they stood."""
    model, key = row._meta.label_lower, str(row.pk)
    links = Link.objects.filter(Q(from_model=model, from_key=key) | Q(to_model=model, to_key=key))
    ends = [(Target(each.from_model, each.from_key), Target(each.to_model, each.to_key), each.kind) for each in links]
    record_many([Draft("filing.unlinked", (one, other), {"kind": kind}) for one, other, kind in ends], by=by)
    links.delete()
