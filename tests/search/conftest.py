"""Records to search in. They stand in a real table, so that permission is a real subquery: a record is a job, and
who may see it is the person who asked for it."""

from datetime import UTC, datetime, timedelta

import pytest

from qms.core.seams.search import Searchable, SearchPassage, SearchSource, searchables
from qms.jobs.models import Job
from qms.jobs.states import JobState
from qms.search import services

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADA, BOB = 1, 2


class Room:
    """A room with records in it, as search sees one."""

    def __init__(self, model="tests.record"):
        self.model = model
        self.sources = {}

    def searchable(self):
        return Searchable(
            label=self.model,
            visible=lambda person: Job.objects.filter(kind=self.model, requested_by=person).values_list(
                "pk", flat=True
            ),
            keys=lambda: sorted(self.sources),
            load=lambda keys: [self.sources[key] for key in keys if key in self.sources],
            url=lambda key: f"/records/{key}/",
        )

    def visible(self, person):
        return Job.objects.filter(kind=self.model, requested_by=person).values_list("pk", flat=True)

    def add(self, number="", title="", text="", *, seen_by=ADA, minutes=0, locator="", passages=None, **fields):
        """Index a record that one person may see; the later ones were updated later, by `minutes`."""
        record = Job.objects.create(
            kind=self.model,
            state=JobState.QUEUED,
            max_attempts=1,
            run_after=NOON,
            created_at=NOON,
            requested_by=seen_by,
        )
        if passages is None:
            passages = [SearchPassage(locator, text)] if text else []
        source = SearchSource(
            model=self.model,
            key=record.pk,
            number=number,
            title=title,
            updated_at=NOON + timedelta(minutes=minutes),
            passages=passages,
            **fields,
        )
        self.sources[record.pk] = source
        services.index(source)
        return record.pk


@pytest.fixture
def room(db, monkeypatch):
    return _opened(monkeypatch, "tests.record")


@pytest.fixture
def other_room(room, monkeypatch):
    made = Room("tests.audit")
    searchables.register(made.model, made.searchable())
    return made


def _opened(monkeypatch, model):
    monkeypatch.setattr(searchables, "_answers", {})
    made = Room(model)
    searchables.register(model, made.searchable())
    services.clear()
    return made
