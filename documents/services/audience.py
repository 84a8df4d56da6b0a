"""Who reads a document, and opening and ending the duties that follow from it (K1-K4, K7, K10)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.audience import Rule, people_of, rules_reaching
from documents.models import Acknowledgement, AudienceRule, Document, Excusal, ReadingDuty, Revision
from documents.queries import standing_on
from documents.rights import Can
from documents.services.asking import ask
from documents.services.behind import behind
from documents.services.crediting import credit
from documents.services.telling import tell_of_change, tell_only, tell_only_of
from documents.states import MAJOR_CLASSES, OWNER, ChangeClass, State
from qms.core.errors import NotPermitted, RuleBroken
from qms.duties.models import Duty
from qms.duties.services import close
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.organization.queries import organization_zone, today
from qms.trail.services import record

Pair = tuple[str, str]


@transaction.atomic
def set_audience(*, document_id: int, rules: Sequence[Rule], by: User) -> Document:
    """Set who reads a document; rules that stay are left as they are, others are closed or opened as spans.

    Raises NotPermitted to strangers. Duties follow by a job, for those who join and those who leave the audience.
    """
    document = _changeable(document_id, by)
    _let_hold(document, _standing(document), {(rule.kind, rule.key) for rule in rules}, by)
    return document


@transaction.atomic
def add_to_audience(*, document_id: int, rules: Sequence[Rule], by: User) -> Document:
    """Ask more people to read a document, beside those who read it already; otherwise as `set_audience`.

    Raises NotPermitted to strangers, RuleBroken where all of the rules hold already.
    """
    document = _changeable(document_id, by)
    standing = _standing(document)
    wanted = set(standing) | {(rule.kind, rule.key) for rule in rules}
    if wanted == set(standing):
        raise RuleBroken(_("They are asked to read it already."))
    _let_hold(document, standing, wanted, by)
    return document


def _changeable(document_id: int, by: User) -> Document:
    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    if not standing_on(document, by) & {Can.MANAGE, OWNER, Can.WRITE}:
        raise NotPermitted(_("You may not change who reads this document."))
    return document


def _standing(document: Document) -> dict[Pair, AudienceRule]:
    return {(row.kind, row.key): row for row in document.audience.filter(valid_until__isnull=True)}


def _let_hold(document: Document, standing: Mapping[Pair, AudienceRule], wanted: set[Pair], by: User) -> None:
    now = timezone.now()
    AudienceRule.objects.filter(pk__in=[row.pk for pair, row in standing.items() if pair not in wanted]).update(
        valid_until=now
    )
    AudienceRule.objects.bulk_create(
        AudienceRule(document=document, kind=kind, key=key, valid_from=now)
        for kind, key in sorted(wanted - set(standing))
    )
    record(
        "documents.audience_set",
        document,
        by=by,
        before=sorted([list(pair) for pair in standing]),
        after=sorted([list(pair) for pair in wanted]),
    )
    behind("recompute_audience", document, document=document.pk)


@transaction.atomic
def open_reading_duties(*, revision_id: int) -> int:
    """Open what the audience owes for a revision that takes effect, or waits for training (K2-K4, K7).

    Earlier duties on the document end as superseded; one that was overdue hands its due day on (no reset trick).
    Authors and approvers are credited where the type says so. Of a minor change the others are told. Running it twice
    changes nothing. Returns how many owe an acknowledgement.
    """
    _hold(Document.objects.filter(revisions=revision_id))
    revision = Revision.objects.select_related("document__type", "content", "base").get(pk=revision_id)
    if revision.state not in {State.EFFECTIVE, State.APPROVED}:
        return 0
    audience = people_of(revision.document)
    credited = credit(revision, audience)
    overdue = _end_older(revision)
    owing = [person for person in _owing(revision, audience) if person not in credited]
    due = due_day(revision)
    opened = ask(revision, [person for person in owing if person not in overdue], due)
    for person, day in overdue.items():
        if person in owing:
            opened += ask(revision, [person], min(day, due))
    tell_of_change(revision, set(audience) - set(owing) - credited)
    return opened


@transaction.atomic
def recompute_document(*, document_id: int) -> None:
    """Open and end acknowledgement duties after the audience of a document has changed (K1)."""
    _hold(Document.objects.filter(pk=document_id))
    document = Document.objects.select_related("type").get(pk=document_id)
    audience = set(people_of(document))
    waiting = ReadingDuty.objects.filter(document=document, duty__closed_at__isnull=True)
    gone = waiting.exclude(person_id__in=audience).values("duty")
    close(Duty.objects.filter(pk__in=gone), Outcome.NO_LONGER_IN_AUDIENCE)
    tell_only(audience, document=document)
    for revision in _read_now().filter(document=document):
        _open_for_joiners(revision, audience)


@transaction.atomic
def recompute_person(*, person_id: int) -> None:
    """Open and end a person's acknowledgement duties after teams, roles or site have changed (K1)."""
    person = User.objects.get(pk=person_id)
    _hold(rules_reaching(person))
    wanted = {document.pk for document in rules_reaching(person)} if person.is_active else set()
    waiting = ReadingDuty.objects.filter(person=person, duty__closed_at__isnull=True)
    gone = waiting.exclude(document_id__in=wanted).values("duty")
    close(Duty.objects.filter(pk__in=gone), Outcome.NO_LONGER_IN_AUDIENCE)
    tell_only_of(wanted, person=person)
    for revision in _read_now().filter(document_id__in=wanted):
        _open_for_joiners(revision, {person.pk})


@transaction.atomic
def person_left(*, person_id: int) -> int:
    """End what a person who left still had to acknowledge, with the cause; return how many duties."""
    waiting = ReadingDuty.objects.filter(person_id=person_id, duty__closed_at__isnull=True).values("duty")
    return close(Duty.objects.filter(pk__in=waiting), Outcome.LEFT)


def due_day(revision: Revision) -> date:
    """Return the day by which a revision is acknowledged: after the grace days, or before it takes effect (K7)."""
    if revision.change_class == ChangeClass.TRAINING and revision.effective_from is not None:
        return timezone.localdate(revision.effective_from, organization_zone())
    return today() + timedelta(days=revision.document.type.grace_days)


def _hold(documents: QuerySet[Document]) -> None:
    """Let no release of these documents end before this transaction does, and wait for one that is under way.

    Revisions come before their document and the newest first, which is the order in which a release takes them.
    """
    keys = list(documents.order_by("pk").values_list("pk", flat=True))
    moving = Revision.objects.filter(document__in=keys, state__in=[State.APPROVED, State.EFFECTIVE])
    list(moving.select_for_update(of=("self",), no_key=True).order_by("document", "-sequence").only("pk"))
    list(Document.objects.filter(pk__in=keys).select_for_update(of=("self",), no_key=True).order_by("pk").only("pk"))


def _read_now() -> QuerySet[Revision]:
    """What a joiner reads: what is in force here, and what waits until everybody has acknowledged it."""
    training = Q(state=State.APPROVED, change_class=ChangeClass.TRAINING)
    found = Revision.objects.filter(Q(state=State.EFFECTIVE) | training, origin="")
    return found.select_related("document__type", "content", "base").order_by("document", "sequence")


def _owing(revision: Revision, audience: Iterable[int]) -> list[int]:
    people = set(audience)
    people -= set(Excusal.objects.filter(revision=revision).values_list("person_id", flat=True))
    people -= set(Acknowledgement.objects.filter(revision=revision).values_list("person_id", flat=True))
    if ChangeClass(revision.change_class) not in MAJOR_CLASSES:
        ever = Acknowledgement.objects.filter(document=revision.document).values_list("person_id", flat=True)
        still = _owed_before(revision)
        people -= set(ever) - still
    return sorted(people)


def _owed_before(revision: Revision) -> set[int]:
    """People whose duty on the revision before ended as superseded: the change they missed still counts."""
    earlier = ReadingDuty.objects.filter(
        document=revision.document, duty__outcome=Outcome.SUPERSEDED, revision__sequence__lt=revision.sequence
    )
    latest = earlier.filter(revision=revision.base) if revision.base_id else earlier
    return set(latest.values_list("person_id", flat=True))


def _end_older(revision: Revision) -> dict[int, date]:
    older = ReadingDuty.objects.filter(document=revision.document, duty__closed_at__isnull=True).exclude(
        revision=revision
    )
    overdue = dict(older.filter(duty__due_on__lt=today()).values_list("person_id", "duty__due_on"))
    close(Duty.objects.filter(pk__in=older.values("duty")), Outcome.SUPERSEDED)
    return {person: day for person, day in overdue.items() if day is not None}


def _open_for_joiners(revision: Revision, people: set[int]) -> None:
    owing = set(_owing(revision, people))
    ever = set(
        Acknowledgement.objects.filter(document=revision.document, person_id__in=owing).values_list(
            "person_id", flat=True
        )
    )
    had = set(
        ReadingDuty.objects.filter(revision=revision, person_id__in=owing, duty__closed_at__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    days = revision.document.type.joiner_days
    ask(
        revision,
        sorted(owing - had - (set() if revision.change_class in MAJOR_CLASSES else ever)),
        today() + timedelta(days=days),
    )
