"""The matrix of people and documents (K11), and the status of a team, a person or a document, for pages and reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from documents.audience import audience_pairs
from documents.models import Document, Revision
from documents.queries.standing import in_reach, visible_to
from documents.queries.status import Cell, Standing, matrix
from documents.rights import Can
from documents.states import State
from qms.core.keyset import by_key
from qms.organization.models import Team, User
from qms.organization.queries import members

MOST_DOCUMENTS = 60
MOST_PEOPLE = 200


@dataclass(frozen=True)
class Matrix:
    """People down, documents across; no cell where a document does not ask a person."""

    people: Sequence[User]
    documents: Sequence[Document]
    cells: dict[tuple[int, int], Cell]

    def rows(self) -> list[tuple[User, list[Cell | None]]]:
        """Return each person with one cell a document, None where they are not asked."""
        return [(person, [self.cells.get((person.pk, each.pk)) for each in self.documents]) for person in self.people]

    def count(self, standing: Standing) -> int:
        """Return how many cells have a standing."""
        return sum(cell.standing is standing for cell in self.cells.values())


def matrix_of(people: Sequence[User], documents: Sequence[Document]) -> Matrix:
    """Return the matrix of these people and documents; documents that ask none of them are left out."""
    pairs = audience_pairs(documents, people)
    asking = {document for _person, document in pairs}
    return Matrix(people, [each for each in documents if each.pk in asking], matrix(pairs))


def documents_for_matrix(viewer: User, *, type_code: str = "") -> list[Document]:
    """Return the documents in force whose acknowledgements a viewer may see, by number."""
    found = visible_to(viewer).filter(in_reach(viewer, Can.SEE_ACKNOWLEDGEMENTS) | Q(owner=viewer))
    found = found.filter(pk__in=Revision.objects.filter(state=State.EFFECTIVE).values("document"))
    if type_code:
        found = found.filter(type__code=type_code)
    return list(found.order_by("number")[:MOST_DOCUMENTS])


def people_of_team(team: Team) -> QuerySet[User]:
    """Return the people of a team, by name."""
    return members([team.pk]).order_by("name", "pk")[:MOST_PEOPLE]


def team_with(key: str) -> Team | None:
    """Return a team by its key as an address gives it, or None."""
    return Team.objects.filter(by_key("pk", key)).first()
