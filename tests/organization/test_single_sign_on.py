"""Single sign-on against a provider of our own: the right people come in, every wrong answer is refused in words."""

import time

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from qms.core import env
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization import services
from qms.organization.models import ExternalIdentity, User
from tests.organization.helpers import verbs
from tests.organization.provider import OTHER_KEY, Provider

START, BACK = "/accounts/oidc/oidc/login/", "/accounts/oidc/oidc/login/callback/"


@pytest.fixture
def provider(settings):
    cache.clear()
    found = Provider()
    app = {"provider_id": "oidc", "name": "Company sign-on", "client_id": "qms", "secret": "s"}
    app["settings"] = {"server_url": found.url, "oauth_pkce_enabled": True}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield found
    found.stop()


def come(client, provider, **changes):
    """Walk the whole way: to the provider, and back with its answer."""
    asked = provider.sent(client.post(START)["Location"])
    return client.get(BACK, {"code": "c", "state": asked["state"], **changes})


def words(client) -> str:
    return client.get("/accounts/login/").content.decode()


def signed_in(client) -> int | None:
    key = client.session.get("_auth_user_id")
    return int(key) if key else None


def test_the_sign_in_page_offers_it(client, world, provider):
    assert "Sign in with Company sign-on" in words(client)


def test_a_linked_person_comes_in_and_is_bound_to_issuer_and_subject(client, world, provider):
    services.link_identity(person_id=world.reader.pk, email="Rita@Idp.example", by=world.it)
    provider.vouch(sub="u-7", email="rita@idp.example", email_verified=True)
    response = come(client, provider)
    identity = ExternalIdentity.objects.get()
    assert (response["Location"], signed_in(client)) == ("/", world.reader.pk)
    assert (identity.issuer, identity.subject) == (provider.url, "u-7")
    assert verbs(world.reader) == ["identity_linked", "identity_bound"]


def test_afterwards_the_subject_counts_and_no_address(client, world, provider):
    services.link_identity(person_id=world.reader.pk, email="rita@idp.example", by=world.it)
    provider.vouch(sub="u-7", email="rita@idp.example", email_verified=True)
    come(client, provider)
    client.post("/accounts/logout/")
    provider.vouch(sub="u-7", email="married@idp.example", email_verified=True)
    come(client, provider)
    assert signed_in(client) == world.reader.pk


def test_the_address_of_an_account_here_opens_nothing(client, world, provider):
    provider.vouch(sub="u-9", email="quality@gauge.example", email_verified=True)
    response = come(client, provider)
    assert (response["Location"], signed_in(client)) == ("/accounts/login/", None)
    assert "no account here is linked" in words(client)
    assert User.objects.filter(username__startswith="u-").exists() is False


def test_an_address_that_is_not_verified_binds_nothing(client, world, provider):
    services.link_identity(person_id=world.reader.pk, email="rita@idp.example", by=world.it)
    for verified in (False, None, "true"):
        provider.vouch(sub="u-7", email="rita@idp.example", email_verified=verified)
        come(client, provider)
        assert signed_in(client) is None


def test_the_same_address_with_another_subject_is_somebody_else(client, world, provider):
    services.link_identity(person_id=world.reader.pk, email="rita@idp.example", by=world.it)
    provider.vouch(sub="u-7", email="rita@idp.example", email_verified=True)
    come(client, provider)
    client.post("/accounts/logout/")
    provider.vouch(sub="u-8", email="rita@idp.example", email_verified=True)
    come(client, provider)
    assert signed_in(client) is None


def test_the_same_subject_at_another_issuer_is_somebody_else(world):
    services.link_identity(person_id=world.reader.pk, email="r@idp.example", by=world.it)
    one = services.recognize(issuer="https://a", subject="1", email="r@idp.example", email_verified=True)
    other = services.recognize(issuer="https://b", subject="1", email="r@idp.example", email_verified=True)
    assert (one, other) == (world.reader, None)


def test_who_has_left_does_not_come_in(client, world, provider):
    services.link_identity(person_id=world.reader.pk, email="rita@idp.example", by=world.it)
    provider.vouch(sub="u-7", email="rita@idp.example", email_verified=True)
    come(client, provider)
    services.deactivate_person(person_id=world.reader.pk, by=world.it)
    come(client, provider)
    assert signed_in(client) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"sub": None},
        {"iat": int(time.time()) + 9000},
    ],
)
def test_an_answer_with_a_wrong_claim_opens_nothing(client, world, provider, claims):
    _bound(world, provider)
    provider.vouch(**{"sub": "u-7", **claims})
    response = come(client, provider)
    assert (response.status_code, signed_in(client)) == (401, None)


@pytest.mark.parametrize(
    "forged",
    [
        {"key": OTHER_KEY},
        {"key": None, "algorithm": "none"},
        {"key": "a secret of thirty-two bytes or more", "algorithm": "HS256"},
        {"header": {"kid": "two"}},
        {"header": {}},
    ],
)
def test_an_answer_signed_by_somebody_else_opens_nothing(client, world, provider, forged):
    _bound(world, provider)
    provider.vouch(sub="u-7")
    for name, value in forged.items():
        setattr(provider, name, value)
    assert (come(client, provider).status_code, signed_in(client)) == (401, None)


def test_an_answer_with_another_state_or_to_another_browser_opens_nothing(client, world, provider):
    _bound(world, provider)
    provider.vouch(sub="u-7")
    assert (come(client, provider, state="made-up").status_code, signed_in(client)) == (401, None)


def test_an_answer_counts_once(client, world, provider):
    _bound(world, provider)
    provider.vouch(sub="u-7")
    asked = provider.sent(client.post(START)["Location"])
    for expected in (world.reader.pk, None):
        client.get(BACK, {"code": "c", "state": asked["state"]})
        assert signed_in(client) == expected
        client.post("/accounts/logout/")


def test_without_the_verifier_of_this_session_the_provider_gives_nothing(client, world, provider):
    _bound(world, provider)
    provider.vouch(sub="u-7")
    asked = provider.sent(client.post(START)["Location"])
    provider.asked["code_challenge"] = "of-somebody-else"
    client.get(BACK, {"code": "stolen", "state": asked["state"]})
    assert signed_in(client) is None


def test_a_refusal_at_the_provider_is_said_in_words(client, world, provider):
    asked = provider.sent(client.post(START)["Location"])
    response = client.get(BACK, {"error": "access_denied", "state": asked["state"]}, follow=True)
    assert (response.status_code, signed_in(client)) == (200, None)


def test_a_provider_that_is_down_is_said_in_words_and_the_password_works(client, world, provider):
    provider.stop()
    response = client.post(START)
    assert (response["Location"], "cannot be reached" in words(client)) == ("/accounts/login/", True)


def test_where_none_is_set_up_there_is_no_such_page(client, world):
    assert client.post(START).status_code == 404


def test_a_link_is_made_by_it_once_for_each_address(world):
    with pytest.raises(NotPermitted):
        services.link_identity(person_id=world.reader.pk, email="r@idp.example", by=world.quality)
    services.link_identity(person_id=world.reader.pk, email="r@idp.example", by=world.it)
    with pytest.raises(RuleBroken):
        services.link_identity(person_id=world.author.pk, email="R@idp.example", by=world.it)
    assert services.unlink_identity(person_id=world.reader.pk, by=world.it) is True
    assert services.unlink_identity(person_id=world.reader.pk, by=world.it) is False


def test_the_provider_is_reached_over_https_or_on_this_machine():
    assert env.origin("https://idp.example/realm/x") == "https://idp.example"
    assert env.origin("http://127.0.0.1:9000/realm") == "http://127.0.0.1:9000"
    with pytest.raises(ImproperlyConfigured):
        env.origin("http://idp.example")


def _bound(world, provider) -> None:
    services.link_identity(person_id=world.reader.pk, email="rita@idp.example", by=world.it)
    services.recognize(issuer=provider.url, subject="u-7", email="rita@idp.example", email_verified=True)
