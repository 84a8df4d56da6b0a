"""Actions through the API: the register, giving one, and every verb, refused as the pages refuse."""

import pytest

from qms.actions.models import Action
from tests.actions.conftest import in_days
from tests.api.conftest import program

pytestmark = pytest.mark.django_db
__all__ = ["program"]


def said(world, **fields):
    return {"title": "Look again", "owner": world.reader.pk, "due_on": in_days(5).isoformat(), **fields}


def test_an_action_is_given_and_read_with_what_may_be_done(world, program):
    document = world.effective().document
    origin = f"documents.document/{document.pk}"
    made = program(world.author).post("actions/", said(world, verifier=world.colleague.pk, origin=origin))
    told = made.json()
    assert (made.status_code, told["number"], told["origin"], told["verifier"]) == (
        201,
        "A-0001",
        origin,
        world.colleague.pk,
    )
    own = program(world.reader).get(f"actions/{told['id']}/").json()
    assert [(each["verb"], each["objections"]) for each in own["offered"]] == [("do", []), ("ask_extension", [])]


def test_giving_twice_with_one_key_gives_once(world, program):
    author = program(world.author)
    answers = [author.post("actions/", said(world), key="a-key-of-mine").json()["number"] for _turn in range(2)]
    assert (answers, Action.objects.count()) == (["A-0001", "A-0001"], 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"owner": 10**15}, "owner"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"origin": "documents.document/999999"}, "origin"),
        ({"waits_for": "SOP-9999"}, "waits_for"),
        ({"process": 10**15}, "process"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_wrong_input_is_refused_by_its_field(world, program, wrong, field):
    answer = program(world.author).post("actions/", said(world, **wrong))
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])
    assert Action.objects.count() == 0


def test_who_may_not_give_finds_nothing_there(world, program):
    assert program(world.reader).post("actions/", said(world)).status_code == 404


def test_the_verbs_go_the_way_of_the_pages(world, program, action):
    owner, verifier = program(world.reader), program(world.colleague)
    place = f"actions/{action.pk}/verbs/"
    assert owner.post(f"{place}do/").status_code == 409
    later = {"new_due_on": in_days(40).isoformat(), "reason": "Late."}
    answers = [
        owner.post(f"{place}ask_extension/", later),
        verifier.post(f"{place}agree_extension/"),
        owner.post(f"{place}do/", {"words": "Seen."}),
        verifier.post(f"{place}verify/"),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    told = answers[-1].json()
    assert (told["state"], told["extended"], told["due_on"]) == ("verified", 1, in_days(40).isoformat())
    assert [each["outcome"] for each in told["extensions"]] == ["agreed"]
    refused = [owner.post(f"{place}do/", {"words": "x"}), verifier.post(f"{place}do/"), owner.post(f"{place}fly/")]
    assert [answer.status_code for answer in refused] == [409, 409, 404]


def test_what_a_change_does_not_name_stays_and_null_takes_away(world, program, action):
    giver = program(world.author)
    told = giver.post(f"actions/{action.pk}/verbs/change/", {"title": "Label all"}).json()
    assert (told["title"], told["verifier"]) == ("Label all", world.colleague.pk)
    assert giver.post(f"actions/{action.pk}/verbs/change/", {"verifier": None}).json()["verifier"] is None


def test_the_list_is_filtered_as_the_page_is_and_shows_nobody_what_they_do_not_see(world, program, given):
    given(owner=world.second)
    given(process=world.process)
    told = {
        person.username: [row["number"] for row in program(person).get(f"actions/{query}").json()["results"]]
        for person, query in ((world.quality, ""), (world.second, ""), (world.owner, "?owner=me"), (world.it, ""))
    }
    assert told == {"quality": ["A-0001", "A-0002"], "second": ["A-0001"], "owner": [], "it": []}
