"""The move to another edition: lines from the mapping, links carried over, people who assess, actions that follow."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qms.actions.queries import Named
from qms.actions.services import do, give, verify
from qms.core.errors import NotPermitted, RuleBroken
from qms.standards.models import ClauseLink
from qms.standards.queries import edition_called, mapping_between
from qms.standards.services.links import confirm, link
from qms.standards.services.shipping import load_shipped
from qms.transition import services
from qms.transition.models import Assessment, Line, Project
from qms.transition.queries import move_of, moves_possible, rows_of
from qms.transition.states import Gap, Outcome

DOCUMENT = "documents.document"
pytestmark = pytest.mark.django_db


@pytest.fixture
def old(world):
    load_shipped()
    return edition_called("ISO 9001", "2015")


@pytest.fixture
def new(old):
    return edition_called("ISO 9001", "2026")


@pytest.fixture
def mapping(old, new):
    return mapping_between(old, new)


@pytest.fixture
def move(world, mapping):
    return services.start(mapping=mapping, by=world.quality)


def line_to(project, number):
    return project.lines.filter(targets__number=number).select_related("project").first()


def test_every_requirement_of_both_editions_is_on_a_line(move, old, new):
    def requirements(edition):
        return set(edition.clauses.filter(kind="requirement", retired_at=None).values_list("number", flat=True))

    lines = Line.objects.filter(project=move)
    assert requirements(old) <= set(lines.values_list("source__number", flat=True))
    assert requirements(new) <= set(lines.values_list("targets__number", flat=True))


def test_a_row_with_a_note_is_to_be_checked_and_never_the_same(move):
    rows = rows_of(move)
    assert {row.line.note for row in rows if row.line.gap is Gap.SAME} == {""}
    assert Gap.CHECK in {row.line.gap for row in rows}


def test_the_end_is_as_the_catalogue_reports_and_says_so(move):
    assert (move.ends_on, move.ends_source) == (date(2029, 9, 30), "reported, confirm with your certification body")


def test_links_are_carried_over_and_count_when_somebody_confirms_them(world, old, new, mapping):
    released = world.effective()
    link(model=DOCUMENT, keys=[str(released.document_id)], clauses=[old.clauses.get(number="7.2")], by=world.quality)
    project = services.start(mapping=mapping, by=world.quality)
    carried = ClauseLink.objects.get(clause__edition=new)
    assert (carried.clause.number, carried.standing, carried.carried_from.clause.number) == ("7.2", "carried", "7.2")
    row = next(row for row in move_of(project).rows if row.line.source and row.line.source.number == "7.2")
    assert row.after.count == 0
    confirm(links=[carried.pk], by=world.quality)
    row = next(row for row in move_of(project).rows if row.line.source and row.line.source.number == "7.2")
    assert row.after.count == 1


def test_what_a_person_found_is_kept_and_the_last_word_counts(world, move):
    line = line_to(move, "7.2")
    services.assess(lines=[line], outcome=Outcome.ACTION, by=world.quality, words="The matrix lacks people.")
    services.assess(lines=[line], outcome=Outcome.MET, by=world.auditor)
    row = next(row for row in rows_of(move) if row.line == line)
    assert (row.assessment.outcome, row.assessment.assessed_by, Assessment.objects.count()) == ("met", world.auditor, 2)


def test_a_line_with_an_action_is_settled_when_the_action_is_verified(world, move):
    line = line_to(move, "7.2")
    services.assess(lines=[line], outcome=Outcome.ACTION, by=world.quality)
    settled = [next(row for row in rows_of(move) if row.line == line).is_settled]
    due_on = timezone.localdate() + timedelta(days=30)
    action = give(
        title="Renew",
        owner=world.reader,
        verifier=world.colleague,
        due_on=due_on,
        by=world.quality,
        origin=Named.of(line),
    )
    do(action_id=action.pk, by=world.reader, words="Renewed, see the matrix.")
    settled.append(next(row for row in rows_of(move) if row.line == line).is_settled)
    verify(action_id=action.pk, by=world.colleague)
    settled.append(next(row for row in rows_of(move) if row.line == line).is_settled)
    assert settled == [False, False, True]


def test_a_move_is_closed_when_every_line_is_settled(world, move):
    with pytest.raises(RuleBroken) as refused:
        services.close(project=move, by=world.quality)
    assert refused.value.code == "not_settled"
    services.assess(lines=[row.line for row in rows_of(move)], outcome=Outcome.MET, by=world.quality)
    services.close(project=move, by=world.quality)
    with pytest.raises(RuleBroken) as refused:
        services.assess(lines=[line_to(move, "7.2")], outcome=Outcome.MET, by=world.quality)
    assert refused.value.code == "closed"


def test_the_same_move_is_on_once_and_leads_to_a_later_edition(world, move, mapping, old):
    with pytest.raises(RuleBroken) as refused:
        services.start(mapping=mapping, by=world.quality)
    assert refused.value.code == "on"
    sideways = mapping_between(old, edition_called("ISO 14001", "2015"))
    with pytest.raises(RuleBroken) as refused:
        services.start(mapping=sideways, by=world.quality)
    assert refused.value.code == "no_move"
    assert [str(each) for each in moves_possible()] == [
        "ISO 14001:2015 → ISO 14001:2026",
        "ISO 9001:1994 → ISO 9001:2015",
        "ISO 9001:2008 → ISO 9001:2015",
        "ISO 9002:1994 → ISO 9001:2015",
    ]


def test_the_database_holds_one_move_by_a_mapping(world, move):
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.create(
            mapping=move.mapping, mapping_sha256="0", begun_at=timezone.now(), begun_by=world.quality
        )


@pytest.mark.parametrize("who", ["reader", "it", "author"])
def test_who_only_reads_neither_starts_nor_assesses(world, move, who):
    person = getattr(world, who)
    with pytest.raises(NotPermitted):
        services.assess(lines=[line_to(move, "7.2")], outcome=Outcome.MET, by=person)
    with pytest.raises(NotPermitted):
        services.set_end(project=move, ends_on=date(2029, 1, 1), source="Body", by=person)


def test_not_applicable_needs_words_and_an_end_its_source(world, move):
    for wrong in (
        lambda: services.assess(lines=[line_to(move, "7.2")], outcome=Outcome.NOT_APPLICABLE, by=world.quality),
        lambda: services.assess(lines=[], outcome=Outcome.MET, by=world.quality),
        lambda: services.set_end(project=move, ends_on=date(2029, 1, 1), source=" ", by=world.quality),
    ):
        with pytest.raises(RuleBroken):
            wrong()
    assert Assessment.objects.count() == 0


def test_a_move_is_started_assessed_and_handed_over_on_its_pages(client, world, mapping):
    client.force_login(world.quality)
    started = client.post(reverse("transition:start", args=[mapping.pk]), follow=True)
    project = Project.objects.get()
    text = started.content.decode()
    assert ("draft, not assessed" in text, "days to the end of the transition" in text) == (True, True)
    line = line_to(project, "7.2")
    told = {"chosen": [line.pk], "outcome": "met", "words": "Read."}
    client.post(reverse("transition:assess", args=[project.pk]), told)
    page = client.get(line.get_absolute_url()).content.decode()
    assert ("Read." in page, "Add an action" in page) == (True, True)
    report = client.get(reverse("transition:report", args=[project.pk, "pdf"]))
    assert report.content.startswith(b"%PDF-")
    ends = client.post(
        reverse("transition:end", args=[project.pk]), {"ends_on": "2029-06-30", "source": "Letter of 3 March"}
    )
    assert (ends.status_code, Project.objects.get().ends_on) == (302, date(2029, 6, 30))


def test_a_reader_reads_the_move_and_finds_no_way_to_change_it(client, world, move):
    client.force_login(world.reader)
    text = client.get(move.get_absolute_url()).content.decode()
    assert ("Assess the chosen lines" in text, "Close the move" in text) == (False, False)
    assert client.post(reverse("transition:start", args=[move.mapping_id])).status_code == 404
    assert client.get(reverse("transition:end", args=[move.pk])).status_code == 404


def test_the_page_of_a_move_asks_as_many_questions_for_one_action_as_for_ten(client, world, move):
    client.force_login(world.quality)
    client.get(move.get_absolute_url())
    due_on, counts = timezone.localdate() + timedelta(days=30), []
    for n, line in enumerate(move.lines.all()[:10]):
        give(title=f"Action {n}", owner=world.reader, due_on=due_on, by=world.quality, origin=Named.of(line))
        services.assess(lines=[line], outcome=Outcome.ACTION, by=world.quality)
        if n in {0, 9}:
            with CaptureQueriesContext(connection) as asked:
                client.get(move.get_absolute_url())
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_report_is_written_from_the_shell_with_and_without_a_move(world, mapping, tmp_path, capsys):
    out = tmp_path / "gaps.pdf"
    asked = ["--from", "ISO 9001:2015", "--to", "ISO 9001:2026", "--out", str(out)]
    call_command("transition_report", *asked)
    assert (out.read_bytes()[:5], "draft, not assessed" in capsys.readouterr().out) == (b"%PDF-", True)
    project = services.start(mapping=mapping, by=world.quality)
    services.assess(lines=[row.line for row in rows_of(project)], outcome=Outcome.MET, by=world.quality)
    call_command("transition_report", *asked)
    assert "assessed." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("ISO 9001:2015", "ISO 9001:2099", "There is no ISO 9001:2099 in the library."),
        ("nonsense", "ISO 9001:2026", "There is no nonsense in the library."),
        ("ISO 9001:2026", "ISO 9001:2015", "There is no mapping from ISO 9001:2026 to ISO 9001:2015."),
    ],
)
def test_a_report_that_cannot_be_made_is_refused_in_words(old, tmp_path, source, target, said):
    with pytest.raises(CommandError) as refused:
        call_command("transition_report", "--from", source, "--to", target, "--out", str(tmp_path / "x.pdf"))
    assert str(refused.value) == said
