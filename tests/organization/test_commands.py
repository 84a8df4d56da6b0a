"""Commands that set a sign-in on the server keep the promises that the pages keep."""

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from qms.organization import services
from qms.organization.models import CredentialTouch, User
from qms.organization.queries import awaits_confirmation, setting, waiting_for
from qms.organization.states import Confirmed, Role, Touch
from tests.organization.helpers import last_detail, verbs

EARLIER = "a password of before"


def said(*command, **options) -> str:
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def test_a_password_set_on_the_server_is_recorded_and_signs_nothing_until_it_is_confirmed(world):
    services.choose_password(person=world.approver, password=EARLIER)
    out = said("changepassword", world.approver.username)
    taken = User.objects.get(pk=world.approver.pk)
    touch = CredentialTouch.objects.get()
    assert (verbs(taken)[-1], last_detail()["command"]) == ("password_set", True)
    assert (touch.what, touch.touched_by, taken.password_is_own) == (Touch.PASSWORD, None, False)
    assert [each.person for each in waiting_for(world.quality)] == [taken]
    given = out.split("Password:")[1].split()[0]
    assert (taken.check_password(given), taken.check_password(EARLIER)) == (True, False)
    assert ("signs nothing until" in out, "Quality Person" in out, "stands in the history" in out) == (True, True, True)


def test_without_a_mail_server_the_command_says_that_nobody_was_reached(world, settings):
    assert "are mailed" in said("changepassword", world.approver.username)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    out = said("changepassword", world.approver.username)
    assert ("are mailed" in out, "No mail server is set" in out) == (False, True)


@pytest.mark.parametrize("username", ["nobody-of-this-name", "gone"])
def test_a_password_for_nobody_is_refused_in_words(world, username):
    gone = world.person("gone", Role.READER)
    services.deactivate_person(person_id=gone.pk, by=world.it)
    with pytest.raises(CommandError) as refusal:
        said("changepassword", username)
    assert (
        str(refusal.value)
        == {
            "nobody-of-this-name": "Nobody here has this user name.",
            "gone": "Gone Person has left: open the account first.",
        }[username]
    )


@pytest.fixture
def alone(db):
    person = services.set_up(organization="Ann's", zone="UTC", username="ann", name="Ann Lee").person
    User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    return person


def test_who_is_alone_is_told_how_the_server_confirms_them_and_that_stands_in_the_history(alone):
    out = said("changepassword", "ann")
    assert ("--confirm" in out, awaits_confirmation(alone)) == (True, True)
    said("changepassword", "ann", confirm="I am Ann and forgot it")
    assert (awaits_confirmation(alone), verbs(alone)[-1], last_detail()["how"]) == (
        False,
        "sign_in_confirmed",
        "I am Ann and forgot it",
    )
    assert set(CredentialTouch.objects.values_list("confirmed_as", "confirmed_by")) == {(Confirmed.FIRST, None)}


def test_who_was_made_and_never_confirmed_keeps_nobody_from_being_alone(alone):
    for username, role in (("dora", Role.QUALITY_MANAGER), ("bo", Role.TOP_MANAGEMENT)):
        made = services.create_person(username=username, name=username.title(), by=alone)
        services.grant_role(person_id=made.pk, role=role, by=alone)
    assert "--confirm" in said("changepassword", "ann")
    said("changepassword", "ann", confirm="I am Ann and forgot it")
    assert awaits_confirmation(alone) is False


@pytest.mark.parametrize("role", [Role.IT_ADMIN, Role.QUALITY_MANAGER, Role.TOP_MANAGEMENT])
def test_the_server_confirms_nobody_where_somebody_else_is_there(alone, role):
    other = services.create_person(username="o", name="Otto", by=alone)
    services.grant_role(person_id=other.pk, role=role, by=alone)
    CredentialTouch.objects.filter(person=other).update(confirmed_as=Confirmed.SECOND, confirmed_at=timezone.now())
    services.set_password(person_id=other.pk, by=alone)
    before = User.objects.get(pk=alone.pk).password
    with pytest.raises(CommandError) as refusal:
        said("changepassword", "ann", confirm="I am Ann")
    assert "not alone" in str(refusal.value)
    assert (User.objects.get(pk=alone.pk).password == before, awaits_confirmation(alone)) == (True, False)


def test_the_server_confirms_nobody_whom_a_person_has_touched(world):
    services.set_password(person_id=world.quality.pk, by=world.it)
    with pytest.raises(CommandError):
        said("changepassword", world.quality.username, confirm="It is me")
    assert awaits_confirmation(world.quality)


@pytest.mark.django_db
def test_nobody_is_made_a_superuser_and_the_words_name_the_way(capsys):
    with pytest.raises(CommandError) as refusal:
        said("createsuperuser", username="root", interactive=False)
    assert ("script/manage set_up" in str(refusal.value), get_user_model().objects.count()) == (True, 0)


@pytest.mark.django_db
def test_set_up_says_where_the_first_steps_are(settings):
    settings.BASE_URL = "https://quality.example.org"
    out = said("set_up", "Example Ltd", username="ann", name="Ann Lee")
    assert out.splitlines()[-1] == "Then take the first steps: https://quality.example.org/start/"


def test_a_first_day_without_a_zone_takes_the_one_of_the_environment_and_says_so(db, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    out = said("set_up", "Ann's", username="ann", name="Ann Lee")
    assert ("Days and times: Europe/Berlin; the settings change it." in out, setting("organization.zone")) == (
        True,
        "Europe/Berlin",
    )
