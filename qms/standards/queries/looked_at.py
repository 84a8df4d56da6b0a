"""Where a clause is looked at: the sites of the scope, without those at which it does not apply."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from qms.organization.models import Site
from qms.standards.models import Clause, Edition, NotApplicable, ScopeStatement


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
    """Return what did not apply of editions at an instant, with what belongs to it, by clause."""
    open_then = Q(statement__valid_until=None) | Q(statement__valid_until__gt=at)
    rows = NotApplicable.objects.filter(
        open_then, statement__valid_from__lte=at, clause__edition__in=editions, sub_item=""
    ).values_list("clause_id", "reason", "sites")
    found: dict[int, LeftOutAt] = {}
    for clause, reason, site in rows:
        known = found.setdefault(clause, LeftOutAt(reason))
        known.sites |= {site} - {None}
    return _with_what_belongs(editions, found) if found else found


def _with_what_belongs(editions: Collection[Edition], found: dict[int, LeftOutAt]) -> dict[int, LeftOutAt]:
    for key, parent in Clause.objects.filter(edition__in=editions).order_by("position").values_list("pk", "parent"):
        if parent in found:
            found.setdefault(key, found[parent])
    return found


@dataclass(frozen=True)
class SiteAsked:
    """A site in use, and whether evidence is looked at there: the scope names it, or names none."""

    pk: int
    name: str
    in_scope: bool


def sites_asked(at: datetime) -> list[SiteAsked]:
    """Return the sites in use by name, as the scope stood at an instant: one question."""
    stood = Q(scopestatement__valid_until=None) | Q(scopestatement__valid_until__gt=at)
    named = ScopeStatement.sites.through.objects.filter(stood, site=OuterRef("pk"), scopestatement__valid_from__lte=at)
    sites = Site.objects.filter(is_active=True).annotate(is_named=Exists(named)).order_by("name")
    rows = list(sites.values_list("pk", "name", "is_named"))
    some = any(is_named for _key, _name, is_named in rows)
    return [SiteAsked(key, name, is_named or not some) for key, name, is_named in rows]
