"""What anybody may know of a printed copy."""

from dataclasses import dataclass

from documents.models import Revision
from documents.states import State


@dataclass(frozen=True)
class Currency:
    """A printed copy: which document and revision it is, and whether that is in force."""

    number: str
    label: str
    current: bool
    withdrawn: bool
    replaced_by: str


def currency_of(code: str) -> Currency | None:
    """Return what the code of a print says; None for an unknown code or a revision that was never in force."""
    revision = Revision.objects.filter(public_code=code, effective_at__isnull=False).select_related("document").first()
    if revision is None:
        return None
    current = revision.state == State.EFFECTIVE
    newer = revision.document.revisions.filter(state=State.EFFECTIVE).values_list("label", flat=True).first()
    return Currency(
        number=revision.document.number,
        label=revision.label,
        current=current,
        withdrawn=not current and newer is None,
        replaced_by="" if current else newer or "",
    )
