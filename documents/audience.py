"""Audience: from rules to people, and from a person to the documents whose rules reach them (K1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from documents.models import AudienceRule, Document, Revision
from documents.states import State
from qms.organization.models import RoleAssignment, TeamMembership, User
from qms.organization.queries import held
from qms.organization.states import Role

Kind = AudienceRule.Kind
# Roles without reading duties: who holds no other is asked to read only where a rule names the person, team or role.
GUESTS = {Role.EXTERNAL_AUDITOR.value}


@dataclass(frozen=True)
class Rule:
    """One rule of an audience: its kind, and the key of what it names (empty for everybody)."""

    kind: str
    key: str = ""


def people_of(document: Document) -> list[int]:
    """Return the ids of the active people whom a document's rules reach now, in id order."""
    return list(_reached(document).order_by("pk").values_list("pk", flat=True))


def rules_reaching(person: User) -> QuerySet[Document]:
    """Return the effective documents whose audience a person belongs to now."""
    teams = TeamMembership.objects.filter(held(), person=person)
    roles = list(person.assignments.filter(held()))
    processes = {str(role.process_id) for role in roles if role.process_id}
    processes |= {str(pk) for pk in teams.exclude(team__process=None).values_list("team__process", flat=True)}
    reached = (
        Q(kind=Kind.PERSON, key=str(person.pk))
        | Q(kind=Kind.TEAM, key__in=[str(pk) for pk in teams.values_list("team", flat=True)])
        | Q(kind=Kind.ROLE, key__in=[role.role for role in roles])
        | Q(kind=Kind.PROCESS, key__in=list(processes))
    )
    guest = bool(roles) and {role.role for role in roles} <= GUESTS
    if not guest:
        reached |= Q(kind=Kind.EVERYBODY)
    if person.site_id is not None and not guest:
        reached |= Q(kind=Kind.SITE, key=str(person.site_id))
    rules = AudienceRule.objects.filter(held()).filter(reached)
    effective = Revision.objects.filter(state=State.EFFECTIVE).values("document")
    return Document.objects.filter(pk__in=rules.values("document")).filter(pk__in=effective)


def documents_reaching(documents: QuerySet[Document], people: Iterable[User]) -> QuerySet[Document]:
    """Return those of some documents whose rules reach one of these people now; two queries, and its own."""
    keys: dict[str, set[str]] = {}
    for kind, key in set().union(*_reached_by_rules(people).values()):
        keys.setdefault(kind, set()).add(key)
    reached = Q(pk__in=[])
    for kind, named in keys.items():
        reached |= Q(kind=kind, key__in=named)
    return documents.filter(pk__in=AudienceRule.objects.filter(held()).filter(reached).values("document"))


def _people(kind: str, key: str) -> Q:
    teams = TeamMembership.objects.filter(held())
    roles = RoleAssignment.objects.filter(held())
    match kind:
        case Kind.EVERYBODY:
            return ~Q(pk__in=_guests())
        case Kind.SITE:
            return Q(site_id=key) & ~Q(pk__in=_guests())
        case Kind.TEAM:
            return Q(pk__in=teams.filter(team_id=key).values("person"))
        case Kind.ROLE:
            return Q(pk__in=roles.filter(role=key).values("person"))
        case Kind.PROCESS:
            member = Q(pk__in=teams.filter(team__process_id=key).values("person"))
            return member | Q(pk__in=roles.filter(process_id=key).values("person"))
        case _:
            return Q(pk=key)


def _guests() -> QuerySet[RoleAssignment, int]:
    """Who is here as a guest alone: the rules for all and for a place do not mean them, a rule that names them does."""
    roles = RoleAssignment.objects.filter(held())
    working = roles.exclude(role__in=GUESTS).values("person")
    return roles.filter(role__in=GUESTS).exclude(person__in=working).values_list("person", flat=True)


def audience_pairs(documents: Iterable[Document], people: Iterable[User]) -> set[tuple[int, int]]:
    """Return the pairs (person, document) of these people and documents whose rules reach the person; three queries."""
    reached = _reached_by_rules(people)
    rules = AudienceRule.objects.filter(held(), document__in=list(documents)).values_list("document", "kind", "key")
    return {
        (person, document) for document, kind, key in rules for person, keys in reached.items() if (kind, key) in keys
    }


def _reached_by_rules(people: Iterable[User]) -> dict[int, set[tuple[str, str]]]:
    """The rules, as kind and key, that reach each of these people who are active; two queries."""
    known = {person.pk: person for person in people if person.is_active}
    reached = {key: _keys_of(person) for key, person in known.items()}
    teams = TeamMembership.objects.filter(held(), person__in=known)
    for member, team, process in teams.values_list("person", "team", "team__process"):
        reached[member] |= {(Kind.TEAM.value, str(team)), (Kind.PROCESS.value, str(process))}
    roles = RoleAssignment.objects.filter(held(), person__in=known)
    held_roles: dict[int, set[str]] = {}
    for holder, role, process in roles.values_list("person", "role", "process"):
        held_roles.setdefault(holder, set()).add(role)
        reached[holder] |= {(Kind.ROLE.value, role), (Kind.PROCESS.value, str(process))}
    for guest in (holder for holder, names in held_roles.items() if names <= GUESTS):
        reached[guest] -= {(Kind.EVERYBODY.value, ""), (Kind.SITE.value, str(known[guest].site_id))}
    return reached


def _keys_of(person: User) -> set[tuple[str, str]]:
    return {
        (Kind.EVERYBODY.value, ""),
        (Kind.PERSON.value, str(person.pk)),
        (Kind.SITE.value, str(person.site_id)),
    }


def people_reached_by(rules: Iterable[Rule]) -> dict[int, str]:
    """Return the active people whom some rules would reach, as names by id."""
    wanted = Q(pk__in=[])
    for rule in rules:
        wanted |= _people(rule.kind, rule.key)
    return dict(User.objects.filter(wanted, is_active=True).order_by("name", "pk").values_list("pk", "name"))


def readers_of(document: Document) -> list[User]:
    """Return the active people whom a document's rules reach now, by name."""
    return list(_reached(document).order_by("name", "pk"))


def _reached(document: Document) -> QuerySet[User]:
    wanted = Q(pk__in=[])
    for kind, key in AudienceRule.objects.filter(held(), document=document).values_list("kind", "key"):
        wanted |= _people(kind, key)
    return User.objects.filter(wanted, is_active=True)
