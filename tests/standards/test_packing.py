"""Evidence packs by clause: what is linked then, how each clause stood, and who asks for one, in which words."""

import json
import subprocess
import sys
import textwrap
from datetime import timedelta

import bagit
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.packed.kept import count as count_records
from documents.packing import count as count_documents
from documents.queries.kept import KIND, RECORD
from qms.actions.packing import count as count_actions
from qms.actions.services import give
from qms.core.seams.evidence import Selection
from qms.evidence.models import Pack
from qms.evidence.queries import selection_of, what_fits
from qms.evidence.services import build, request_pack
from qms.filing.services import open_file
from qms.organization.queries import today
from qms.organization.queries.options import settings_read_once
from qms.signatures.states import Meaning
from qms.standards.models import ClauseLink
from qms.standards.packing import count, gather, told
from qms.standards.queries.packed import clauses_named
from qms.standards.services.judging import judge, judgement_hash
from qms.standards.services.links import confirm, link, propose, unlink
from qms.standards.states import EditionState, Standing
from tests.evidence.test_packs import Quietly, unpacked
from tests.evidence.test_records import keep, kind_of
from tests.standards.test_evidence import DOCUMENT, linked

pytestmark = pytest.mark.django_db
SAID = "The scope was read and fits what we do."


def of(*clauses, **fields):
    return Selection(clauses=tuple(each.pk for each in clauses), **fields)


def packed(world, selection, by=None):
    asked = {"words": "clauses", "recipient": "Auditor", "purpose": "Audit", "by": by or world.quality}
    return build(pack_id=request_pack(selection=selection, in_background=False, **asked).pk, progress=Quietly())


def whole(pack):
    with open_file(pack.file) as stream:
        return stream.read()


def test_a_pack_by_clause_holds_what_is_linked_and_how_the_clause_stood(world, clause, tmp_path):
    scope, buying = clause("4.3"), clause("8.4.1")
    linked(world, world.effective(), scope)
    world.effective(title="Elsewhere")
    proof = world.proof(world.quality, Meaning.JUDGED, judgement_hash(scope, SAID, world.quality))
    judge(clause=scope, said=SAID, by=world.quality, proof=proof)
    root = unpacked(packed(world, of(scope, buying)), tmp_path)
    data = root / "data"
    listed = json.loads((data / "index.json").read_text())["records"]
    assert [each["number"] for each in listed] == ["ISO 9001:2015 4.3", "ISO 9001:2015 8.4.1", "SOP-0001 1.0"]
    assert [(each["number"], each["kind"], each["state"]) for each in listed[:2]] == [
        ("ISO 9001:2015 4.3", "Clause", "current, not audited"),
        ("ISO 9001:2015 8.4.1", "Clause", "no evidence linked"),
    ]
    told = json.loads((data / "clauses" / f"iso-9001-2015-{scope.edition_id}" / "4.3" / "clause.json").read_text())
    assert [told[name] for name in ("clause", "status", "expects")] == ["ISO 9001:2015 4.3", "current", ["maintain"]]
    assert [(each["number"], each["confirmed_by"]) for each in told["linked"]] == [("SOP-0001", world.quality.name)]
    assert [(each["what"], each["holds"], each["until"]) for each in told["linked"][0]["shows"]][:1] == [
        ("a document in force", True, None)
    ]
    assert [(each["said"], each["judged_by"]) for each in told["judgements"]] == [(SAID, world.quality.name)]
    assert told["means"].endswith("It does not show that the requirement is met.")
    assert SAID in (data / "index.html").read_text()
    assert "standards.judged" in (data / "trail" / "entries.jsonl").read_text()


def test_a_pack_by_clause_is_checked_as_its_readme_says(world, clause, tmp_path):
    linked(world, world.effective(), clause("4.3"))
    root = unpacked(packed(world, of(clause("4.3"))), tmp_path)
    script = textwrap.dedent((root / "README.txt").read_text().partition('python3 -c "\n')[2].partition('\n   "')[0])
    run = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, check=False)
    assert (bagit.Bag(str(root)).is_valid(), run.returncode, run.stdout, run.stderr) == (True, 0, b"", b"")


def test_the_same_request_gives_the_same_bytes_whatever_is_linked_later(world, clause):
    scope = clause("4.3")
    linked(world, world.effective(), scope)
    later = world.effective(title="Later")
    pack = packed(world, of(scope))
    first = whole(pack)
    linked(world, later, scope)
    Pack.objects.filter(pk=pack.pk).update(plan=None, file=None)
    assert whole(build(pack_id=pack.pk, progress=Quietly())) == first


def test_a_request_from_before_there_were_clauses_is_read(world, clause):
    linked(world, world.effective(), clause("4.3"))
    pack = packed(world, of(clause("4.3")))
    assert selection_of(pack) == of(clause("4.3"), at=pack.requested_at)
    kept = json.loads(pack.selection)
    del kept["clauses"]
    Pack.objects.filter(pk=pack.pk).update(selection=json.dumps(kept))
    pack.refresh_from_db()
    assert selection_of(pack).clauses == ()


def test_only_links_that_were_confirmed_and_stood_then_count(world, clause):
    scope, released = clause("4.3"), world.effective()
    suggested = propose(pairs=[(scope, DOCUMENT, str(released.document_id))], standing=Standing.SUGGESTED, by=None)
    before = timezone.now()
    confirm(links=[each.pk for each in suggested], by=world.quality)
    between = timezone.now()
    unlink(links=[ClauseLink.objects.get().pk], by=world.quality, reason="Another one.")
    found = [count_documents(of(scope, at=at), world.quality) for at in (before, between, timezone.now(), None)]
    assert found == [0, 1, 0, 0]


def test_records_come_by_their_kind_and_by_themselves_and_actions_do_not(world, clause):
    scope, one, other = clause("7.2"), kind_of(world), kind_of(world, "Orders")
    keep(world, one)
    alone = keep(world, other, "O-1")
    keep(world, other, "O-2")
    give(title="Label", owner=world.quality, due_on=today() + timedelta(days=9), by=world.quality)
    link(model=KIND, keys=[str(one.pk)], clauses=[scope], by=world.quality)
    found = [count_records(of(scope), world.quality)]
    link(model=RECORD, keys=[str(alone.pk)], clauses=[scope], by=world.quality)
    found.append(count_records(of(scope), world.quality))
    assert (found, [count_actions(each, world.quality) for each in (Selection(), of(scope))]) == ([1, 2], [1, 0])


def test_a_pack_without_clauses_tells_of_none_and_who_reads_no_standards_is_told_nothing(world, clause):
    it = world.person("apart")
    linked(world, world.effective(), clause("4.3"))
    asked = [(Selection(), world.quality), (of(clause("4.3")), it), (of(clause("4.3")), world.auditor)]
    assert [count(*each) for each in asked] == [0, 0, 1]
    assert [told(*each) for each in asked] == ["", "", "1 clause: ISO 9001:2015 4.3"]
    assert [len(list(gather(*each, timezone.now()))) for each in asked] == [0, 0, 1]
    assert told(of(clause("4.3"), clause("7.2")), world.quality) == "2 clauses: ISO 9001:2015 4.3, 7.2"


def test_what_is_linked_is_named_as_far_as_the_person_may_see_it(world, clause):
    linked(world, world.draft(title="Not yet"), clause("4.3"))
    found = [list(gather(of(clause("4.3")), person, timezone.now())) for person in (world.quality, world.reader)]
    assert [["SOP-0001" in line for _name, lines in each[0].lists for line in lines] for each in found] == [[True], []]


def test_a_clause_that_ended_its_evidence_says_when(world, clause):
    released = world.effective()
    linked(world, released, clause("4.3"))
    ClauseLink.objects.get().spans.filter(kind="maintain").update(valid_until=timezone.now())
    record = next(iter(gather(of(clause("4.3")), world.quality, timezone.now())))
    assert (record.state, "a document in force, ended" in record.lists[0][1][0]) == ("stale", True)


def test_many_clauses_ask_as_many_questions_as_one(world, iso, clause):
    released = world.effective()
    every = list(iso.clauses.filter(kind="requirement"))
    linked(world, released, *every)
    counts = []
    for chosen in (every[:1], every):
        with settings_read_once(), CaptureQueriesContext(connection) as asked:
            assert len(list(gather(of(*chosen), world.quality, timezone.now()))) == len(chosen)
            what_fits(of(*chosen), world.quality)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("said", "found", "missing"),
    [
        ("8.4.1", ["8.4.1"], []),
        ("4; 7.2.", ["4.3", "7.2"], []),
        ("9.9, 99.1 x", ["9.9"], ["99.1", "x"]),
        ("", ["4.3", "7.2", "8.4.1", *(f"9.{n}" for n in range(1, 11))], []),
    ],
)
def test_a_number_names_a_clause_with_what_is_below_it_and_none_names_all(iso, said, found, missing):
    clauses, unknown = clauses_named(iso, said)
    assert ([each.number for each in clauses], unknown) == (found, missing)


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"clauses": "4.3, 99.1"}, {"clauses": ["ISO 9001:2015 has no clause 99.1."]}),
        ({"edition": "", "clauses": "4.3"}, {"edition": ["Choose the standard that these clauses are of."]}),
        ({"clauses": "4.3"}, {}),
    ],
)
def test_the_form_asks_for_clauses_by_numbers(client, world, iso, clause, given, errors):
    linked(world, world.effective(), clause("4.3"))
    client.force_login(world.quality)
    answer = client.post(reverse("evidence:new"), {"edition": iso.pk, **given, "look": "1"})
    assert (answer.status_code, answer.context["form"].errors) == (422 if errors else 200, errors)
    fits = [] if errors else ["1 clause: ISO 9001:2015 4.3", "1 revision of 1 document: SOP-0001"]
    assert answer.context["fits"] == fits
    if not errors:
        assert answer.context["form"].words() == "Clauses: ISO 9001:2015: 4.3"


def test_a_clause_and_the_matrix_lead_to_a_pack_for_who_may_export(client, world, iso, clause):
    new, pages = reverse("evidence:new"), [clause("8.4.1").get_absolute_url()]
    pages.append(reverse("standards:evidence", args=[iso.pk]))
    links = [f"{new}?edition={iso.pk}&amp;clauses={number}" for number in ("8.4.1", "")]

    def offered(person):
        client.force_login(person)
        return [f'"{link}"' in client.get(page).content.decode() for page, link in zip(pages, links, strict=True)]

    assert [offered(person) for person in (world.reader, world.quality)] == [[False, False], [True, True]]
    form = client.get(f"{new}?edition={iso.pk}&clauses=8.4.1").content.decode()
    assert [said in form for said in (f'value="{iso.pk}" selected', 'value="8.4.1"')] == [True, True]
    type(iso).objects.filter(pk=iso.pk).update(state=EditionState.WITHDRAWN)
    assert offered(world.quality) == [False, False]
