"""The spans say what a full recount from the records says, whatever people do in whatever order."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from documents import services as documents
from documents.services.records import Given, Sighting, add_kind, keep_record
from qms.core.seams.evidence_status import status_sources
from qms.organization.models import Process
from qms.organization.services import change_process
from qms.standards.models import ClauseLink
from qms.standards.queries.evidence import expectation_of, expected_of, matrix
from qms.standards.queries.links import PROCESS
from qms.standards.queries.looked_at import places_asked
from qms.standards.services.links import link, unlink
from qms.standards.states import Standing
from qms.standards.status import Evidence, Held, beside, overall
from tests.standards.test_evidence import DOCUMENT, withdrawn

pytestmark = [pytest.mark.django_db, pytest.mark.both]
# Only what the records hold now can be recounted: what ended is remembered by the spans alone.
NOT_HELD = {Evidence.STALE: Evidence.NONE}


class House:
    """Documents, kinds of record and processes that people link, move, withdraw and keep records of, at random."""

    def __init__(self, world, iso, seed):
        self.world, self.random = world, Random(seed)
        self.clauses = list(iso.clauses.filter(kind="requirement")[:5])
        self.processes = [world.process, *(Process.objects.create(number=f"P1{n}", name=f"P {n}") for n in range(2))]
        self.sites = [None, world.site, world.other_site]
        self.revisions = [world.effective(title=f"Document {n}", process=self._process()) for n in range(3)]
        told = {"shows": "Something", "owner": world.owner, "by": world.quality}
        self.kinds = [add_kind(name=f"Kind {n}", period_months=12, process=self._process(), **told) for n in range(2)]

        for subject in self._subjects():
            self._link(subject)

    def _subjects(self):
        found = [(DOCUMENT, each.document_id) for each in self.revisions]
        found += [("documents.recordkind", each.pk) for each in self.kinds]
        return found + [(PROCESS, each.pk) for each in self.processes]

    def _process(self):
        return self.random.choice([None, *self.processes])

    def does_something(self):
        verbs = (self._link, self._link, self._unlink, self._move, self._move, self._keep, self._use, self._withdraw)
        self.random.choice(verbs)()

    def _link(self, subject=None):
        model, key = subject or self.random.choice(self._subjects())
        clauses = self.random.sample(self.clauses, 2)
        wide = self.random.random() < 0.3
        link(model=model, keys=[str(key)], clauses=clauses, everywhere=wide, by=self.world.quality)

    def _unlink(self):
        standing = list(ClauseLink.objects.filter(valid_until=None).order_by("pk"))
        if standing:
            unlink(links=[self.random.choice(standing).pk], reason="Not this.", by=self.world.quality)

    def _move(self):
        key = self.random.choice(self.revisions).document_id
        place = {"process": self._process(), "site": self.random.choice(self.sites)}
        documents.change_document(document_id=key, by=self.world.quality, **place)

    def _keep(self):
        kind = self.random.choice(self.kinds)
        day = timezone.localdate() - timedelta(days=self.random.randrange(600))
        seen = Sighting(1, "Cabinet", "One of them")
        keep_record(kind_id=kind.pk, given=Given("A record", day, sighting=seen), by=self.world.quality)

    def _use(self):
        process = self.random.choice(self.processes[1:])
        change_process(process_id=process.pk, by=self.world.quality, is_active=self.random.random() < 0.6)

    def _withdraw(self):
        if len(self.revisions) > 1 and self.random.random() < 0.3:
            withdrawn(self.world, self.revisions.pop())


def recounted(clause, at):
    """Return what the records that are linked to a clause offer now, asked of their rooms."""
    found: dict = {}
    for each in ClauseLink.objects.filter(clause=clause, valid_until=None, standing=Standing.CONFIRMED):
        for offer in status_sources[each.subject_model].offers([each.subject_key], at).get(each.subject_key, ()):
            if offer.since > at or (offer.until is not None and offer.until <= at):
                continue
            wide = each.everywhere and offer.kind != "concerns"
            place = (None, None) if wide else (offer.site, offer.process)
            found.setdefault(place, Held(*place)).take(offer.kind, 1, offer.since, None, offer.words)
    return list(found.values())


@pytest.mark.parametrize("seed", range(4))
def test_the_matrix_is_what_a_full_recount_says(world, iso, seed):
    house = House(world, iso, seed)
    for _step in range(25):
        house.does_something()
    now = timezone.now()
    sites = places_asked(now).in_scope
    rows = {row.clause: row for row in matrix(iso, sites=sites).rows}
    said, counted = {}, {}
    for clause in house.clauses:
        expects, held = expected_of(clause, expectation_of(clause, now)), recounted(clause, now)
        cells = beside(expects, held, sites)
        least = overall(expects, held, cells, sites)
        row = rows[clause]
        counted[clause.number] = (least.state, least.attention, {key: each.state for key, each in cells.items()})
        shown = {key: NOT_HELD.get(row.cells[key].state, row.cells[key].state) for key in cells}
        said[clause.number] = (NOT_HELD.get(row.status.state, row.status.state), row.status.attention, shown)
    assert said == counted
