"""Every list of the documents room costs the same queries with one row and with three."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import services
from documents.audience import Rule
from documents.models import AudienceRule, EditLock
from documents.queries.importing import rows_of
from documents.services.audience import recompute_document
from qms.filing.services import link
from qms.imports.models import ImportRow, ImportRun
from qms.imports.states import RowOutcome, RunState
from qms.organization.states import Role
from tests.documents.counting import cost

pytestmark = pytest.mark.django_db

NAMES = ("one", "two", "three")


def address(name, *keys):
    return reverse(f"documents:{name}", args=keys)


def runs(world, times):
    """Put imports down as rows, each with one file."""
    for number in range(times):
        run = ImportRun.objects.create(
            kind="documents.folder",
            source=f"folder {number}",
            state=RunState.DONE,
            made_at=timezone.now(),
            made_by=world.person(f"importer{ImportRun.objects.count()}", Role.QUALITY_MANAGER),
        )
        ImportRow.objects.create(run=run, position=1, name="a.md", outcome=RowOutcome.UNCHANGED)
    return run


def test_the_register(client, world):
    world.effective()
    first = cost(client, world.quality, address("register"))
    for name in NAMES[:2]:
        world.next_revision(world.effective(title=name, owner=world.person(name)).document)
    assert (cost(client, world.quality, address("register")), first <= 14) == (first, True)


def test_the_matrix(client, world):
    documents = [world.effective().document]
    services.set_audience(document_id=documents[0].pk, rules=[Rule("everybody")], by=world.author)
    first = cost(client, world.quality, address("matrix"))
    for name in NAMES[:2]:
        world.join(world.person(name), world.team)
        documents.append(world.effective(title=name).document)
    AudienceRule.objects.bulk_create(
        AudienceRule(document=each, kind="everybody", valid_from=timezone.now()) for each in documents[1:]
    )
    assert cost(client, world.quality, address("matrix")) == first


def test_the_editor(client, world):
    revision = world.draft()
    EditLock.objects.all().delete()
    page = address("edit", revision.document_id, revision.pk)
    revision.co_authors.set([world.colleague])
    first = cost(client, world.author, page)
    revision.co_authors.set([world.colleague, *(world.person(name) for name in NAMES[:2])])
    assert (cost(client, world.author, page), first <= 20) == (first, True)


def test_the_approvals(client, world):
    revision = world.in_review()
    services.comment_on(revision_id=revision.pk, by=world.colleague, text="Which oil?")
    page = address("approvals", revision.document_id, revision.pk)
    first = cost(client, world.author, page)
    for name in NAMES[:2]:
        services.want_changes(revision_id=revision.pk, by=world.colleague, reason="Say which oil.")
        reviewers = [world.colleague, world.person(name, Role.AUTHOR)]
        services.submit_for_review(revision_id=revision.pk, reviewers=reviewers, by=world.author)
        services.comment_on(revision_id=revision.pk, by=reviewers[1], text="And how much?")
    assert cost(client, world.author, page) == first


def test_the_signatures_of_an_approval(client, world):
    revision = world.effective()
    page = address("approvals", revision.document_id, revision.pk)
    first = cost(client, world.quality, page)
    third = world.person("third", Role.APPROVER)
    approvers = (world.approver, world.second, third)
    many = world.in_approval(*approvers, title="Another")
    for person in approvers:
        world.approve(many, by=person)
    assert cost(client, world.quality, address("approvals", many.document_id, many.pk)) == first


def test_the_acknowledgements(client, world):
    document = world.effective().document
    people = [world.reader, *(world.person(name, Role.READER) for name in NAMES[:2])]
    services.set_audience(document_id=document.pk, rules=[Rule("person", str(people[0].pk))], by=world.author)
    revision = document.revisions.get()
    recompute_document(document_id=document.pk)
    services.object_to(revision_id=revision.pk, by=people[0], text="Which oil?")
    first = cost(client, world.quality, address("readers", document.pk))
    rules = [Rule("person", str(person.pk)) for person in people]
    services.set_audience(document_id=document.pk, rules=rules, by=world.author)
    recompute_document(document_id=document.pk)
    for person in people[1:]:
        services.object_to(revision_id=revision.pk, by=person, text="Which cloth?")
    assert cost(client, world.quality, address("readers", document.pk)) == first


def test_where_a_document_is_used(client, world):
    document = world.effective().document
    page = address("used", document.pk)

    def use(name):
        link(row=world.effective(title=f"{name} refers").document, kind="refers_to", to=document, by=world.author)
        world.effective(title=f"{name} below", parent=document)

    use("one")
    first = cost(client, world.quality, page)
    use("two")
    use("three")
    assert cost(client, world.quality, page) == first


def test_the_imports_and_the_files_of_one(client, world):
    run = runs(world, 1)
    first = [cost(client, world.quality, page) for page in (address("imports"), address("import", run.pk))]
    runs(world, 2)
    ImportRow.objects.bulk_create(
        ImportRow(run=run, position=position, name=f"{position}.md", outcome=RowOutcome.UNCHANGED)
        for position in (2, 3)
    )
    assert rows_of(run).count() == 3
    assert [cost(client, world.quality, page) for page in (address("imports"), address("import", run.pk))] == first
