"""Tokens and calendar addresses end when an account is taken back, and escape no demand for a second factor."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from qms.duties.queries import person_of_calendar
from qms.duties.services import rotate_calendar
from qms.jobs.models import OutgoingMail
from qms.organization import services
from qms.organization.models import User
from qms.organization.settings_of_ours import second_factor_key
from qms.organization.states import Role

MADE_NEW = "API tokens and calendar addresses of before open nothing any more"


def _ways(world):
    approver = {"person_id": world.approver.pk, "by": world.it}
    return {
        "password set": lambda: services.set_password(**approver),
        "password chosen": lambda: services.choose_password(person=world.approver, password="another good password"),
        "sessions ended by IT": lambda: services.end_sessions_of(**approver),
        "own other sessions ended": lambda: services.end_other_sessions(person=world.approver, session_key="s"),
        "factors removed": lambda: services.remove_factors(**approver),
        "own passkey removed": lambda: services.note_factor(person=world.approver, change="webauthn_removed"),
        "left": lambda: services.deactivate_person(**approver),
    }


@pytest.mark.parametrize(
    "way",
    [
        "password set",
        "password chosen",
        "sessions ended by IT",
        "own other sessions ended",
        "factors removed",
        "own passkey removed",
        "left",
    ],
)
def test_an_account_that_is_taken_back_leaves_no_token_and_no_calendar_address_open(program, world, way):
    mine, other = program(world.approver), program(world.author)
    address = rotate_calendar(by=world.approver)
    _ways(world)[way]()
    User.objects.filter(pk=world.approver.pk).update(is_active=True)
    answers = mine.get("documents/").status_code, other.get("documents/").status_code
    assert (answers, person_of_calendar(address)) == ((401, 200), None)


def test_what_was_done_while_a_sign_in_was_doubtful_ends_when_it_is_confirmed(program, world):
    services.set_password(person_id=world.approver.pk, by=world.it)
    made_meanwhile = program(User.objects.get(pk=world.approver.pk))
    services.confirm_possession(person_ids=[world.approver.pk], how="in person", by=world.quality)
    assert made_meanwhile.get("documents/").status_code == 401


@pytest.mark.parametrize("way", ["password set", "sessions ended by IT", "factors removed"])
def test_the_owner_is_told_and_can_make_new_ones(program, world, way):
    _ways(world)[way]()
    assert MADE_NEW in OutgoingMail.objects.filter(to_person=world.approver.pk).earliest("pk").body
    assert program(User.objects.get(pk=world.approver.pk)).get("documents/").status_code == 200


def test_a_link_to_choose_a_password_takes_nothing_back_by_itself(program, world):
    mine = program(world.approver)
    services.send_sign_in_link(person_id=world.approver.pk, by=world.it)
    assert mine.get("documents/").status_code == 200


def test_a_token_answers_in_words_while_its_person_owes_a_second_factor(program, world):
    mine = program(world.approver)
    services.change_setting(key=second_factor_key(Role.APPROVER), value=True, by=world.quality)
    answer = mine.get("documents/")
    assert (answer.status_code, "asks for a second factor" in answer.json()["error"]["message"]) == (403, True)
    assert mine.post("documents/", {"title": "X"}).status_code == 403
    TOTP.activate(world.approver, generate_totp_secret())
    assert mine.get("documents/").status_code == 200
