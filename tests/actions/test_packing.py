"""Actions in evidence packs: what is taken away, by whom, and that it can be checked like the rest."""

import json
from datetime import timedelta

import bagit
import pytest
from django.utils import timezone

from qms.actions import services
from qms.actions.packing import count, told
from qms.core.seams.evidence import Selection
from qms.evidence.queries import known_numbers, still_within
from qms.evidence.services import build, request_pack
from qms.filing.services.files import store_bytes
from qms.organization.queries import today
from tests.actions.test_doing import done, verified
from tests.actions.test_extending import ask, asked_of
from tests.evidence.test_packs import Quietly, unpacked

pytestmark = pytest.mark.django_db


def pack_of(person, **selected):
    asked = {"words": "x", "recipient": "Auditor", "purpose": "Surveillance", "by": person}
    return build(pack_id=request_pack(selection=Selection(**selected), **asked).pk, progress=Quietly())


def test_a_pack_holds_an_action_with_what_shows_it_and_the_time_it_was_given(world, action, tmp_path):
    asked_of(ask(action), world.colleague)
    photo = services.Upload(store_bytes(b"photo"), "drawers.jpg", "image/jpeg")
    verified(done(action, files=[photo]), world.colleague)
    root = unpacked(pack_of(world.quality, types=("actions",)), tmp_path)
    folder = root / "data" / "actions" / "A-0001"
    found = json.loads((folder / "action.json").read_text())
    names = sorted(path.name.partition("-")[2] or path.name for path in folder.iterdir())
    assert (bagit.Bag(str(root)).is_valid(), names) == (True, ["action.json", "drawers.jpg"])
    assert (found["state"], found["verified_by"], found["extensions"][0]["outcome"]) == (
        "verified",
        "Colleague Person",
        "agreed",
    )
    entries = (root / "data" / "trail" / "entries.jsonl").read_text()
    assert [verb in entries for verb in ("actions.given", "actions.do", "actions.verify")] == [True] * 3


def test_who_may_take_what_away(world, given):
    given()
    given(process=world.process)
    people = (world.quality, world.auditor, world.owner, world.author, world.top)
    assert [count(Selection(), person) for person in people] == [2, 2, 1, 0, 0]
    assert (told(Selection(), world.quality), told(Selection(), world.author)) == ("2 actions: A-0001, A-0002", "")
    assert known_numbers(["a-0002", "A-0001", "x"], world.owner) == {"A-0002"}


def test_a_selection_narrows_what_is_taken_away(world, given):
    verified(done(given()), world.colleague)
    given(process=world.process, site=world.site)
    day = timedelta(days=1)
    counts = {
        name: count(Selection(**selected), world.quality)
        for name, selected in {
            "types": {"types": ("SOP",)},
            "numbers": {"numbers": ("a-0001",)},
            "process": {"processes": (world.process.pk,)},
            "site": {"sites": (world.other_site.pk,)},
            "since": {"since": today() + day},
            "until": {"until": today() - day},
        }.items()
    }
    assert counts == {"types": 0, "numbers": 1, "process": 1, "site": 0, "since": 1, "until": 0}


def test_a_pack_goes_with_the_right_to_take_it_away(world, given):
    given(process=world.process)
    made = pack_of(world.owner, types=("actions",))
    assert still_within(made, world.owner)
    world.owner.assignments.update(valid_until=timezone.now() - timedelta(days=1))
    world.owner.assignments_held = None
    assert not still_within(made, world.owner)
