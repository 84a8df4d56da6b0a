"""Who and what a made-up register is filled with: people by team, types, processes, texts as stored files."""

from dataclasses import dataclass
from random import Random

from documents.models import DocumentType
from documents.services.types import create_usual_types
from documents.services.world.texts import changed, text
from qms.filing.models import StoredFile
from qms.filing.services.files import store_bytes
from qms.organization.models import Process, RoleAssignment, Team, TeamMembership, User
from qms.organization.states import Role

FAMILIES, VARIANTS = 40, 4


@dataclass(frozen=True)
class Group:
    """A team that reads together."""

    team: int
    site: int
    members: list[int]


@dataclass(frozen=True)
class Written:
    """A text and the file it is kept as."""

    text: str
    file: StoredFile


@dataclass(frozen=True)
class Cast:
    """Everything that documents are made with."""

    types: list[DocumentType]
    processes: list[Process]
    groups: list[Group]
    authors: list[int]
    approvers: list[int]
    names: dict[int, str]
    texts: list[list[Written]]


def cast(random: Random) -> Cast:
    """Return the cast, from the organization that is there; makes the usual types and stores the texts."""
    quality = User.objects.filter(assignments__role=Role.QUALITY_MANAGER).order_by("pk")[0]
    create_usual_types(by=quality)
    return Cast(
        types=list(DocumentType.objects.order_by("pk")),
        processes=list(Process.objects.select_related("site").order_by("pk")),
        groups=_groups(),
        authors=_holders(Role.AUTHOR),
        approvers=_holders(Role.APPROVER),
        names=dict(User.objects.values_list("pk", "name")),
        texts=[_family(random) for _number in range(FAMILIES)],
    )


def _groups() -> list[Group]:
    members: dict[int, list[int]] = {}
    for team, person in TeamMembership.objects.order_by("pk").values_list("team", "person"):
        members.setdefault(team, []).append(person)
    sites = dict(Team.objects.values_list("pk", "site"))
    return [Group(team, sites[team] or 0, people) for team, people in members.items()]


def _holders(role: Role) -> list[int]:
    return list(RoleAssignment.objects.filter(role=role).order_by("pk").values_list("person", flat=True))


def _family(random: Random) -> list[Written]:
    """One text and what became of it, revision after revision."""
    texts = [text(random)]
    while len(texts) < VARIANTS:
        texts.append(changed(random, texts[-1]))
    return [Written(each, store_bytes(each.encode("utf-8"))) for each in texts]
