"""Documents through the API: the same rights as the pages, a life up to approval, and no signature by a token."""

from documents import services
from documents.models import Revision
from documents.services.acknowledging import excusal_hash
from documents.states import State
from qms.signatures.states import Meaning
from qms.trail.models import Entry

REFUSED = "A signature is given by a person, not by a token."


def address(revision: Revision, rest: str = "") -> str:
    return f"documents/{revision.document_id}/revisions/{revision.pk}/{rest}"


def test_a_document_goes_from_nothing_to_in_approval(world, program):
    author, colleague = program(world.author), program(world.colleague)
    said = {"title": "Cleaning", "type": "SOP", "owner": world.owner.pk, "process": world.process.pk}
    document = author.post("documents/", said).json()
    assert (document["number"], document["open_state"]) == ("SOP-0001", State.DRAFT)
    here = f"documents/{document['id']}/revisions/{document['open_revision']}/"
    kept = author.put(f"{here}text/", {"text": "# Purpose\n\nClean.\n", "version": 0})
    assert (kept.status_code, kept.json()["version"]) == (200, 1)
    answers = [
        author.post(f"{here}verbs/submit_for_review/", {"reviewers": [world.colleague.pk]}),
        colleague.post(f"{here}verbs/agree_in_review/", {"words": "Good."}),
        author.post(f"{here}verbs/start_approval/", {"approvers": [{"person": world.approver.pk}]}),
    ]
    assert [(each.status_code, each.json()["state"]) for each in answers] == [
        (200, State.IN_REVIEW),
        (200, State.IN_REVIEW),
        (200, State.IN_APPROVAL),
    ]


def test_the_trail_names_the_token(world, program):
    author = program(world.author)
    document = author.post("documents/", {"title": "Cleaning", "type": "SOP"}).json()
    about = Entry.objects.filter(targets__model="documents.document", targets__key=str(document["id"]))
    assert set(about.values_list("actor", flat=True)) == {f"token:{author.token.pk}"}


def test_an_approval_is_refused_to_a_token(world, program):
    revision = world.in_approval()
    answer = program(world.approver).post(address(revision, "verbs/approve/"))
    revision.refresh_from_db()
    assert (answer.status_code, answer.json()["error"]["message"]) == (403, REFUSED)
    assert revision.state == State.IN_APPROVAL


def test_an_acknowledgement_is_refused_to_a_token(world, program):
    revision = world.effective()
    answer = program(world.reader).post(address(revision, "verbs/acknowledge/"))
    words = "An acknowledgement is given by a person who has read, not by a token."
    assert (answer.status_code, answer.json()["error"]["message"]) == (403, words)


def test_what_is_offered_says_what_is_signed(world, program):
    revision = world.in_approval()
    offered = program(world.approver).get(address(revision)).json()["offered"]
    assert {each["verb"]: each["signed"] for each in offered} == {"approve": True, "reject": True}


def test_a_rule_that_is_broken_is_409_with_its_words(world, program):
    revision = world.in_review()
    answer = program(world.author).post(
        address(revision, "verbs/start_approval/"), {"approvers": [{"person": world.approver.pk}]}
    )
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "guard"


def test_a_verb_of_somebody_else_is_403(world, program):
    revision = world.in_review()
    answer = program(world.owner).post(address(revision, "verbs/agree_in_review/"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted")


def test_a_text_that_was_saved_since_is_409(world, program):
    revision = world.draft()
    answer = program(world.author).put(address(revision, "text/"), {"text": "Mine", "version": 0})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale")


def test_a_stranger_sees_nothing(world, program):
    revision = world.draft()
    stranger = program(world.stranger)
    assert stranger.get("documents/").json()["results"] == []
    addresses = [f"documents/{revision.document_id}/", f"documents/{revision.document_id}/revisions/"]
    addresses += [address(revision), f"documents/{revision.document_id}/acknowledgements/", "people/", "packs/"]
    addresses += [f"people/{world.author.pk}/"]
    assert [stranger.get(each).status_code for each in addresses] == [404] * 7


def test_a_stranger_makes_nothing(world, program):
    assert program(world.stranger).post("documents/", {"title": "Mine", "type": "SOP"}).status_code == 404


def test_a_revision_is_found_under_its_own_document_alone(world, program):
    one, two = world.draft(), world.draft(title="Another")
    mixed = f"documents/{one.document_id}/revisions/{two.pk}/"
    assert program(world.author).get(mixed).status_code == 404


def test_a_reader_is_not_shown_the_draft_of_what_is_in_force(world, program):
    revision = world.effective()
    draft = world.next_revision(revision.document)
    reader = program(world.reader)
    rows = reader.get(f"documents/{revision.document_id}/revisions/").json()["results"]
    assert [row["id"] for row in rows] == [revision.pk]
    assert reader.get(address(draft)).status_code == 404


def test_an_unknown_verb_is_404(world, program):
    revision = world.draft()
    assert program(world.author).post(address(revision, "verbs/burn/")).status_code == 404


def test_the_next_revision_is_started(world, program):
    revision = world.effective()
    said = {"change_class": "major", "reason": "New gauges."}
    answer = program(world.author).post(f"documents/{revision.document_id}/revisions/", said)
    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (201, State.DRAFT, "New gauges.")


def test_readers_are_listed_for_those_who_may_see_them(world, program):
    revision = world.effective()
    place = f"documents/{revision.document_id}/acknowledgements/"
    assert program(world.quality).get(place).status_code == 200
    assert program(world.reader).get(place).status_code == 404


def test_the_readers_of_an_older_revision_are_told_with_who_excused_them_and_why(world, program):
    first = world.released()
    reason = "On leave until March."
    proof = world.proof(world.quality, Meaning.EXCUSED, excusal_hash(first, world.reader, reason))
    services.excuse(revision_id=first.pk, person=world.reader, by=world.quality, proof=proof, reason=reason)
    world.released(world.next_revision(first.document))
    quality, place = program(world.quality), f"documents/{first.document_id}/acknowledgements/"
    old, new = quality.get(place, revision=first.pk).json(), quality.get(place).json()
    assert [(each["standing"], each["owes"], each["excused_by"], each["excuse"]) for each in old + new] == [
        ("excused", "", "Quality Person", reason),
        ("due", "2.0", "", ""),
    ]


def test_a_draft_is_cancelled_with_a_reason(world, program):
    revision = world.draft()
    author = program(world.author)
    without = author.post(address(revision, "verbs/cancel_draft/"))
    done = author.post(address(revision, "verbs/cancel_draft/"), {"reason": "Not needed."})
    assert (without.status_code, list(without.json()["error"]["fields"])) == (422, ["reason"])
    assert (done.status_code, done.json()["state"]) == (200, State.CANCELLED)


def test_my_duties_are_mine(world, program):
    revision = world.in_review()
    rows = program(world.colleague).get("duties/").json()["results"]
    assert [(row["kind"], row["subject"]) for row in rows] == [
        ("documents.review", f"documents.revision/{revision.pk}")
    ]
    assert program(world.approver).get("duties/").json()["results"] == []


def test_people_are_listed_for_those_who_may_see_them(world, program):
    rows = program(world.it).get("people/", q="author").json()["results"]
    assert [row["username"] for row in rows] == ["author"]


def test_a_pack_is_asked_for_and_its_job_is_seen(world, program):
    world.effective()
    quality = program(world.quality)
    pack = quality.post("packs/", {"recipient": "Certification body", "purpose": "Stage 2"})
    assert (pack.status_code, pack.json()["built_at"]) == (201, None)
    assert quality.get(f"packs/{pack.json()['id']}/").json() == pack.json()
    assert program(world.author).get(f"packs/{pack.json()['id']}/").status_code == 404
    assert [row["kind"] for row in quality.get("jobs/").json()["results"]].count("evidence.build") == 1


def test_the_pages_see_what_the_api_did(world, program, client):
    document = program(world.author).post("documents/", {"title": "Cleaning", "type": "SOP"}).json()
    services.write_markdown(revision_id=document["open_revision"], text="Mine.\n", version=0, by=world.author)
    revision = program(world.author).get(f"documents/{document['id']}/revisions/{document['open_revision']}/")
    assert revision.json()["text"] == "Mine.\n"
