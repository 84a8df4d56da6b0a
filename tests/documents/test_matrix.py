"""Who has acknowledged what: the matrix and its reports (K11)."""

import pytest
from django.urls import reverse

from documents import services
from documents.audience import Rule, audience_pairs
from documents.queries.matrices import matrix_of
from documents.queries.status import Standing
from documents.services.audience import open_reading_duties
from documents.services.rounds import Place
from documents.states import ChangeClass
from qms.duties.models import Duty
from qms.organization.queries import today

pytestmark = pytest.mark.django_db


def standing(world, revision):
    found = matrix_of([world.reader, world.stranger], [revision.document])
    return {person: cell.standing for (person, _document), cell in found.cells.items()}


def test_only_people_in_the_audience_have_a_cell(world, released):
    pairs = audience_pairs([released.document], [world.reader, world.stranger])
    assert pairs == {(world.reader.pk, released.document_id)}


def test_a_cell_goes_from_due_to_overdue_to_current_and_outdated(world, released):
    seen = [standing(world, released)[world.reader.pk]]
    Duty.objects.filter(kind="documents.acknowledge").update(due_on=today().replace(year=2020))
    seen.append(standing(world, released)[world.reader.pk])
    services.see(revision_id=released.pk, by=world.reader)
    services.acknowledge(revision_id=released.pk, by=world.reader, content_hash=released.content.sha256)
    seen.append(standing(world, released)[world.reader.pk])
    revision = world.next_revision(released.document, ChangeClass.MINOR)
    services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)
    world.approve(revision)
    seen.append(standing(world, released)[world.reader.pk])
    assert seen == [Standing.DUE, Standing.OVERDUE, Standing.CURRENT, Standing.OUTDATED_MINOR]


@pytest.mark.parametrize("count", [1, 3])
def test_the_matrix_needs_the_same_queries_for_any_number_of_people(world, released, count, django_assert_num_queries):
    people = [world.reader, world.stranger, world.colleague][:count]
    with django_assert_num_queries(8):
        matrix_of(people, [released.document])


def told(response):
    """The text of a file that is sent."""
    return b"".join(response).decode()


@pytest.mark.parametrize("form", ["pdf", "csv", "xlsx"])
def test_the_status_of_a_team_a_document_and_a_person_is_sent(client, world, released, form):
    client.force_login(world.quality)
    addresses = [
        reverse("documents:team_report", args=[world.team.pk, form]),
        reverse("documents:document_report", args=[released.document_id, form]),
        reverse("documents:person_report", args=[world.reader.pk, form]),
    ]
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]


def test_a_reader_sees_the_own_status_and_nobody_elses(client, world, released):
    client.force_login(world.reader)
    own = client.get(reverse("documents:person_report", args=[world.reader.pk, "csv"]))
    other = client.get(reverse("documents:person_report", args=[world.author.pk, "csv"]))
    assert (own.status_code, other.status_code) == (200, 404)


def test_the_page_shows_a_team(client, world, released):
    client.force_login(world.quality)
    response = client.get(reverse("documents:matrix"), {"team": world.team.pk})
    assert [(person.username, total) for person, _cells, total in response.context["rows"]] == [("reader", "0 of 1")]
    assert response.context["totals"] == ["0 of 1"]
    assert f"/documents/{released.document_id}/readers/#person-{world.reader.pk}" in response.content.decode()


def test_a_status_says_which_revision_each_person_owes_beside_the_last_they_read(client, world, released):
    open_reading_duties(revision_id=released.pk)
    client.force_login(world.quality)
    page = client.get(reverse("documents:document_report", args=[released.document_id, "csv"]))
    head, row = (line.split(",") for line in page.getvalue().decode().splitlines()[-2:])
    owes = head.index("Owes revision")
    assert (row[0], row[owes : owes + 2]) == ("Reader Person", [released.label, ""])


@pytest.fixture
def crowded(world, monkeypatch):
    """A page of one document and one person; before what asks the team stands a document that asks nobody there."""
    monkeypatch.setattr("documents.queries.matrices.MOST_DOCUMENTS", 1)
    monkeypatch.setattr("documents.queries.matrices.MOST_PEOPLE", 1)
    found = [world.effective(title="For others").document, *(world.effective().document for _ in range(2))]
    for document, whom in zip(found, [Rule("person", str(world.stranger.pk)), *[Rule("everybody")] * 2], strict=True):
        services.set_audience(document_id=document.pk, rules=[whom], by=world.author)
    world.join(world.colleague, world.team)
    return [document.number for document in found[1:]]


def test_a_page_that_is_too_small_says_of_how_much_it_shows_what_and_leads_to_the_whole(client, world, crowded):
    client.force_login(world.quality)
    page = client.get(reverse("documents:matrix"), {"team": world.team.pk})
    words = " ".join(page.content.decode().split())
    assert [document.number for document in page.context["matrix"].documents] == crowded[:1]
    assert words.count("1 of 2 documents is shown.") == 1
    assert words.count("1 of 2 people is shown.") == 1
    assert words.count("Nothing is overdue among what is shown.") == 1
    whole = reverse("documents:team_report", args=[world.team.pk, "xlsx"])
    assert words.count(f'<a href="{whole}">Everything as Excel (XLSX)</a>') == 1


def test_the_report_of_a_team_leaves_out_nobody_and_nothing(client, world, crowded):
    client.force_login(world.quality)
    report = client.get(reverse("documents:team_report", args=[world.team.pk, "csv"]))
    found = [tuple(line.split(",")[:2]) for line in told(report).splitlines() if "SOP-" in line]
    assert found == [(person, number) for person in ("Colleague Person", "Reader Person") for number in crowded]


def test_a_line_manager_without_any_right_reads_what_their_own_people_owe(client, world, released):
    world.reader.line_manager = world.stranger
    world.reader.save()
    client.force_login(world.stranger)
    report = client.get(reverse("documents:person_report", args=[world.reader.pk, "csv"]))
    found = [tuple(line.split(",")[:4]) for line in told(report).splitlines() if "SOP-" in line]
    assert found == [("Reader Person", released.document.number, released.title, "due")]


def test_the_page_of_what_a_person_owes_leads_line_managers_to_the_report_on_them(client, world, released):
    world.reader.line_manager = world.stranger
    world.reader.save()
    report = reverse("documents:person_report", args=[world.reader.pk, "pdf"])
    shown = []
    for person in (world.stranger, world.quality, world.reader):
        client.force_login(person)
        shown.append(client.get(reverse("duties:worker", args=[world.reader.pk])).content.decode().count(report))
    assert shown == [1, 1, 1]
