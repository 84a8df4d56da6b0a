"""Evidence status, pure: what state a clause is in by the evidence that is linked to it, why, and until when.

This shows that current evidence is linked and when it was audited. It does not show that the requirement is met.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.core.seams.evidence_status import Kind
from qms.standards.states import Keeps


class Evidence(StrEnum):
    """The states, the worst first; the worst of a clause's places is the organization's."""

    OPEN = "open"
    NONE = "none"
    STALE = "stale"
    CURRENT = "current"
    AUDITED = "audited"


EVIDENCE_WORDS: dict[Evidence, Promise] = {
    Evidence.OPEN: _("open nonconformity"),
    Evidence.NONE: _("no evidence linked"),
    Evidence.STALE: _("stale"),
    Evidence.CURRENT: _("current, not audited"),
    Evidence.AUDITED: _("current and audited"),
}

# How a state is seen on screen; on paper and for screen readers the word stands beside it.
TONES: dict[Evidence, str] = {
    Evidence.OPEN: "late",
    Evidence.NONE: "neutral",
    Evidence.STALE: "soon",
    Evidence.CURRENT: "info",
    Evidence.AUDITED: "effective",
}
# The sentence that stands on every page and paper that shows a status.
MEANS = _(
    "This shows that current evidence is linked and when it was audited. It does not show that the requirement is met."
)
WORST_FIRST = tuple(Evidence)
_EXPECTED: dict[Keeps, frozenset[Kind]] = {
    Keeps.NONE: frozenset(),
    Keeps.MAINTAIN: frozenset({Kind.MAINTAIN}),
    Keeps.RETAIN: frozenset({Kind.RETAIN}),
    Keeps.BOTH: frozenset({Kind.MAINTAIN, Kind.RETAIN}),
}
EITHER = (Kind.MAINTAIN, Kind.RETAIN)
KIND_WORDS: dict[Kind, Promise] = {
    Kind.MAINTAIN: _("a document in force"),
    Kind.RETAIN: _("records within their period"),
    Kind.AUDITED: _("an audit within its cycle"),
    Kind.OPEN: _("an open nonconformity"),
    Kind.ATTENTION: _("a review that is overdue"),
    Kind.CONCERNS: _("asked of this process"),
}


def expected(keeps: str) -> frozenset[Kind]:
    """Return the kinds of evidence that a clause expects; none where either kind will do."""
    return _EXPECTED[Keeps(keeps)]


@dataclass(slots=True)
class Held:
    """What is held at one place as of an instant, summed up by kind: how many documents and records, whether something
    is overdue, whether the clause is asked there; when the last of those ended that hold no more; since when a
    nonconformity is open and when it was audited last, each with its grading."""

    site: int | None = None
    process: int | None = None
    maintain: int = 0
    retain: int = 0
    attention: int = 0
    concerns: int = 0
    opened: datetime | None = None
    grade: str = ""
    audited: datetime | None = None
    audit: str = ""
    maintain_ended: datetime | None = None
    retain_ended: datetime | None = None

    def take(self, kind: str, count: int, since: datetime | None, ended: datetime | None, words: str) -> None:
        """Add spans of one kind: how many hold, since when the last of them, and when the last that ended did."""
        if count and kind in _COUNTED:
            setattr(self, kind, getattr(self, kind) + count)
        elif count and kind == Kind.OPEN:
            # "major" comes before "minor"
            self.opened, self.grade = since, min(filter(None, (self.grade, words)), default="")
        elif count and kind == Kind.AUDITED and _later(self.audited, since) == since:
            self.audited, self.audit = since, words
        if ended is not None and kind == Kind.MAINTAIN:
            self.maintain_ended = _later(self.maintain_ended, ended)
        elif ended is not None and kind == Kind.RETAIN:
            self.retain_ended = _later(self.retain_ended, ended)


_COUNTED = frozenset({"maintain", "retain", "attention", "concerns"})


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if one is None or (other is not None and other > one) else one


@dataclass(frozen=True)
class Status:
    """The state of a clause at one place, or at the worst of some. `lacks` are the kinds it waits for, `since` when
    they ended or when it was audited, `words` a grading; `attention`: something is overdue, the state is what it is."""

    state: Evidence
    lacks: tuple[Kind, ...] = ()
    since: datetime | None = None
    words: str = ""
    attention: bool = False
    count: int = 0

    @property
    def state_words(self) -> str:
        """Return the state as people read it."""
        return str(EVIDENCE_WORDS[self.state])

    @property
    def tone(self) -> str:
        """Return the tone in which the state is seen."""
        return TONES[self.state]

    @property
    def lacks_words(self) -> str:
        """Return what it waits for, as people read it."""
        return ", ".join(str(KIND_WORDS[kind]) for kind in self.lacks)


def status_of(expects: frozenset[Kind], held: Iterable[Held]) -> Status:
    """Return the status of one place of a clause by what is held there and everywhere."""
    here = _together(held)
    lacks = _lacking(expects, here)
    attention, count = here.attention > 0, here.maintain + here.retain
    if here.opened is not None:
        return Status(Evidence.OPEN, lacks, here.opened, here.grade, attention, count)
    if lacks:
        since = _lapsed(expects, lacks, here)
        return Status(Evidence.STALE if since else Evidence.NONE, lacks, since, "", attention, count)
    if here.audited is not None:
        return Status(Evidence.AUDITED, (), here.audited, here.audit, attention, count)
    return Status(Evidence.CURRENT, attention=attention, count=count)


def _together(held: Iterable[Held]) -> Held:
    """Return what several places hold together."""
    found = Held()
    for each in held:
        found.maintain += each.maintain
        found.retain += each.retain
        found.attention += each.attention
        found.maintain_ended = _later(found.maintain_ended, each.maintain_ended)
        found.retain_ended = _later(found.retain_ended, each.retain_ended)
        if each.opened is not None:
            found.take(Kind.OPEN, 1, each.opened, None, each.grade)
        if each.audited is not None:
            found.take(Kind.AUDITED, 1, each.audited, None, each.audit)
    return found


def _lacking(expects: frozenset[Kind], here: Held) -> tuple[Kind, ...]:
    """Return the kinds that are expected and not held; where either will do, both when neither is."""
    missing = tuple(kind for kind, held in ((Kind.MAINTAIN, here.maintain), (Kind.RETAIN, here.retain)) if not held)
    if expects:
        return tuple(kind for kind in missing if kind in expects)
    return missing if len(missing) == len(EITHER) else ()


def _lapsed(expects: frozenset[Kind], lacks: Sequence[Kind], here: Held) -> datetime | None:
    """Return since when a place is stale: the first of the expected kinds ended, or the last of either kind; None
    where something expected was never held."""
    ended = {Kind.MAINTAIN: here.maintain_ended, Kind.RETAIN: here.retain_ended}
    ends = [each for kind in lacks if (each := ended[kind]) is not None]
    if not ends or (expects and len(ends) < len(lacks)):
        return None
    return min(ends) if expects else max(ends)


def worst(found: Sequence[Status]) -> Status:
    """Return the worst of some statuses; it wants attention where one of them does."""
    least = min(found, key=lambda each: WORST_FIRST.index(each.state))
    return replace(least, attention=any(each.attention for each in found), count=max(each.count for each in found))


def by_process(expects: frozenset[Kind], held: Sequence[Held], sites: Sequence[int]) -> dict[int | None, Status]:
    """Return the status of a clause by process, each the worst of its sites; under None where it concerns no process.

    Held for no process serves all of them, held for no site all sites. A clause that concerns no process by name
    takes whatever is held, wherever. A process with a site of its own is looked at there alone.
    """
    concerned = concerned_in(held)
    if not concerned:
        return {None: _at_sites(expects, held, sites)}
    return {key: status for key, status in beside(expects, held, sites).items() if key in concerned}


def concerned_in(held: Iterable[Held]) -> set[int | None]:
    """Return the processes that a clause is asked of."""
    return {each.process for each in held if each.concerns}


def beside(expects: frozenset[Kind], held: Sequence[Held], sites: Sequence[int]) -> dict[int | None, Status]:
    """Return the status at every process that is asked, and what each other one holds by itself: nothing is expected
    of it, so it lacks nothing."""
    by_key = _grouped(held, lambda each: each.process)
    everywhere = by_key.pop(None, [])
    asked = concerned_in(held)
    return {
        key: _asked(expects, everywhere, rows, sites) if key in asked else status_of(frozenset(), rows)
        for key, rows in by_key.items()
    }


def _asked(expects: frozenset[Kind], everywhere: Sequence[Held], rows: Sequence[Held], sites: Sequence[int]) -> Status:
    own = next((each.site for each in rows if each.concerns), None)
    return _at_sites(expects, [*everywhere, *rows], sites if own is None else [own])


def overall(
    expects: frozenset[Kind], held: Sequence[Held], cells: Mapping[int | None, Status], sites: Sequence[int]
) -> Status:
    """Return the worst of the processes that a clause is asked of, of their statuses in `cells` (from `beside`)."""
    concerned = concerned_in(held)
    if not concerned:
        return _at_sites(expects, held, sites)
    return worst([cells[key] for key in concerned])


def _at_sites(expects: frozenset[Kind], held: Sequence[Held], sites: Sequence[int]) -> Status:
    """Return the worst of the sites; those of which nothing is said by name are all alike and looked at once."""
    by_key = _grouped(held, lambda each: each.site)
    everywhere = by_key.pop(None, [])
    named = [site for site in sites if site in by_key]
    found = [status_of(expects, [*everywhere, *by_key[site]]) for site in named]
    if not sites:
        found.append(status_of(expects, held))
    elif len(named) < len(sites):
        found.append(status_of(expects, everywhere))
    return worst(found)


def _grouped(held: Iterable[Held], key: Callable[[Held], int | None]) -> dict[int | None, list[Held]]:
    found: dict[int | None, list[Held]] = {}
    for each in held:
        found.setdefault(key(each), []).append(each)
    return found


@dataclass(frozen=True)
class Spanned:
    """One span of evidence, as facts."""

    kind: Kind
    since: datetime
    until: datetime | None = None
    site: int | None = None
    process: int | None = None
    words: str = ""

    def holds_at(self, at: datetime) -> bool:
        """Return whether it holds at an instant."""
        return self.since <= at and (self.until is None or at < self.until)


def held_at(spans: Iterable[Spanned], at: datetime) -> list[Held]:
    """Return what spans come to at an instant."""
    found: dict[tuple[int | None, int | None], Held] = {}
    for each in spans:
        here = found.setdefault((each.site, each.process), Held(each.site, each.process))
        if each.holds_at(at):
            here.take(each.kind, 1, each.since, None, each.words)
        elif each.until is not None and each.until <= at:
            here.take(each.kind, 0, None, each.until, "")
    return list(found.values())


def next_change(
    spans: Sequence[Spanned], at: datetime, judge: Callable[[list[Held]], Status]
) -> tuple[datetime, Status] | None:
    """Return when the status changes by itself, as is known now, and into what; None when it does not."""
    now = judge(held_at(spans, at))
    moments = {moment for each in spans for moment in (each.since, each.until) if moment is not None and moment > at}
    for moment in sorted(moments):
        then = judge(held_at(spans, moment))
        if (then.state, then.attention) != (now.state, now.attention):
            return moment, then
    return None
