"""Every list of the API costs the same queries with one row and with three, and few of them."""

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import services
from documents.audience import Rule
from documents.services.audience import open_reading_duties
from qms.core.actors import SYSTEM
from qms.evidence.queries import Selection
from qms.evidence.services import request_pack
from qms.organization.states import Role
from qms.standards.catalogue import Catalogue, ClauseRow
from qms.standards.models import Edition
from qms.standards.services import LeftOut, confirm_scope
from qms.standards.services.loading import load_catalogue
from qms.standards.states import EditionState

MOST = 10
ISO = Catalogue(
    "ISO 9001", "2015", "Quality", EditionState.CURRENT, clauses=(ClauseRow("8.3", "Design", 1, excludable=True),)
)
NAMES = ("one", "two")


def cost(asking, path) -> tuple[int, int]:
    """How many rows a list answers, and how many queries it takes on its second call."""
    cache.clear()
    rows = asking.get(path).json()
    with CaptureQueriesContext(connection) as found:
        asking.get(path)
    spent = [each for each in found if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    return len(rows["results"] if isinstance(rows, dict) else rows), len(spent)


def grow(world, revision) -> None:
    """Make two more rows for every list, on top of one."""
    everybody = [Rule("person", str(each.pk)) for each in (world.reader, world.author, world.second)]
    services.set_audience(document_id=revision.document_id, rules=everybody, by=world.quality)
    for name in NAMES:
        other = world.effective(title=name, owner=world.person(name, Role.AUTHOR))
        services.set_audience(
            document_id=other.document_id, rules=[Rule("person", str(world.reader.pk))], by=world.quality
        )
        open_reading_duties(revision_id=other.pk)
        draft = world.next_revision(revision.document) if name == NAMES[0] else None
        if draft is not None:
            services.cancel_revision(revision_id=draft.pk, by=world.author, reason="Not now.")
        request_pack(selection=Selection(), words=name, recipient="Auditor", purpose="Audit", by=world.quality)
        world.give(world.reader, Role.APPROVER)
        covers(world, name)
    world.next_revision(revision.document)


def covers(world, products: str) -> None:
    """Confirm a scope with one standard, site and process, and one clause that does not apply at that site."""
    iso = Edition.objects.filter(standard="ISO 9001").first() or load_catalogue(catalogue=ISO, sha256="0", by=SYSTEM)
    left_out = [LeftOut(iso.clauses.get(), "Made to drawings.", "", [world.site])]
    places = {"sites": [world.site], "processes": [world.process]}
    confirm_scope(products=products, editions=[iso], answers={}, left_out=left_out, by=world.quality, **places)


LISTS = {
    "documents/": "quality",
    "documents/{document}/revisions/": "quality",
    "documents/{document}/acknowledgements/": "quality",
    "duties/": "reader",
    "duties/?person={reader}": "quality",
    "duties/everyone/?when=coming": "quality",
    "jobs/": "quality",
    "packs/": "quality",
    "people/": "quality",
    "scopes/": "quality",
    "people/{reader}/roles/": "quality",
}


def test_a_list_costs_the_same_with_one_row_and_with_more(world, program):
    revision = world.effective()
    services.set_audience(
        document_id=revision.document_id, rules=[Rule("person", str(world.reader.pk))], by=world.quality
    )
    open_reading_duties(revision_id=revision.pk)
    request_pack(selection=Selection(), words="All", recipient="Auditor", purpose="Audit", by=world.quality)
    covers(world, "All")
    programs = {name: program(getattr(world, name)) for name in ("quality", "reader")}
    names = {"document": revision.document_id, "reader": world.reader.pk}
    before = {path: cost(programs[who], path.format(**names)) for path, who in LISTS.items()}
    grow(world, revision)
    after = {path: cost(programs[who], path.format(**names)) for path, who in LISTS.items()}
    assert [path for path in LISTS if after[path][0] < before[path][0] + 2] == []
    assert {path: spent for path, (_rows, spent) in after.items()} == {
        path: spent for path, (_rows, spent) in before.items()
    }
    assert {path: spent for path, (_rows, spent) in after.items() if spent > MOST} == {}


def test_comments_cost_the_same_with_one_and_with_three(world, program):
    revision = world.in_review()
    path = f"documents/{revision.document_id}/revisions/{revision.pk}/comments/"
    asking = program(world.author)
    found = []
    for times in (1, 2):
        for _each in range(times):
            services.comment_on(revision_id=revision.pk, by=world.colleague, text="Which oil?")
        found.append(cost(asking, path))
    assert [rows for rows, _spent in found] == [1, 3]
    assert (found[0][1], found[1][1] <= MOST) == (found[1][1], True)
