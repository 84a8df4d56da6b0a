"""The library in the search: by number, by title, by what people write instead, and behind the records of the house."""

import pytest

from qms.core.actors import SYSTEM
from qms.home.queries import palette_items, results
from qms.search.queries import search, suggest
from qms.search.services import reindex
from qms.standards.catalogue import Catalogue, ClauseRow
from qms.standards.models import Clause, Term
from qms.standards.services.loading import load_catalogue
from qms.standards.states import EditionState
from qms.standards.tasks import run_index

pytestmark = pytest.mark.django_db

CURRENT, PAST = EditionState.CURRENT, EditionState.SUPERSEDED
PROVISION = ClauseRow("8.5.1", "Control of production and service provision", 1, summary="Controlled conditions.")
AUDIT = ClauseRow("9.2", "Internal audit", 2)
EDITIONS = (
    Catalogue("ISO 9001", "2026", "Quality", "ISO 9000", CURRENT, clauses=(PROVISION, AUDIT)),
    Catalogue("ISO 9001", "2015", "Quality", "ISO 9000", PAST, clauses=(PROVISION, AUDIT)),
    Catalogue(
        "ISO 14001", "2015", "Environment", "ISO 14000", PAST, aliases=("ISO 1400 (misprint)",), clauses=(AUDIT,)
    ),
    Catalogue("ISO 14001", "2026", "Environment", "ISO 14000", CURRENT, clauses=(AUDIT,)),
)


@pytest.fixture
def found(world):
    """Return numbers and titles that a text finds for a reader."""
    for catalogue in EDITIONS:
        load_catalogue(catalogue=catalogue, sha256="0", by=SYSTEM)
    Term.objects.create(name="audit evidence", definition="What was seen.", domain="audit", also=["proof"])
    run_index({}, None)
    return lambda text: [f"{hit.number} {hit.title}".strip() for hit in search(world.reader, text)]


@pytest.mark.both
def test_the_family_a_clause_and_a_word_are_found_by_what_people_type(found, world):
    palette = [f"{item.number} {item.kind} {item.icon}" for item in palette_items(world.reader, "ISO 1400")][:2]
    assert palette == ["ISO 14001:2026 Standard library", "ISO 14001:2015 Standard library"]
    assert found("ISO 14000 ") == ["ISO 14001:2026 Environment", "ISO 14001:2015 Environment"]
    assert found("ISO 1400 misprint") == ["ISO 14001:2015 Environment"]
    assert found("9001:2015 8.5.1") == ["ISO 9001:2015 8.5.1 Control of production and service provision"]
    assert found("8.5.1") == [
        "ISO 9001:2026 8.5.1 Control of production and service provision",
        "ISO 9001:2015 8.5.1 Control of production and service provision",
    ]
    assert (found("audit evidence"), found("proof")) == (["audit evidence"], ["audit evidence"])


def test_a_hit_leads_to_its_page(found, world):
    clause = Clause.objects.get(edition__edition="2015", number="8.5.1")
    word = Term.objects.get()
    assert suggest(world.reader, "ISO 9001:2015 8.5.1")[0].url == clause.get_absolute_url()
    assert suggest(world.reader, "audit evidence")[0].url == f"/standards/glossary/#word-{word.pk}"


def test_a_record_of_the_house_comes_before_a_clause_that_is_called_the_same(found, world):
    world.effective(title="Internal audit")
    reindex(models=["documents.document"])
    assert (found("internal audit")[0], len(found("internal audit"))) == ("SOP-0001 Internal audit", 5)


def test_who_does_not_read_the_library_finds_nothing_of_it(found, world):
    assert (results(world.it, "ISO 14001").found, search(world.stranger, "proof")) == ([], [])


def test_a_retired_clause_is_found_no_more(found):
    Clause.objects.filter(number="8.5.1", edition__edition="2015").update(retired_at="2026-01-01T00:00Z")
    run_index({}, None)
    assert found("9001:2015 8.5.1") == []
