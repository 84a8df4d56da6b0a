"""A passkey in a real browser: added to an account, used to sign in, and to sign an exception."""

import os
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from qms.signatures.assertions import holds
from qms.signatures.models import SeparationException
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser


@pytest.fixture
def tab():
    """Open a tab with a virtual passkey; anything the console complains of fails the test."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context()
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        _virtual_passkey(context, page)
        yield page
        browser.close()
        # Beside the driver's event loop this thread has a connection of its own, which nothing else would close.
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    assert [text for text in complaints if "favicon" not in text] == []


def _virtual_passkey(context, page) -> None:
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.fixture
def people(transactional_db):
    cache.clear()
    return World()


def _sign_in(tab, address):
    tab.goto(f"{address}/accounts/login/")
    tab.fill("#id_login", "top")
    tab.fill("#id_password", PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url(f"{address}/**")


def _add_a_passkey(tab, address):
    tab.goto(f"{address}/accounts/2fa/webauthn/add/")
    tab.fill("input[type=password]", PASSWORD)
    tab.locator("main form button").first.click()
    tab.wait_for_url("**/webauthn/add/**")
    tab.check("#id_passwordless")
    tab.locator("#mfa_webauthn_add").click()
    tab.wait_for_url("**/recovery-codes/**")


def test_a_passkey_is_added_signs_in_and_signs(live_server, tab, people):
    address = live_server.url
    _sign_in(tab, address)
    _add_a_passkey(tab, address)
    tab.locator("summary.face").click()
    tab.get_by_role("button", name="Sign out").click()
    tab.goto(f"{address}/accounts/login/?next=/rights/separation/grant/")
    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.wait_for_url(lambda url: "/accounts/login" not in url)
    tab.goto(f"{address}/rights/separation/grant/")
    tab.fill("#id_reason", "We are three.")
    tab.fill("#id_compensating_check", "The auditor looks at each of these.")
    tab.fill("#id_ends_on", (timezone.localdate() + timedelta(days=30)).isoformat())
    tab.get_by_role("button", name="Read it and sign").click()
    tab.get_by_role("button", name="Sign with a passkey").click()
    expect(tab.get_by_text("Set aside by an exception.")).to_be_visible()
    signature = SeparationException.objects.get().signature
    assert signature.method == "passkey"
    assert holds(signature.assertion, content_hash=signature.content_hash, meaning=signature.meaning)
