"""Evidence status, pure: what state a clause is in by the evidence that is linked to it, why, and until when.

This shows that current evidence is linked and when it was audited. It does not show that the requirement is met.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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
_NEVER = datetime.min.replace(tzinfo=UTC)
KIND_WORDS: dict[Kind, Promise] = {
    Kind.MAINTAIN: _("a document in force"),
    Kind.RETAIN: _("records within their period"),
    Kind.AUDITED: _("an audit within its cycle"),
    Kind.OPEN: _("an open nonconformity"),
    Kind.ATTENTION: _("an overdue review"),
    Kind.CONCERNS: _("asked of this process"),
}


def expected(keeps: str) -> frozenset[Kind]:
    """Return the kinds of evidence that a clause expects; none where either kind will do."""
    return _EXPECTED[Keeps(keeps)]


@dataclass(frozen=True)
class Held:
    """Spans of one kind at one place, summed up as of an instant: how many hold, since when, and when the last of
    those ended that hold no more. `words` is the grading of an audit or a nonconformity that holds."""

    kind: Kind
    site: int | None = None
    process: int | None = None
    count: int = 0
    since: datetime | None = None
    ended: datetime | None = None
    words: str = ""


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
    kinds: dict[Kind, list[Held]] = {kind: [] for kind in Kind}
    for each in held:
        kinds[each.kind].append(each)
    holding = {kind: [each for each in rows if each.count] for kind, rows in kinds.items()}
    attention = bool(holding[Kind.ATTENTION])
    count = sum(each.count for kind in EITHER for each in holding[kind])
    lacks = _lacking(expects, holding)
    if holding[Kind.OPEN]:
        # "major" comes before "minor"
        found = min(holding[Kind.OPEN], key=lambda each: each.words)
        return Status(Evidence.OPEN, tuple(lacks), found.since, found.words, attention, count)
    if lacks:
        since = _lapsed(expects, [kinds[kind] for kind in lacks])
        state = Evidence.STALE if since else Evidence.NONE
        return Status(state, tuple(lacks), since, "", attention, count)
    audits = holding[Kind.AUDITED]
    if not audits:
        return Status(Evidence.CURRENT, attention=attention, count=count)
    last = max(audits, key=lambda each: each.since or _NEVER)
    return Status(Evidence.AUDITED, (), last.since, last.words, attention, count)


def _lacking(expects: frozenset[Kind], holding: Mapping[Kind, Sequence[Held]]) -> list[Kind]:
    """Return the kinds that are expected and not held; where either will do, both when neither is."""
    if expects:
        return [kind for kind in EITHER if kind in expects and not holding[kind]]
    return [] if any(holding[kind] for kind in EITHER) else list(EITHER)


def _lapsed(expects: frozenset[Kind], lacking: Sequence[Sequence[Held]]) -> datetime | None:
    """Return since when a place is stale: the first of the expected kinds ended, or the last of either kind; None
    where something expected was never held."""
    ends = [max(ended) for rows in lacking if (ended := [each.ended for each in rows if each.ended])]
    if not ends or (expects and len(ends) < len(lacking)):
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
    concerned = {each.process: each.site for each in held if each.kind is Kind.CONCERNS and each.count}
    if not concerned:
        return {None: _at_sites(expects, held, sites)}
    return {key: status for key, status in _by_key(expects, held, sites).items() if key in concerned}


def beside(expects: frozenset[Kind], held: Sequence[Held], sites: Sequence[int]) -> dict[int | None, Status]:
    """Return the status at every process that holds something, asked of it or not: to be shown, no more."""
    return _by_key(expects, held, sites)


def _by_key(expects: frozenset[Kind], held: Sequence[Held], sites: Sequence[int]) -> dict[int | None, Status]:
    by_key = _grouped(held, lambda each: each.process)
    everywhere = by_key.pop(None, [])
    found: dict[int | None, Status] = {}
    for key, rows in by_key.items():
        own = next((each.site for each in rows if each.kind is Kind.CONCERNS and each.count), None)
        found[key] = _at_sites(expects, [*everywhere, *rows], sites if own is None else [own])
    return found


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
    found = []
    for each in spans:
        if each.holds_at(at):
            found.append(Held(each.kind, each.site, each.process, 1, each.since, None, each.words))
        elif each.until is not None and each.until <= at:
            found.append(Held(each.kind, each.site, each.process, ended=each.until))
    return found


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
