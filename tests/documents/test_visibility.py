"""Who sees a document and who reads which of its revisions: one rule, whichever way it is asked.

A small world is asked about as a whole: people with every role in every scope, and people with a part in something,
times documents in every scope and state.
"""

from itertools import product

import pytest
from django.utils import timezone

from documents import services
from documents.models import Content, Document, ReadingDuty, Revision, Round, Seat
from documents.queries import history_of, in_reach, may_read, revisions_visible_to, scope_of, visible_to
from documents.queries.standing import open_ones_readable_by, readable_by, reads_at
from documents.rights import Can
from documents.states import OPEN_STATES, RoundKind, RoundOutcome, State
from qms.duties.models import Duty
from qms.duties.services import open_for
from qms.duties.states import Outcome
from qms.organization.queries import rights
from qms.organization.states import Role
from qms.trail.models import EntryTarget

pytestmark = pytest.mark.django_db

CLOSED_DUTY = {"closed_at": timezone.now(), "outcome": Outcome.DONE, "next_step_on": None}
CLOSED_ROUND = {"closed_at": timezone.now(), "outcome": RoundOutcome.AGREED}
ROLES = (Role.READER, Role.AUTHOR, Role.PROCESS_OWNER, Role.INTERNAL_AUDITOR)


@pytest.fixture
def people(world):
    """Everybody of the world, and a person with each role in each scope."""
    places = _places(world)
    made = [world.person(f"p{n}") for n in range(len(ROLES) * len(places))]
    for person, (role, (site, process)) in zip(made, product(ROLES, places), strict=True):
        world.give(person, role, site=site, process=process)
    return [world.quality, world.owner, world.author, world.colleague, world.approver, world.stranger, world.it, *made]


def _places(world):
    return [*product((None, world.other_site), (None, world.process))]


@pytest.fixture
def documents(world, people):
    """Documents in every scope: one for each state that a revision can be in, some with an older one in force."""
    for place in _places(world):
        for state in State:
            _document(world, state, *place)
            if state in OPEN_STATES:
                _document(world, state, *place, older=State.EFFECTIVE)
    return list(Document.objects.order_by("pk"))


def _document(world, state, site, process, older=None):
    n = Document.objects.count()
    shared = {"title": f"T{n}", "type": world.procedure, "owner": world.owner, "created_by": world.author}
    document = Document.objects.create(**shared, number=f"D-{n}", site=site, process=process, created_at=timezone.now())
    for sequence, each in enumerate((found for found in (older, state) if found), 1):
        revision = Revision.objects.create(
            document=document,
            sequence=sequence,
            label=str(sequence),
            state=State.DRAFT,
            title=document.title,
            change_class="major",
            author=world.author,
            created_at=timezone.now(),
        )
        content = Content(revision=revision, text=str(n), sha256=f"{n:064}", frozen_at=timezone.now())
        content.save()
        at = timezone.now() if each == State.EFFECTIVE else None
        Revision.objects.filter(pk=revision.pk).update(state=each, content=content, effective_at=at)
    _ask(world, n, Revision.objects.get(pk=revision.pk))


def _ask(world, n, revision):
    """Ask somebody who reads nothing to read a revision, and another to answer in a round, which may have ended."""
    if n % 3:
        duty = open_for([world.stranger.pk], "documents.acknowledge", revision, due_on=None)[0]
        ReadingDuty.objects.create(duty=duty, person=world.stranger, document=revision.document, revision=revision)
        if n % 3 == 1:
            Duty.objects.filter(pk=duty.pk).update(**CLOSED_DUTY)
    if revision.state in {State.IN_REVIEW, State.IN_APPROVAL, State.APPROVED, State.EFFECTIVE}:
        made = Round.objects.create(
            revision=revision,
            content=revision.content,
            kind=RoundKind.REVIEW,
            number=1,
            mode="all",
            needed=1,
            opened_at=timezone.now(),
            opened_by=world.author,
            **CLOSED_ROUND if n % 2 else {},
        )
        Seat.objects.create(round=made, person=world.it, author=world.author)


def test_every_right_reaches_in_a_list_what_it_reaches_for_one(people, documents):
    for person in people:
        for right in (Can.READ, Can.READ_HISTORY, Can.READ_DRAFTS, Can.WRITE, Can.MANAGE):
            listed = set(Document.objects.filter(in_reach(person, right)).values_list("pk", flat=True))
            one_by_one = {each.pk for each in documents if right in rights(person, scope_of(each))}
            assert (person.username, right, listed) == (person.username, right, one_by_one)
        listed = set(Document.objects.filter(in_reach(person, Can.READ, reading=True)).values_list("pk", flat=True))
        assert listed == {each.pk for each in documents if reads_at(person, each)}


def test_a_revision_is_read_by_the_same_people_whichever_way_it_is_asked(people, documents):
    revisions = {each.pk: list(each.revisions.order_by("-sequence")) for each in documents}
    for person in people:
        visible = set(visible_to(person).values_list("pk", flat=True))
        open_ones = set(Revision.objects.filter(open_ones_readable_by(person)).values_list("pk", flat=True))
        readable = set(Revision.objects.filter(readable_by(person)).values_list("pk", flat=True))
        for document in documents:
            found = [each for each in revisions[document.pk] if each.pk in readable]
            # Who sees a document finds something to read there; what is not in force opens the document by itself.
            assert (document.pk in visible) <= bool(found)
            assert any(each.state != State.EFFECTIVE for each in found) <= (document.pk in visible)
            assert [each.pk for each in found if each.state in OPEN_STATES] == [
                each.pk for each in revisions[document.pk] if each.pk in open_ones
            ]
            if document.pk % 13 == person.pk % 13:
                assert revisions_visible_to(person, document) == found
                assert [each for each in revisions[document.pk] if may_read(each, person)] == found


def test_what_the_whole_organization_follows_is_read_at_every_site_whatever_its_process(world):
    worker = world.person("worker")
    world.give(worker, Role.READER, site=world.other_site)
    followed = world.effective(process=world.process, site=None)
    elsewhere = world.effective(title="Elsewhere", process=world.process, site=world.site)
    assert (may_see(worker, followed), may_see(worker, elsewhere)) == (True, False)


def may_see(person, revision):
    return visible_to(person).filter(pk=revision.document_id).exists()


def test_the_history_tells_an_auditor_nothing_of_a_draft(world, client):
    """Comments and reasons on a revision are told to who may read that revision."""
    auditor = world.person("visitor", Role.EXTERNAL_AUDITOR)
    effective = world.effective()
    draft = world.next_revision(effective.document)
    services.change_draft(revision_id=draft.pk, by=world.author, reason="Nobody is trained yet.")
    about = {}
    for person in (auditor, world.quality):
        found = history_of(effective.document, person)
        about[person.username] = {key for entry in found for key in _revisions(entry)}
    assert about == {"visitor": {effective.pk}, "quality": {effective.pk, draft.pk}}


def _revisions(entry):
    return {int(each.key) for each in EntryTarget.objects.filter(entry=entry, model="documents.revision")}
