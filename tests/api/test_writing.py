"""Place, audience, details, files and comments through the API: the services, rights and refusals of the pages."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents import services
from documents.models import Document
from documents.services.bodies import read_body
from documents.states import State
from qms.organization.states import Role
from qms.trail.models import Entry
from tests.api.test_documents import address
from tests.documents.test_pictures import drawn

GONE = {"error": {"code": "not_found", "message": "There is nothing here, or not for you.", "fields": {}}}


def document(revision, rest: str = "") -> str:
    return f"documents/{revision.document_id}/{rest}"


def fields(answer) -> tuple[int, list[str]]:
    return answer.status_code, sorted(answer.json()["error"]["fields"])


def text_file(name: str = "notes.txt", content: bytes = b"Clean the gauge.\n"):
    return SimpleUploadedFile(name, content)


def test_place_and_review_of_a_document_are_changed_and_null_takes_away(world, program):
    revision = world.draft()
    day = (timezone.localdate() + timedelta(days=90)).isoformat()
    quality = program(world.quality)
    first = {"owner": world.colleague.pk, "next_review_on": day, "review_months": 6, "reason": "Has moved."}
    changed = quality.patch(document(revision), first).json()
    assert [changed[name] for name in ("owner", "next_review_on", "review_months", "process")] == [
        world.colleague.pk,
        day,
        6,
        world.process.pk,
    ]
    cleared = quality.patch(document(revision), {"process": None, "review_months": None}).json()
    assert [cleared[name] for name in ("owner", "process", "review_months")] == [world.colleague.pk, None, None]


def test_what_is_not_changed_writes_no_entry(world, program):
    revision = world.draft()
    quality = program(world.quality)
    before = Entry.objects.count()
    answer = quality.patch(document(revision), {"owner": world.owner.pk, "reason": "Nothing."})
    assert (answer.status_code, Entry.objects.count()) == (200, before)


def test_a_document_refuses_what_its_page_refuses(world, program):
    revision = world.draft()
    quality = program(world.quality)
    wrong = [{"owner": None}, {"owner": 10**30}, {"colour": "red"}, {"review_months": 0}, {"next_review_on": "soon"}]
    told = [fields(quality.patch(document(revision), each)) for each in wrong]
    assert told == [(422, [name]) for name in ("owner", "owner", "colour", "review_months", "next_review_on")]
    circle = quality.patch(document(revision), {"parent": revision.document_id})
    stranger = program(world.stranger).patch(document(revision), {"owner": world.stranger.pk})
    reader = program(world.reader).patch(document(world.effective()), {"owner": world.reader.pk})
    assert [each.status_code for each in (circle, stranger, reader)] == [409, 404, 403]


def test_who_gives_a_document_away_is_told_so_without_it(world, program):
    revision = world.draft(owner=world.reader, process=None)
    answer = program(world.reader).patch(document(revision), {"owner": world.colleague.pk})
    assert (answer.status_code, answer.content) == (204, b"")
    assert Document.objects.get(pk=revision.document_id).owner == world.colleague


def test_the_audience_is_set_and_answered_as_rules(world, program):
    revision = world.draft()
    author = program(world.author)
    rules = [{"kind": "role", "key": Role.READER.value}, {"kind": "team", "key": str(world.team.pk)}]
    put = author.put(document(revision, "audience/"), {"rules": rules})
    assert (put.status_code, put.json()) == (200, {"rules": rules})
    assert author.get(document(revision, "audience/")).json() == {"rules": rules}
    everybody = author.put(document(revision, "audience/"), {"rules": [{"kind": "everybody"}]}).json()
    assert everybody == {"rules": [{"kind": "everybody", "key": ""}]}


def test_who_reads_a_document_is_told_to_those_who_may_see_its_page(world, program):
    revision = world.effective()
    answers = [program(who).get(document(revision, "audience/")) for who in (world.reader, world.owner, world.quality)]
    assert [each.status_code for each in answers] == [403, 200, 200]
    refused = program(world.reader).put(document(revision, "audience/"), {"rules": [{"kind": "team", "key": "99999"}]})
    assert (refused.status_code, "team" in refused.json()["error"]["fields"]) == (403, False)


def test_an_audience_of_nobody_we_know_is_refused(world, program):
    revision = world.draft()
    author = program(world.author)
    for rule, said in (({"kind": "team", "key": "99999"}, ["team"]), ({"kind": "moon", "key": "1"}, ["rules"])):
        assert fields(author.put(document(revision, "audience/"), {"rules": [rule]})) == (422, said)
    assert author.get(document(revision, "audience/")).json() == {"rules": []}
    assert program(world.stranger).put(document(revision, "audience/"), {"rules": []}).json() == GONE


def test_the_details_of_a_draft_are_changed_one_by_one(world, program):
    revision = world.draft()
    author = program(world.author)
    said = {"title": "Calibration", "change_list": "Page 2.", "co_authors": [world.colleague.pk]}
    answer = author.patch(address(revision), said).json()
    assert {name: answer[name] for name in said} == said
    assert answer["change_class"] == revision.change_class
    wrong = [{"title": ""}, {"state": "approved"}, {"co_authors": [10**30]}, {"change_class": "huge"}]
    assert [fields(author.patch(address(revision), each)) for each in wrong] == [
        (422, ["title"]),
        (422, ["state"]),
        (422, ["co_authors"]),
        (422, ["change_class"]),
    ]


def test_what_is_no_draft_is_not_changed(world, program):
    revision = world.in_review()
    author, reviewer = program(world.author), program(world.second)
    answers = [
        author.patch(address(revision), {"title": "Other"}),
        author.put_files(address(revision, "file/"), file=text_file()),
        author.post(address(revision, "discard/")),
        author.post(address(revision, "accept/")),
        reviewer.patch(address(revision), {"title": "Other"}),
    ]
    assert [answer.status_code for answer in answers][:4] == [409] * 4
    assert answers[4].status_code in {403, 404}


def test_a_file_is_put_in_accepted_and_taken_away_byte_for_byte(world, program):
    revision = world.draft()
    author = program(world.author)
    put = author.put_files(address(revision, "file/"), file=text_file())
    assert (put.status_code, put.json()["text"], put.json()["file"]["name"]) == (200, None, "notes.txt")
    read_body(body_id=revision.bodies.get().pk)
    accepted = author.post(address(revision, "accept/"))
    assert (accepted.status_code, accepted.json()["file"]["accepted_at"] is None) == (200, False)
    source, rendition = author.get(address(revision, "source/")), author.get(address(revision, "rendition/"))
    assert (b"".join(source), b"".join(rendition)[:5]) == (b"Clean the gauge.\n", b"%PDF-")
    assert [source.headers["Content-Type"], rendition.headers["Content-Type"]] == [
        "application/octet-stream",
        "application/pdf",
    ]
    assert source.headers["Content-Disposition"] == 'attachment; filename="SOP-0001 1.0 notes.txt"'
    assert {each.headers["X-Content-Type-Options"] for each in (source, rendition)} == {"nosniff"}
    assert author.get(address(revision, "pdf/")).json() == GONE
    assert program(world.stranger).get(address(revision, "source/")).json() == GONE


def test_a_download_goes_out_whatever_form_is_asked_for(world, program):
    revision = world.draft()
    author = program(world.author)
    author.put_files(address(revision, "file/"), file=text_file())
    author.headers["Accept"] = "application/pdf"
    assert b"".join(author.get(address(revision, "source/"))) == b"Clean the gauge.\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, (422, ["file"])),
        ({"file": b"text"}, (422, ["file"])),
        ({"file": text_file(), "cover": text_file("b.txt")}, (422, ["cover"])),
        ({"file": text_file(content=b"")}, (409, [])),
    ],
)
def test_a_file_that_is_none_is_refused(world, program, files, told):
    revision = world.draft()
    assert fields(program(world.author).put_files(address(revision, "file/"), **files)) == told


def test_a_file_is_not_sent_as_json(world, program):
    revision = world.draft()
    answer = program(world.author).put(address(revision, "file/"), {"file": "text"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_a_draft_that_was_never_submitted_is_discarded_once(world, program):
    revision = world.draft()
    author = program(world.author)
    answers = [author.post(address(revision, "discard/"), key="one") for _each in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert Document.objects.count() == 0


def test_a_comment_is_made_listed_and_resolved(world, program):
    revision = world.in_review()
    reviewer, author = program(world.colleague), program(world.author)
    place = address(revision, "comments/")
    made = reviewer.post(place, {"text": "Which oil?", "blocking": True})
    assert (made.status_code, made.json()["made_by"], made.json()["blocking"]) == (201, world.colleague.pk, True)
    answer = f"{place}{made.json()['id']}/resolve/"
    assert author.post(answer, {}).status_code == 422
    assert author.post(answer, {"answer": "Paraffin."}).json()["resolved_by"] == world.author.pk
    assert author.post(answer, {"answer": "Again."}).status_code == 409
    assert [row["answer"] for row in author.get(place).json()["results"]] == ["Paraffin."]
    assert program(world.stranger).get(place).json() == GONE


def test_a_picture_is_put_beside_a_text_downloaded_and_taken_away(world, program):
    revision = world.draft()
    author, place = program(world.author), address(revision, "pictures/")
    picture = SimpleUploadedFile("upload.png", drawn())
    put = author.put_files(f"{place}oil.png/", picture=picture, alt="An oil can")
    assert (put.status_code, put.json()["mark"]) == (201, "![An oil can](attachment:oil.png)")
    assert author.get(place).json() == [put.json()]
    assert b"".join(author.get(f"{place}oil.png/"))[:4] == b"\x89PNG"
    taken = author.put_files(f"{place}oil.png/", picture=SimpleUploadedFile("a.png", drawn()), alt="Another")
    none = author.put_files(f"{place}other.png/", picture=text_file(), alt="None")
    wordless = author.put_files(f"{place}other.png/", picture=SimpleUploadedFile("a.png", drawn()))
    assert [taken.status_code, none.status_code, fields(wordless)] == [409, 409, (422, ["alt"])]
    gone = [author.client.delete(f"/api/v1/{place}oil.png/", headers=author.headers).status_code for _each in range(2)]
    assert (gone, author.get(place).json()) == ([204, 409], [])


def test_retirement_is_asked_for_with_its_approvers(world, program):
    revision = world.effective()
    said = {"reason": "No longer made.", "approvers": [{"person": world.approver.pk}], "references_accepted": True}
    answer = program(world.owner).post(address(revision, "verbs/ask_retirement/"), said)
    assert (answer.status_code, answer.json()["state"]) == (200, State.EFFECTIVE)
    offered = program(world.approver).get(address(revision)).json()["offered"]
    assert [each["verb"] for each in offered if not each["objections"]] == ["agree_retirement", "refuse_retirement"]


def test_a_reviewer_who_sends_a_draft_back_gets_an_answer(world, program):
    world.give(world.second, Role.AUTHOR)
    revision = world.draft()
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.second], by=world.author)
    answer = program(world.second).post(address(revision, "verbs/want_changes/"), {"reason": "Say which oil."})
    revision.refresh_from_db()
    assert (answer.status_code, revision.state) == (200, State.DRAFT)


def test_every_edge_without_a_signature_that_pages_offer_is_a_verb_here(world, program):
    revision = world.draft()
    author = program(world.author)
    verbs = [
        "submit_for_review agree_in_review want_changes withdraw_from_review start_approval",
        "start_approval_from_draft withdraw_from_approval ask_retirement cancel_draft cancel_approved",
    ]
    for verb in " ".join(verbs).split():
        assert author.post(address(revision, f"verbs/{verb}/"), {"reason": "So."}).status_code != 404
