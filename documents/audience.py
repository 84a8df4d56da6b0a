"""Audience: from rules to people, and from a person to the documents whose rules reach them (K1)."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from documents.models import AudienceRule, Document, Revision
from documents.states import State
from qms.organization.models import RoleAssignment, TeamMembership, User
from qms.organization.queries import held


@dataclass(frozen=True)
class Rule:
    """One rule of an audience: its kind, and the key of what it names (empty for everybody)."""

    kind: str
    key: str = ""


def people_of(document: Document) -> list[int]:
    """Return the ids of the active people whom a document's rules reach now, in id order."""
    rules = AudienceRule.objects.filter(held(), document=document).values_list("kind", "key")
    if not rules:
        return []
    wanted = Q(pk=None)
    for kind, key in rules:
        wanted |= _people(kind, key)
    return list(User.objects.filter(wanted, is_active=True).order_by("pk").values_list("pk", flat=True))


def rules_reaching(person: User) -> QuerySet[Document]:
    """Return the effective documents whose audience a person belongs to now."""
    teams = TeamMembership.objects.filter(held(), person=person)
    roles = list(person.assignments.filter(held()))
    kinds = AudienceRule.Kind
    processes = {str(role.process_id) for role in roles if role.process_id}
    processes |= {str(pk) for pk in teams.exclude(team__process=None).values_list("team__process", flat=True)}
    reached = (
        Q(kind=kinds.EVERYBODY)
        | Q(kind=kinds.PERSON, key=str(person.pk))
        | Q(kind=kinds.TEAM, key__in=[str(pk) for pk in teams.values_list("team", flat=True)])
        | Q(kind=kinds.ROLE, key__in=[role.role for role in roles])
        | Q(kind=kinds.PROCESS, key__in=list(processes))
    )
    if person.site_id is not None:
        reached |= Q(kind=kinds.SITE, key=str(person.site_id))
    rules = AudienceRule.objects.filter(held()).filter(reached)
    effective = Revision.objects.filter(state=State.EFFECTIVE).values("document")
    return Document.objects.filter(pk__in=rules.values("document")).filter(pk__in=effective)


def _people(kind: str, key: str) -> Q:
    kinds = AudienceRule.Kind
    teams = TeamMembership.objects.filter(held())
    roles = RoleAssignment.objects.filter(held())
    match kind:
        case kinds.EVERYBODY:
            return ~Q(pk=None)
        case kinds.SITE:
            return Q(site_id=key)
        case kinds.TEAM:
            return Q(pk__in=teams.filter(team_id=key).values("person"))
        case kinds.ROLE:
            return Q(pk__in=roles.filter(role=key).values("person"))
        case kinds.PROCESS:
            member = Q(pk__in=teams.filter(team__process_id=key).values("person"))
            return member | Q(pk__in=roles.filter(process_id=key).values("person"))
        case _:
            return Q(pk=key)
