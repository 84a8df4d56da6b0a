"""The pages of django-allauth as the whole project serves them: our look, our words, and every name given."""

import pytest
from allauth.account.forms import default_token_generator
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.urls import reverse
from lxml import html

from tests.world import PASSWORD

HEADINGS = {
    "account_change_password": "Change your password",
    "account_logout": "Sign out",
    "account_reauthenticate": "Is it still you?",
    "mfa_index": "Password and sign-in",
    "mfa_activate_totp": "Set up the authenticator app",
    "mfa_list_webauthn": "Passkeys and security keys",
    "mfa_add_webauthn": "Add a passkey",
}
WITH_APP = {
    "mfa_index": "Password and sign-in",
    "mfa_deactivate_totp": "Stop using the authenticator app",
    "mfa_view_recovery_codes": "Recovery codes",
    "mfa_generate_recovery_codes": "New recovery codes",
    "mfa_reauthenticate": "Is it still you?",
}


def _heading(answer):
    return html.fromstring(answer.content).find(".//h1").text_content().strip()


@pytest.fixture
def person(client, world):
    """The reader, signed in by password and asked once more a moment ago."""
    cache.clear()
    client.post(reverse("account_login"), {"login": world.reader.username, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return world.reader


@pytest.mark.parametrize(
    ("name", "heading"), [("account_login", "Sign in"), ("account_reset_password", "Forgotten password")]
)
@pytest.mark.django_db
def test_a_guest_meets_our_pages(client, name, heading):
    assert _heading(client.get(reverse(name))) == heading


@pytest.mark.parametrize("name", HEADINGS)
def test_a_person_meets_our_pages(client, person, name):
    assert _heading(client.get(reverse(name))) == HEADINGS[name]


@pytest.mark.parametrize("name", WITH_APP)
def test_a_person_with_an_authenticator_app_meets_our_pages(client, person, name):
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    assert _heading(client.get(reverse(name))) == WITH_APP[name]


@pytest.mark.parametrize(
    ("name", "heading"), [("mfa_edit_webauthn", "Rename the key"), ("mfa_remove_webauthn", "Remove this key")]
)
def test_a_person_with_a_key_meets_our_pages(client, person, name, heading):
    key = Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Blue key", "credential": {}}
    )
    assert _heading(client.get(reverse(name, args=[key.pk]))) == heading


def test_whoever_came_by_a_link_may_add_a_second_factor(client, person):
    default_token_generator.make_token(person)
    assert _heading(client.get(reverse("mfa_activate_totp"))) == "Set up the authenticator app"


def test_too_many_tries_are_told_in_words(client, world):
    cache.clear()
    door = reverse("account_reset_password")
    answers = [client.post(door, {"email": "nobody@gauge.example"}) for _ in range(30)]
    assert (answers[-1].status_code, _heading(answers[-1])) == (429, "Too many tries in a short time")
    cache.clear()


@pytest.mark.django_db
def test_an_address_that_does_not_exist_is_told_in_words(client):
    answer = client.get("/nowhere/at/all/")
    assert (answer.status_code, _heading(answer)) == (404, "There is nothing here for you")
