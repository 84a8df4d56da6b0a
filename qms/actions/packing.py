"""What this room holds for an evidence pack: actions, what shows that they are done, every request for more time."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from itertools import islice
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qms.actions.models import Action, Extension
from qms.actions.queries import MODEL
from qms.actions.queries.standing import in_reach
from qms.actions.rights import Can
from qms.core.canonical import instant
from qms.core.seams.evidence import EvidenceRecord, EvidenceSource, Piece, Selection
from qms.filing.models import Attachment
from qms.organization.models import User
from qms.organization.queries import active_processes, active_sites, organization_zone

# The type by which a question asks for actions.
TYPE = "actions"
TOGETHER, TARGETS = 100, 500
MOST_NAMED = 10


def gather(selection: Selection, person: User, at: datetime) -> Iterator[EvidenceRecord]:
    """Yield a record for each action that was in hand in the period, as far as the person may take it away."""
    extensions = Prefetch("extensions", Extension.objects.select_related("asked_by", "answer__answered_by"))
    people = ("owner", "verifier", "given_by", "done_by", "verified_by", "cancelled_by", "process", "site")
    found = _wanted(selection, person).filter(given_at__lte=at).select_related(*people).prefetch_related(extensions)
    actions = found.order_by("number").iterator(chunk_size=TOGETHER)
    while some := list(islice(actions, TOGETHER)):
        files = _files(some, at)
        for action in some:
            yield _record(action, files[str(action.pk)])


def count(selection: Selection, person: User) -> int:
    """Return how many actions a selection holds for a person."""
    return _wanted(selection, person).count()


def told(selection: Selection, person: User) -> str:
    """Return in words which actions a selection holds for a person; empty for none."""
    numbers = list(_wanted(selection, person).order_by("number").values_list("number", flat=True))
    if not numbers:
        return ""
    left = len(numbers) - MOST_NAMED
    named = ", ".join(numbers[:MOST_NAMED]) + (_(" and %(n)d more") % {"n": left} if left > 0 else "")
    words = ngettext("%(n)d action: %(numbers)s", "%(n)d actions: %(numbers)s", len(numbers))
    return words % {"n": len(numbers), "numbers": named}


def choices() -> dict[str, Sequence[tuple[str, str]]]:
    """Return what a question can be narrowed by."""
    return {
        "types": [(TYPE, _("Actions"))],
        "processes": [(str(each.pk), str(each)) for each in active_processes()],
        "sites": [(str(each.pk), each.name) for each in active_sites()],
    }


def known(numbers: Sequence[str], person: User) -> set[str]:
    """Return the numbers of actions among these, whatever their case, that a person may take away."""
    wanted = {number.upper() for number in numbers}
    return set(_exportable(person).filter(number__in=wanted).values_list("number", flat=True))


def within(targets: Sequence[tuple[str, str]], person: User) -> bool:
    """Return whether a person may still take away all the actions among these records."""
    keys = sorted({int(key) for model, key in targets if model == MODEL})
    parts = (keys[at : at + TARGETS] for at in range(0, len(keys), TARGETS))
    return all(_exportable(person).filter(pk__in=part).count() == len(part) for part in parts)


def _exportable(person: User) -> QuerySet[Action]:
    return Action.objects.filter(in_reach(person, Can.EXPORT_PACK))


def _wanted(selection: Selection, person: User) -> QuerySet[Action]:
    found = _exportable(person).filter(_in_period(selection))
    # Actions are not linked to clauses.
    if selection.clauses or (selection.types and TYPE not in selection.types):
        return found.none()
    if selection.numbers:
        found = found.filter(number__in=[number.upper() for number in selection.numbers])
    if selection.sites:
        found = found.filter(site__in=selection.sites)
    return found.filter(process__in=selection.processes) if selection.processes else found


def _in_period(selection: Selection) -> Q:
    """Return what was in hand on a day of the period, or ended on one."""
    zone, found = organization_zone(), Q()
    if selection.until:
        found &= Q(given_at__lte=datetime.combine(selection.until, time.max, tzinfo=zone))
    if selection.since:
        start = datetime.combine(selection.since, time.min, tzinfo=zone)
        ended = Coalesce("verified_at", "cancelled_at")
        found &= Q(pk__in=Action.objects.alias(ended=ended).filter(Q(ended=None) | Q(ended__gte=start)).values("pk"))
    return found


def _files(actions: Iterable[Action], at: datetime) -> dict[str, list[Attachment]]:
    keys = [str(each.pk) for each in actions]
    rows = Attachment.objects.filter(subject_model=MODEL, subject_key__in=keys, added_at__lte=at, removed_at=None)
    found: dict[str, list[Attachment]] = defaultdict(list)
    for each in rows.select_related("file").order_by("pk"):
        found[each.subject_key].append(each)
    return found


def _record(action: Action, files: Sequence[Attachment]) -> EvidenceRecord:
    extensions = sorted(action.extensions.all(), key=lambda each: each.position)
    people = (action.given_by_id, action.done_by_id, action.verified_by_id, action.cancelled_by_id)
    return EvidenceRecord(
        number=action.number,
        title=action.title,
        kind=_("Action"),
        state=action.state_words,
        folder=f"actions/{action.number}",
        pieces=[
            Piece("action.json", _("Action"), content=_json(_metadata(action, extensions))),
            # The same name may come twice: the key tells the files apart.
            *(Piece(f"{each.pk}-{each.name}", _("What shows it"), stored=each.file.sha256) for each in files),
        ],
        facts=list(_facts(action)),
        lists=[(_("More time"), [_line(each) for each in extensions])] if extensions else [],
        targets=[(MODEL, str(action.pk))],
        people=[action.owner_id, *(key for key in people if key is not None)],
        counts=[(_("Actions verified"), int(action.verified_at is not None))],
    )


def _facts(action: Action) -> Iterator[tuple[str, str]]:
    yield _("Owner"), action.owner.name
    yield _("Due"), action.due_on.isoformat()
    for words, person, at in (
        (_("Done by"), action.done_by, action.done_at),
        (_("Verified by"), action.verified_by, action.verified_at),
        (_("Cancelled by"), action.cancelled_by, action.cancelled_at),
    ):
        if person is not None and at is not None:
            yield words, f"{person.name} · {_moment(at)}"
    if action.subject_label:
        yield _("From"), action.subject_label


def _metadata(action: Action, extensions: Sequence[Extension]) -> dict[str, Any]:
    return {
        "number": action.number,
        "title": action.title,
        "words": action.words,
        "state": action.state,
        "owner": action.owner.name,
        "due_on": action.due_on.isoformat(),
        "given_at": instant(action.given_at),
        "given_by": _name(action.given_by),
        "verifier": _name(action.verifier),
        "from": action.subject_label,
        "waits_for": action.gate_label,
        "process": str(action.process or ""),
        "site": str(action.site or ""),
        "done_at": _instant(action.done_at),
        "done_by": _name(action.done_by),
        "done_words": action.done_words,
        "shown_by": action.evidence_label,
        "verified_at": _instant(action.verified_at),
        "verified_by": _name(action.verified_by),
        "verified_words": action.verified_words,
        "under_exception": action.exception_id is not None,
        "cancelled_at": _instant(action.cancelled_at),
        "cancelled_by": _name(action.cancelled_by),
        "cancel_reason": action.cancel_reason,
        "extensions": [_told(each) for each in extensions],
    }


def _told(extension: Extension) -> dict[str, Any]:
    answer = extension.answered
    return {
        "from": extension.old_due_on.isoformat(),
        "to": extension.new_due_on.isoformat(),
        "reason": extension.reason,
        "asked_at": instant(extension.asked_at),
        "asked_by": extension.asked_by.name,
        "outcome": answer.outcome if answer else "",
        "answered_at": instant(answer.answered_at) if answer else None,
        "answered_by": _name(answer.answered_by) if answer else "",
        "answer_reason": answer.reason if answer else "",
    }


def _line(extension: Extension) -> str:
    answer = extension.answered
    told = f"{answer.outcome_words}, {_name(answer.answered_by)}" if answer else _("not answered yet")
    return f"{extension.old_due_on} → {extension.new_due_on} · {extension.asked_by.name}: {extension.reason} · {told}"


def _name(person: User | None) -> str:
    return person.name if person else ""


def _instant(at: datetime | None) -> str | None:
    return instant(at) if at else None


def _moment(at: datetime) -> str:
    local = at.astimezone(organization_zone())
    return f"{local.isoformat(' ')[:16]} {local.tzname()}"


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


SOURCE = EvidenceSource(
    label=gettext_lazy("Actions"),
    choices=choices,
    gather=gather,
    count=count,
    told=told,
    known=known,
    within=within,
)
