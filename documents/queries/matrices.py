"""The matrix of people and documents (K11), and the status of a team, a person or a document, for pages and reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from documents.audience import audience_pairs, documents_reaching, readers_of, rules_reaching
from documents.models import Document, Revision
from documents.queries.standing import in_reach, visible_to
from documents.queries.status import Cell, Standing, matrix, people_of_document, people_of_revision
from documents.rights import Can
from documents.states import State
from qms.core.keyset import by_key
from qms.organization.models import Team, User
from qms.organization.queries import is_line_manager_of, members

# What a page shows; reports hold everything.
MOST_DOCUMENTS = 60
MOST_PEOPLE = 200

# A revision that is not in force, and was or is read: it has its own readers.
OF_THEIR_OWN = {State.APPROVED, State.SUPERSEDED, State.OBSOLETE}


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


@dataclass(frozen=True)
class Part:
    """As much of a matrix as a page shows, and how many people and documents the whole of it has."""

    matrix: Matrix
    people: int = 0
    documents: int = 0

    @property
    def cut(self) -> bool:
        """Return whether the page leaves anything out."""
        return (self.people, self.documents) != (len(self.matrix.people), len(self.matrix.documents))


def matrix_of(people: Sequence[User], documents: Sequence[Document]) -> Matrix:
    """Return the matrix of these people and documents; documents that ask none of them are left out."""
    pairs = audience_pairs(documents, people)
    asking = {document for _person, document in pairs}
    return Matrix(people, [each for each in documents if each.pk in asking], matrix(pairs))


def people_beside_revision(shown: Revision) -> list[tuple[User, Cell]]:
    """Return the people of a revision with how it stands with them: for one that has readers of its own those, else
    those of the document now.
    """
    if shown.state in OF_THEIR_OWN:
        return people_of_revision(shown)
    return people_of_document(shown.document, readers_of(shown.document))


def revision_matrix(shown: Revision) -> Matrix:
    """Return the people of a revision as a matrix of its one document."""
    rows = people_beside_revision(shown)
    cells = {(person.pk, shown.document_id): cell for person, cell in rows}
    return Matrix([person for person, _cell in rows], [shown.document], cells)


def team_matrix(viewer: User, team: Team) -> Matrix:
    """Return the people of a team and every document in force that asks one of them, as far as a viewer may see."""
    people = list(people_of_team(team))
    return matrix_of(people, list(documents_for_matrix(viewer, people)))


def team_part(viewer: User, team: Team) -> Part:
    """Return as much of the matrix of a team as a page shows."""
    people = list(people_of_team(team))
    documents = documents_for_matrix(viewer, people)
    shown = matrix_of(people[:MOST_PEOPLE], list(documents[:MOST_DOCUMENTS]))
    return Part(shown, people=len(people), documents=documents.count())


def person_matrix(viewer: User, person: User) -> Matrix:
    """Return one person and the documents in force that ask them: all for themselves and their line manager,
    for others those whose acknowledgements they may see.
    """
    if person.pk == viewer.pk or is_line_manager_of(viewer, person):
        return matrix_of([person], list(rules_reaching(person).order_by("number")))
    return matrix_of([person], list(documents_for_matrix(viewer, [person])))


def documents_for_matrix(viewer: User, people: Sequence[User]) -> QuerySet[Document]:
    """Return the documents in force that ask one of these people, and whose acknowledgements a viewer may see, by
    number.
    """
    found = visible_to(viewer).filter(in_reach(viewer, Can.SEE_ACKNOWLEDGEMENTS) | Q(owner=viewer))
    found = found.filter(pk__in=Revision.objects.filter(state=State.EFFECTIVE).values("document"))
    return documents_reaching(found, people).order_by("number")


def people_of_team(team: Team) -> QuerySet[User]:
    """Return the people of a team, by name."""
    return members([team.pk]).order_by("name", "pk")


def team_with(key: str) -> Team | None:
    """Return a team by its key as an address gives it, or None."""
    return Team.objects.filter(by_key("pk", key)).first()
