"""Telling readers of a minor change (K2): a line in the digest and in My work, gone when they have looked at it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from documents.models import Document, Revision
from documents.queries.reading import TOLD, told_about
from documents.states import ChangeClass, State
from qms.duties.models import Duty
from qms.duties.services import close, open_for
from qms.duties.services.notices import tell
from qms.duties.states import Outcome
from qms.jobs.states import MailKind
from qms.organization.models import User

TOLD_FOR = timedelta(days=30)


def tell_of_change(revision: Revision, people: Iterable[int]) -> int:
    """Tell people of a minor change once, with no due day and nothing to confirm; return how many.

    What they were told of an earlier revision ends with this one, unless it puts only typing errors right.
    """
    if revision.change_class == ChangeClass.ADMINISTRATIVE:
        return 0
    close(told_about(revision.document).exclude(subject_key=str(revision.pk)), Outcome.SUPERSEDED)
    if revision.change_class != ChangeClass.MINOR or revision.state != State.EFFECTIVE or revision.base_id is None:
        return 0
    known = told_about(revision.document).filter(subject_key=str(revision.pk)).values_list("person_id", flat=True)
    new = set(people) - set(known) - {revision.author_id}
    duties = open_for(sorted(new), TOLD, revision, due_on=None, by=revision.document.owner)
    tell(duties, MailKind.DIGEST)
    return len(duties)


def tell_only(audience: Iterable[int], *, document: Document) -> int:
    """End what people were told who do not belong to the audience of a document any more; return how many duties."""
    return close(told_about(document).exclude(person_id__in=audience), Outcome.NO_LONGER_IN_AUDIENCE)


def tell_only_of(documents: Iterable[int], *, person: User) -> int:
    """End what a person was told of other documents than these; return how many duties."""
    kept = Revision.objects.filter(document__in=documents).values_list("pk", flat=True)
    told = Duty.objects.filter(kind=TOLD, person=person)
    return close(told.exclude(subject_key__in=[str(pk) for pk in kept]), Outcome.NO_LONGER_IN_AUDIENCE)


def end_telling(document: Document, outcome: Outcome, *, people: Iterable[int] | None = None) -> int:
    """End what these people (all when not given) were told of a document; return how many duties."""
    found = told_about(document)
    return close(found if people is None else found.filter(person_id__in=people), outcome)


def forget_old_news(now: datetime) -> int:
    """End what people were told longer ago than thirty days: it was a message, not a debt. Returns how many."""
    return close(Duty.objects.filter(kind=TOLD, opened_at__lt=now - TOLD_FOR), Outcome.VOID)
