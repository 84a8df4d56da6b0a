"""A small edition of ISO 9001, with each kind of clause."""

import pytest

from qms.core.actors import SYSTEM
from qms.standards.catalogue import Catalogue, ClauseRow
from qms.standards.models import Edition
from qms.standards.services.loading import load_catalogue
from qms.standards.states import ClauseKind, EditionState, Keeps

CLAUSES = (
    ClauseRow("4", "Context", 1, kind=ClauseKind.SECTION),
    ClauseRow("4.3", "Scope", 2, "4", keeps=Keeps.MAINTAIN),
    ClauseRow("7.2", "Competence", 3, keeps=Keeps.RETAIN),
    ClauseRow("8.4.1", "Purchasing", 4),
    *(ClauseRow(f"9.{n}", f"Other {n}", 10 + n) for n in range(1, 11)),
)


@pytest.fixture
def iso(world) -> Edition:
    catalogue = Catalogue("ISO 9001", "2015", "Quality", state=EditionState.CURRENT, clauses=CLAUSES)
    return load_catalogue(catalogue=catalogue, sha256="0", by=SYSTEM)


@pytest.fixture
def clause(iso):
    return lambda number: iso.clauses.get(number=number)
