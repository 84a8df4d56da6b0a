"""The library: what ships is loaded once, what an organization adds is looked at first, and pages show it."""

from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from qms.core.errors import NotPermitted, RuleBroken
from qms.imports.models import ImportRun
from qms.jobs.models import Job
from qms.standards import services
from qms.standards.models import Clause, Edition, Mapping, Term
from qms.standards.queries import compared, counterparts, edition_called, editions, place_of, terms, unmapped
from qms.standards.services import load_shipped
from qms.standards.tasks import LOAD, look_for_shipped
from qms.trail.models import Entry

pytestmark = pytest.mark.django_db

HOUSE = """number,title,strength,evidence,documented information
1,Cleanliness,,,
1.1,Benches are wiped at the end of a shift,minimum,shift log; photo,retain
1.2,Gauges lie in their cases,beyond,,
"""
HEAD = {"standard": "House rules", "edition": "1", "title": "What we ask"}
MAPPING = """from: {standard: House rules, edition: "1"}
to: {standard: ISO 9001, edition: "2015"}
basis: our own reading
links:
- {from: "1.1", to: ["7.1.4"], relation: partial}
- {from: "1.2", to: ["8.5.4"], relation: same, note: cases only}
"""


@pytest.fixture
def shipped():
    load_shipped()


@pytest.fixture
def house(world, tmp_path):
    """The path of a table of requirements, and a way to hand it to the command."""
    file = tmp_path / "house.csv"
    file.write_text(HOUSE)
    return file


def command(file, **options):
    out = StringIO()
    call_command("load_standard", str(file), stdout=out, **options)
    return out.getvalue().splitlines()


def given(client, name, content, **said):
    """Give a file on the page; return the answer and the run, if one was kept."""
    answer = client.post(reverse("standards:add"), {**said, "file": SimpleUploadedFile(name, content)})
    return answer, ImportRun.objects.order_by("pk").last()


def names(found):
    return [str(each) for each in found]


@pytest.mark.both
def test_what_ships_is_loaded_once_and_a_second_time_changes_nothing(shipped):
    before = (Edition.objects.count(), Clause.objects.count(), Mapping.objects.count(), Term.objects.count())
    entries = Entry.objects.count()
    assert (before, load_shipped(), Entry.objects.count()) == ((9, 737, 8, 101), [], entries)


@pytest.mark.both
def test_a_newer_file_retires_what_it_leaves_out_and_keeps_it(shipped):
    edition = edition_called("ISO 9001", "2015")
    gone = Clause.objects.create(edition=edition, number="99", title="Gone", position=99, kind="requirement")
    kept = Clause.objects.get(edition=edition, number="4.1")
    Edition.objects.filter(pk=edition.pk).update(sha256="older")
    Clause.objects.filter(pk=kept.pk).update(title="Older title", retired_at=edition.loaded_at, parent=gone)
    changed = load_shipped()
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (changed, gone.retired_at is None, str(kept), kept.retired_at, kept.parent.number) == (
        ["ISO 9001:2015"],
        False,
        "4.1 Understanding the organization and its context",
        None,
        "4",
    )


def test_what_an_organization_loaded_itself_is_left_as_it_is(shipped):
    Edition.objects.filter(standard="ISO 9002").update(ships=False, sha256="ours")
    Mapping.objects.filter(source__standard="ISO 9002").update(ships=False, sha256="ours")
    assert load_shipped() == []


def test_the_tick_asks_once_for_what_ships_and_not_again_when_it_is_loaded(world):
    look_for_shipped(None)
    look_for_shipped(None)
    asked = Job.objects.filter(kind=LOAD).count()
    load_shipped()
    Job.objects.all().delete()
    look_for_shipped(None)
    assert (asked, Job.objects.filter(kind=LOAD).count()) == (1, 0)


def test_standards_and_words_are_found_by_what_people_write(shipped):
    asked = ("ISO 1400", "9002", "iso9001 2026", "lean")
    assert ([names(editions(each)) for each in asked], "audit evidence" in names(terms("objective evidence"))) == (
        [["ISO 14001:2026", "ISO 14001:2015"], ["ISO 9002:1994"], ["ISO 9001:2026"], []],
        True,
    )


def test_two_editions_stand_side_by_side_and_a_line_with_a_note_is_never_the_same(shipped):
    mapping = Mapping.objects.get(source=edition_called("ISO 9001", "2015"), target=edition_called("ISO 9001", "2026"))
    pairs = compared(mapping)
    told = {names(pair.sources)[0].split()[0]: pair.words for pair in pairs if pair.sources}
    same = [pair for pair in pairs if pair.note and pair.relation in {"same", "equivalent"}]
    assert (told["4.3"], told["4.2"], same, unmapped(mapping)) == ("same", "check", [], ([], []))


def test_a_clause_knows_its_place_and_its_counterparts(shipped):
    clause = edition_called("ISO 9001", "2015").clauses.get(number="8.5.1")
    place, found = place_of(clause), counterparts(clause)
    assert (
        [each.number for each in place.above],
        place.before.number,
        place.after.number,
        sorted({str(mapping) for mapping, _pair in found}),
    ) == (
        ["8", "8.5"],
        "8.5",
        "8.5.2",
        [
            "ISO 9001:1994 → ISO 9001:2015",
            "ISO 9001:2008 → ISO 9001:2015",
            "ISO 9001:2015 → ISO 14001:2015",
            "ISO 9001:2015 → ISO 9001:2026",
            "ISO 9002:1994 → ISO 9001:2015",
        ],
    )


def test_the_command_tells_a_dry_run_and_loads_nothing(house):
    assert (command(house, dry_run=True, **HEAD), Edition.objects.count(), Entry.objects.count()) == (
        [
            "1\tCleanliness\tsection",
            "1.1\tBenches are wiped at the end of a shift\tminimum",
            "1.2\tGauges lie in their cases\tbeyond",
            "House rules:1: 3 lines (dry run, nothing loaded)",
        ],
        0,
        0,
    )


def test_a_table_of_ones_own_gives_clauses_below_their_numbers(house):
    command(house, **HEAD)
    told = Clause.objects.values_list("number", "parent__number", "kind", "strength", "keeps", "hints")
    assert list(told) == [
        ("1", None, "section", "minimum", "none", []),
        ("1.1", "1", "requirement", "minimum", "retain", ["shift log", "photo"]),
        ("1.2", "1", "requirement", "beyond", "none", []),
    ]


def test_an_edition_that_is_loaded_already_is_refused_however_it_is_written(house, shipped):
    command(house, **HEAD)
    with pytest.raises(CommandError) as refusal:
        command(house, **{**HEAD, "standard": "HOUSE RULES"})
    assert str(refusal.value) == "Nothing was loaded.\nHOUSE RULES:1 is loaded already"
    with pytest.raises(CommandError, match="line 3: ISO 9001:2015 is loaded already"):
        command(Path(__file__).parents[2] / "qms/standards/catalogues/iso-9001-2015.yaml")


@pytest.mark.both
def test_a_mapping_of_ones_own_is_loaded_and_one_to_a_clause_that_is_not_there_is_refused(house, shipped, tmp_path):
    command(house, **HEAD)
    file = tmp_path / "mapping.yaml"
    file.write_text(MAPPING.replace("7.1.4", "7.1.40"))
    with pytest.raises(CommandError) as refusal:
        command(file)
    refused = Mapping.objects.filter(ships=False).count()
    file.write_text(MAPPING)
    command(file)
    mapping = Mapping.objects.get(ships=False)
    assert (str(refusal.value), refused, [pair.words for pair in compared(mapping)]) == (
        "Nothing was loaded.\nline 5: there is no clause 7.1.40 in ISO 9001:2015",
        0,
        ["overlaps; one side asks more", "check"],
    )
    with pytest.raises(CommandError, match="is loaded already"):
        command(file)


@pytest.mark.parametrize("who", ["reader", "nobody"])
def test_the_command_loads_for_who_may_load(house, who):
    with pytest.raises(CommandError):
        command(house, person=who, **HEAD)
    assert Edition.objects.count() == 0


def test_a_catalogue_of_ones_own_is_looked_at_and_then_loaded_once(client, world):
    client.force_login(world.quality)
    answer, _run = given(client, "house.csv", HOUSE.encode(), **HEAD)
    looked = (answer.status_code, client.get(answer.url).status_code, Edition.objects.count())
    first = client.post(answer.url)
    second = client.post(answer.url)
    edition = Edition.objects.get()
    assert (looked, first.url, second.status_code) == ((302, 200, 0), edition.get_absolute_url(), 409)
    verbs = [entry.verb for entry in Entry.objects.order_by("pk")]
    assert verbs == ["standards.planned", "standards.edition_loaded"]
    assert Job.objects.filter(kind="standards.index").count() == 1


def test_a_spreadsheet_is_taken_too(client, world):
    book, out = Workbook(), BytesIO()
    for row in (("Clause", "Requirement", "Strength"), ("SQ-1", "Deliveries are on time", "beyond")):
        book.active.append(row)
    book.save(out)
    client.force_login(world.quality)
    answer, _run = given(client, "house.xlsx", out.getvalue(), **HEAD)
    client.post(answer.url)
    assert list(Clause.objects.values_list("number", "title", "strength")) == [
        ("SQ-1", "Deliveries are on time", "beyond")
    ]


def test_what_was_planned_can_be_thrown_away_and_is_not_loaded_then(client, world):
    client.force_login(world.quality)
    answer, run = given(client, "house.csv", HOUSE.encode(), **HEAD)
    client.post(reverse("standards:drop", args=[run.pk]))
    with pytest.raises(RuleBroken, match="loaded or thrown away already"):
        services.load_planned(run_id=run.pk, by=world.quality)
    assert (client.get(answer.url).status_code, Edition.objects.count()) == (302, 0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "s.yaml",
            b'standard: S\nedition: "1"\ntitle: T\nclauses:\n- {number: "1.1", title: A, parent: "1"}\n',
            ["line 5: clause 1.1 belongs to 1, which is not there"],
        ),
        ("s.csv", b"number,title\n1,A\n1,B\n", ["line 3: clause 1 stands on line 2 already"]),
        ("s.csv", b"what,else\n1,A\n", ["line 1: a table of requirements has the columns number and title"]),
        (
            "s.csv",
            b"number,title,strength\n1,A,most\n",
            ["line 2: “most” is not known as strength; known are minimum, beyond"],
        ),
        ("s.yaml", b"\xff\xfe", ["The file is not UTF-8 text."]),
        ("s.yaml", b"a: [", ["line 2: did not find expected node content"]),
        ("s.csv", b"number,title\n" + b"".join(b"x%d,\n" % n for n in range(60)), None),
        ("s.exe", b"MZ\x00\x01", None),
    ],
)
def test_a_file_with_a_mistake_is_refused_with_its_line_and_kept_nowhere(client, world, name, content, said):
    client.force_login(world.quality)
    answer, run = given(client, name, content, **HEAD)
    errors = answer.context["form"].errors["file"]
    assert (answer.status_code, run, Edition.objects.count(), said or len(errors) <= 51) == (
        422,
        None,
        0,
        errors if said else True,
    )


def own(*rows, edition="2"):
    head = f'standard: House rules\nedition: "{edition}"\ntitle: T\nclauses:\n'
    return head + "".join(f"- {{{row}}}\n" for row in rows)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (own('number: "1.1", title: A, parent: "1"'), "line 5: clause 1.1 belongs to 1, which is not there"),
        (own('number: "1", title: A', 'number: "1", title: B'), "line 6: clause 1 stands on line 5 already"),
        (
            own('number: "1", title: A', 'number: "2", title: B, parent: "3"', 'number: "3", title: C, parent: "2"'),
            "line 6: what clause 2 belongs to goes round in a circle",
        ),
        (own("number: one, title: A"), "line 5: “one” is no clause number; one looks like 8.5.1 or A.5.1"),
        (own('number: "1", title: A', edition="1"), "line 2: House rules:1 is loaded already"),
        (MAPPING.replace("ISO 9001", "House rules"), "line 2: House rules:2015 is not loaded"),
        (MAPPING.replace("ISO 9001", "Other rules"), "line 5: there is no clause 7.1.4 in Other rules:2015"),
    ],
    ids=["parent", "twice", "circle", "number", "loaded", "edition", "clause"],
)
def test_a_bad_catalogue_is_refused_with_its_line_by_the_command_and_the_page_alike(client, world, house, text, said):
    command(house, **HEAD)
    command(house, standard="Other rules", edition="2015", title="T")
    before = (Edition.objects.count(), Clause.objects.count(), Mapping.objects.count(), Entry.objects.count())
    file = house.with_suffix(".yaml")
    file.write_text(text)
    refusals = set()
    for dry_run in (True, False):
        with pytest.raises(CommandError) as refusal:
            command(file, dry_run=dry_run)
        refusals.add(str(refusal.value))
    client.force_login(world.quality)
    answer, run = given(client, "s.yaml", text.encode())
    told = answer.context["form"].errors["file"]
    assert (refusals, answer.status_code, run) == ({"\n".join(["Nothing was loaded.", *told])}, 422, None)
    assert told[0] == said
    assert (Edition.objects.count(), Clause.objects.count(), Mapping.objects.count(), Entry.objects.count()) == before


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(client, world):
    client.force_login(world.quality)
    answer, run = given(client, "s.yaml", b"#" * (2 * 1024 * 1024 + 1))
    assert (answer.context["form"].errors["file"], run) == (["A catalogue is no larger than 2 MB."], None)


def test_who_may_not_load_is_refused_by_the_verbs_too(client, world):
    client.force_login(world.quality)
    _answer, run = given(client, "house.csv", HOUSE.encode(), **HEAD)
    for verb in (services.load_planned, services.drop_planned):
        with pytest.raises(NotPermitted):
            verb(run_id=run.pk, by=world.reader)
    assert Edition.objects.count() == 0


def test_pages_are_read_by_everybody_in_quality_and_added_to_by_quality(client, world, shipped):
    edition, mapping = edition_called("ISO 9002", "1994"), Mapping.objects.first()
    asked = [
        reverse("standards:library"),
        reverse("standards:library") + "?q=ISO+1400",
        edition.get_absolute_url(),
        edition.get_absolute_url() + "?by=stage",
        edition.clauses.first().get_absolute_url(),
        mapping.get_absolute_url(),
        mapping.get_absolute_url() + "?relation=check",
        reverse("standards:glossary"),
        reverse("standards:add"),
    ]
    seen = {}
    for who in ("reader", "quality", "auditor", "stranger", "it"):
        client.force_login(getattr(world, who))
        seen[who] = [client.get(each).status_code for each in asked]
    reads = [200] * 8
    outside = [404] * 7 + [200, 404]
    assert seen == {
        "reader": [*reads, 404],
        "quality": [*reads, 200],
        "auditor": [*reads, 404],
        "stranger": outside,
        "it": outside,
    }


def test_a_comparison_is_narrowed_to_one_relation(client, world, shipped):
    client.force_login(world.reader)
    mapping = Mapping.objects.get(source=edition_called("ISO 9001", "2015"), target=edition_called("ISO 9001", "2026"))
    page = client.get(mapping.get_absolute_url() + "?relation=check")
    chip = next(each for each in page.context["filters"] if each["on"])
    assert ({pair.words for pair in page.context["pairs"]}, chip["count"]) == ({"check"}, len(page.context["pairs"]))


def test_pages_ask_the_same_number_of_questions_however_much_there_is(client, world, shipped):
    client.force_login(world.reader)
    small = edition_called("ISO 14001", "2015")
    Clause.objects.filter(edition=small).exclude(number__in=["4", "4.1"]).update(retired_at=small.loaded_at)
    client.get(reverse("standards:library"))
    counts = []
    for edition in (small, edition_called("ISO/IEC 27001", "2022")):
        with CaptureQueriesContext(connection) as asked:
            client.get(edition.get_absolute_url())
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_empty_library_says_that_it_is_on_its_way(client, world):
    client.force_login(world.reader)
    page = client.get(reverse("standards:library")).content.decode()
    assert "stand here within a minute or two" in page


def test_odd_addresses_and_answers_are_refused_in_words(client, world):
    client.force_login(world.quality)
    huge = 10**30
    asked = [
        f"/standards/{huge}/",
        f"/standards/clauses/{huge}/",
        f"/standards/compare/{huge}/",
        f"/standards/add/{huge}/",
        "/standards/?q=%00",
        "/standards/glossary/?q=%00",
        f"/standards/scope/confirm/?editions={huge}",
        "/standards/scope/confirm/?editions=%00&design=%00",
    ]
    assert [each for each in asked if client.get(each).status_code not in {404, 422}] == []
