"""Who acknowledged, reviewed and still owes some revisions, read in a query each."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from documents.models import (
    ACKNOWLEDGED,
    Acknowledgement,
    PeriodicReview,
    ReadingDuty,
    Revision,
    Seat,
    acknowledgement_text,
)
from documents.packed.signatures import AdoptedLists, Signed, signatures_on
from documents.packed.words import moment
from documents.states import Decision, RoundKind
from qms.core.canonical import instant
from qms.organization.models import User
from qms.signatures.states import Meaning

Method = Acknowledgement.Method
TOGETHER = 500  # names in one question


class Given(NamedTuple):
    """An acknowledgement as a row of the database, in the order of `ACKNOWLEDGED`."""

    uid: UUID
    person: int
    document: int
    revision: int
    content_hash: str
    language: str
    base_revision: int | None
    statement: str
    at: datetime
    zone: str
    method: str


@dataclass(frozen=True)
class People:
    """By the key of their revision: signatures, acknowledgements, who reviewed it, what periodic reviews found, and who
    has not acknowledged it; and the names of all who have.
    """

    signatures: dict[int, list[Signed]]
    given: dict[int, list[Given]]
    reviews: dict[int, list[str]]
    periodic: dict[int, list[PeriodicReview]]
    owed: dict[int, list[str]]
    names: dict[int, str]

    def acknowledged(self, revision: Revision) -> Iterator[dict[str, Any]]:
        """Yield the acknowledgements of a revision as a pack tells them."""
        content = revision.content.sha256 if revision.content else None
        for each in self.given[revision.pk]:
            yield {
                "name": self.names[each.person],
                "at": instant(each.at),
                "zone": each.zone,
                "method": each.method,
                "statement": each.statement,
                "content_sha256": each.content_hash,
                "content_changed": each.content_hash != content,
                "canonical": acknowledgement_text(*each),
            }

    def readers(self, revision: Revision) -> Iterator[str]:
        """Yield the acknowledgements of a revision as the index tells them: who, how where not by reading, when."""
        content = revision.content.sha256 if revision.content else None
        approvers = {
            each.signature.person_id
            for each in self.signatures[revision.pk]
            if each.counts and each.signature.meaning == Meaning.APPROVED
        }
        for each in self.given[revision.pk]:
            how = _how(each, approvers - {revision.author_id})
            changed = "" if each.content_hash == content else f" · {_('of an earlier content')}"
            yield f"{self.names[each.person]}{how} · {moment(each.at)}{changed}"


def people_around(revisions: Sequence[Revision], at: datetime, *, names: dict[int, str], lists: AdoptedLists) -> People:
    """Return who did what about some revisions until an instant; `names` keeps those read for the revisions before."""
    given = _given(revisions, at)
    _learn(names, {each.person for some in given.values() for each in some})
    signatures = signatures_on(revisions, at, lists)
    return People(signatures, given, _reviews(revisions, at), _periodic(revisions, at), _owed(revisions, at), names)


def _how(given: Given, approvers: Collection[int]) -> str:
    if given.method == Method.CREDITED:
        words = _("credited as approver") if given.person in approvers else _("credited as author")
        return f" · {words}"
    return "" if given.method == Method.SESSION else f" · {Method(given.method).label}"


def _given(revisions: Sequence[Revision], at: datetime) -> dict[int, list[Given]]:
    found: dict[int, list[Given]] = defaultdict(list)
    rows = Acknowledgement.objects.filter(revision__in=revisions, at__lte=at).order_by("at", "pk")
    for row in map(Given._make, rows.values_list(*ACKNOWLEDGED).iterator()):
        found[row.revision].append(row)
    return found


def _learn(names: dict[int, str], people: Collection[int]) -> None:
    new = sorted(set(people) - names.keys())
    for start in range(0, len(new), TOGETHER):
        names |= dict(User.objects.filter(pk__in=new[start : start + TOGETHER]).values_list("pk", "name"))


def _periodic(revisions: Sequence[Revision], at: datetime) -> dict[int, list[PeriodicReview]]:
    rows = PeriodicReview.objects.filter(revision__in=revisions, reviewed_at__lte=at)
    found: dict[int, list[PeriodicReview]] = defaultdict(list)
    for each in rows.select_related("round__opened_by").order_by("reviewed_at", "pk"):
        found[each.revision_id].append(each)
    return found


def _reviews(revisions: Sequence[Revision], at: datetime) -> dict[int, list[str]]:
    words = {Decision.YES.value: _("no objection"), Decision.NO.value: _("changes wanted")}
    seats = Seat.objects.filter(round__revision__in=revisions, round__kind=RoundKind.REVIEW, decided_at__lte=at)
    rows = seats.order_by("decided_at", "pk").values_list("round__revision", "person__name", "decision", "decided_at")
    found: dict[int, list[str]] = defaultdict(list)
    for revision, name, decision, decided_at in rows:
        if decided_at is not None:
            found[revision].append(f"{name} · {words[decision]} · {moment(decided_at)}")
    return found


def _owed(revisions: Sequence[Revision], at: datetime) -> dict[int, list[str]]:
    waiting = Q(duty__closed_at__isnull=True) | Q(duty__closed_at__gt=at)
    duties = ReadingDuty.objects.filter(waiting, revision__in=revisions, duty__opened_at__lte=at)
    rows = duties.order_by("person__name", "pk").values_list("revision", "person__name", "duty__due_on")
    found: dict[int, list[str]] = defaultdict(list)
    for revision, name, due_on in rows:
        due = _("due %(day)s") % {"day": due_on} if due_on else _("no day set")
        found[revision].append(f"{name} · {due}")
    return found
