"""Where a clause is looked at: the sites of the scope, without those at which it does not apply."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import BooleanField, Exists, F, OuterRef, Q, Value

from qms.organization.models import Process, Site
from qms.standards.models import Edition, NotApplicable, ScopeStatement


@dataclass
class LeftOutAt:
    """Why a clause does not apply, and at which sites alone; at none named: everywhere."""

    reason: str
    sites: set[int] = field(default_factory=set)

    @property
    def everywhere(self) -> bool:
        """Return whether the clause applies at no site."""
        return not self.sites

    def remaining(self, sites: Sequence[int]) -> list[int]:
        """Return those of some sites at which the clause applies."""
        return [site for site in sites if self.sites and site not in self.sites]


def left_out_by_site(editions: Collection[Edition], at: datetime) -> dict[int, LeftOutAt]:
    """Return what did not apply of editions at an instant, by clause; `with_what_belongs` adds what is below."""
    open_then = Q(statement__valid_until=None) | Q(statement__valid_until__gt=at)
    rows = NotApplicable.objects.filter(
        open_then, statement__valid_from__lte=at, clause__edition__in=editions, sub_item=""
    ).values_list("clause_id", "reason", "sites")
    found: dict[int, LeftOutAt] = {}
    for clause, reason, site in rows:
        known = found.setdefault(clause, LeftOutAt(reason))
        known.sites |= {site} - {None}
    return found


def with_what_belongs(found: dict[int, LeftOutAt], parents: Iterable[tuple[int, int | None]]) -> dict[int, LeftOutAt]:
    """Return what does not apply with the clauses below it, by (clause, parent) in the order of the edition."""
    for key, parent in parents:
        if parent in found:
            found.setdefault(key, found[parent])
    return found


@dataclass(frozen=True)
class SiteAsked:
    """A site in use, and whether evidence is looked at there: the scope names it, or names none."""

    pk: int
    name: str
    in_scope: bool


@dataclass(frozen=True)
class ProcessAsked:
    """A process, as a column."""

    pk: int
    number: str
    name: str

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


@dataclass(frozen=True)
class Places:
    """Where evidence is looked at: sites in use by name, and all processes by number."""

    sites: Sequence[SiteAsked]
    processes: Sequence[ProcessAsked]

    @property
    def in_scope(self) -> list[int]:
        """Return the keys of the sites of the scope."""
        return [each.pk for each in self.sites if each.in_scope]

    def columns(self, keys: Collection[int]) -> list[ProcessAsked]:
        """Return the processes of some keys, by number."""
        return [each for each in self.processes if each.pk in keys]


def places_asked(at: datetime) -> Places:
    """Return where evidence is looked at, as the scope stood at an instant: one question for sites and processes."""
    stood = Q(scopestatement__valid_until=None) | Q(scopestatement__valid_until__gt=at)
    named = ScopeStatement.sites.through.objects.filter(stood, site=OuterRef("pk"), scopestatement__valid_from__lte=at)
    columns = ("is_site", "pk", "number", "name", "is_named")
    is_site, is_process = Value(True, BooleanField()), Value(False, BooleanField())
    sites = Site.objects.filter(is_active=True).annotate(is_site=is_site, number=F("code"), is_named=Exists(named))
    processes = Process.objects.annotate(is_site=is_process, is_named=is_process)
    rows = list(sites.values_list(*columns).union(processes.values_list(*columns), all=True).order_by("number"))
    some = any(is_named for *_rest, is_named in rows)
    return Places(
        [SiteAsked(key, name, bool(is_named) or not some) for is_site, key, _n, name, is_named in rows if is_site],
        [ProcessAsked(key, number, name) for is_site, key, number, name, _named in rows if not is_site],
    )
