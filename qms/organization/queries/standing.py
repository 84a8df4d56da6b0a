"""Questions about what people may do."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from qms.organization.models import RoleAssignment, User
from qms.organization.queries.spans import held
from qms.organization.rights import granted_to, holders
from qms.organization.states import EVERYWHERE, Role, Scope


def assignments(person: User, *, at: datetime | None = None) -> list[RoleAssignment]:
    """Return the role assignments that hold for a person; read once a request for the present."""
    if at is not None:
        return list(person.assignments.filter(held(at)))
    cached: list[RoleAssignment] | None = person.assignments_held
    if cached is None:
        cached = list(person.assignments.filter(held())) if person.is_active else []
        person.assignments_held = cached
    return cached


def roles(person: User, scope: Scope = EVERYWHERE, *, at: datetime | None = None) -> frozenset[Role]:
    """Return the roles a person holds that reach a scope (an assignment without site and process reaches all)."""
    return frozenset(Role(each.role) for each in assignments(person, at=at) if _reaches(each, scope))


def rights(person: User, scope: Scope = EVERYWHERE, *, at: datetime | None = None) -> frozenset[str]:
    """Return the rights a person holds in a scope."""
    return granted_to(roles(person, scope, at=at))


def may(person: User, right: StrEnum, scope: Scope | None = None) -> bool:
    """Return whether a person holds a right in a scope; without a scope: anywhere at all."""
    wanted = holders(right)
    return any(Role(each.role) in wanted and (scope is None or _reaches(each, scope)) for each in assignments(person))


def reach(person: User, right: StrEnum) -> frozenset[Scope]:
    """Return the scopes in which a right holds, to be joined into a list's query; EVERYWHERE holds all others."""
    wanted = holders(right)
    found = (each for each in assignments(person) if Role(each.role) in wanted)
    return frozenset(Scope(each.site_id, each.process_id) for each in found)


def people_with(right: StrEnum, scope: Scope = EVERYWHERE) -> QuerySet[User]:
    """Return the active people who hold a right in a scope, by name."""
    inside = Q(site__isnull=True) | Q(site_id=scope.site_id)
    inside &= Q(process__isnull=True) | Q(process_id=scope.process_id)
    held_by = RoleAssignment.objects.filter(held(), inside, role__in=holders(right)).values("person_id")
    return User.objects.filter(is_active=True, pk__in=held_by).order_by("name", "pk")


def people_in_role(*wanted: Role, scope: Scope | None = None) -> QuerySet[User]:
    """Return the active people who hold one of some roles now, anywhere or where it reaches a scope, by name."""
    held_by = RoleAssignment.objects.filter(held(), role__in=wanted)
    if scope is not None:
        held_by = held_by.filter(Q(site__isnull=True) | Q(site_id=scope.site_id))
        held_by = held_by.filter(Q(process__isnull=True) | Q(process_id=scope.process_id))
    return User.objects.filter(is_active=True, pk__in=held_by.values("person_id")).order_by("name", "pk")


def holders_of(role: Role) -> QuerySet[User]:
    """Return the active people who hold a role now, anywhere, by name."""
    held_by = RoleAssignment.objects.filter(held(), role=role).values("person_id")
    return User.objects.filter(is_active=True, pk__in=held_by).order_by("name", "pk")


def assignments_of(person: User) -> QuerySet[RoleAssignment]:
    """Return every role a person has held, holds or will hold, the latest first, with scope and who gave it."""
    return (
        RoleAssignment.objects.filter(person=person)
        .select_related("site", "process", "granted_by", "ended_by")
        .order_by("-valid_from", "-pk")
    )


def _reaches(assignment: RoleAssignment, scope: Scope) -> bool:
    return (assignment.site_id is None or assignment.site_id == scope.site_id) and (
        assignment.process_id is None or assignment.process_id == scope.process_id
    )
