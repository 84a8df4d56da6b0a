"""Every page there is, in both themes and at both widths: accessible, nothing cut off, no complaint of the browser.

The list of pages is the project's own table of addresses. A page that is new is opened by the quality manager; one with
keys in its address fails here until `estate` says which record it shows.
"""

import json
import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache

from tests.browser.estate import Estate, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("QMS_PICTURES", "")
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another theme and another width can change of a page that was looked at as a whole.
BY_LOOK = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
LOOKS = (
    ("light", 1280, 800, {"type": "tag", "values": EVERYTHING}),
    ("dark", 360, 740, {"type": "rule", "values": BY_LOOK}),
)
# The same on every page of a person: looked at on the first one.
SHELL = [".rail", ".top", ".bar", ".bands", ".palette"]
LOOK = """async ([rules, without]) => {
    const shell = without.filter(part => document.querySelector(part)).map(part => [part]);
    const options = {runOnly: rules, resultTypes: ["violations"], iframes: false, preload: false};
    const found = await axe.run(shell.length ? {exclude: shell} : document, options);
    const faults = found.violations.map(rule => `${rule.id}: ${rule.nodes.map(node => node.target).join(" | ")}`);
    const wide = document.documentElement.scrollWidth - innerWidth;
    return wide > 0 ? [...faults, `${wide} px too wide`] : faults;
}"""
# Text at twice its size (WCAG 1.4.4) on the phone that the last look leaves; wide tables scroll by themselves.
LARGE = """() => {
    const root = document.documentElement;
    root.style.fontSize = "200%";
    const wide = root.scrollWidth - innerWidth;
    root.style.fontSize = "";
    return wide > 0 ? [`${wide} px too wide with text at twice its size`] : [];
}"""
# Addresses that lead on to a page which is walked under another name, or are a file that is not there yet.
NO_PAGES = {
    "account_set_password": 302,
    "standards:evidence_start": 302,
    "documents:draft": 302,
    "documents:other_form": 404,
    "documents:page": 404,
    "documents:pdf": 404,
    "documents:picture": 404,
    "documents:rendition": 404,
    "documents:translation": 404,
    "evidence:download": 409,
    "mfa_login_webauthn": 302,
    "organization:logo": 404,
    "organization:sign_in": 302,
}
# Addresses that answer with a page under another address.
LEAD_ON = {"account_reset_password_from_key", "documents:go", "organization:choose_from_link"}


@pytest.fixture
def estate(transactional_db):
    cache.clear()
    yield Estate()
    cache.clear()


class Walk:
    """One window that goes from page to page, each time as the person who opens it."""

    def __init__(self, browser, server) -> None:
        self.context = browser.new_context(base_url=server.url, reduced_motion="reduce")
        self.context.add_init_script(Axe().axe_script)
        self.tab = self.context.new_page()
        self.url = server.url
        self.met: set[str] = set()
        self.complaints: list[str] = []
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def open(self, client, url: str) -> None:
        """Open a page with somebody's cookies."""
        self.context.clear_cookies()
        held = client.cookies.items()
        self.context.add_cookies([{"name": name, "value": each.value, "url": self.url} for name, each in held])
        self.tab.goto(url)

    def faults(self, who: str, picture: str) -> list:
        """Return what is wrong with the open page, in both themes and at both widths."""
        found: list = [*self.complaints]
        self.complaints.clear()
        for theme, width, height, rules in LOOKS:
            self.tab.emulate_media(color_scheme=theme)
            self.tab.set_viewport_size({"width": width, "height": height})
            found += [
                (theme, width, fault) for fault in self.tab.evaluate(LOOK, [rules, SHELL if who in self.met else []])
            ]
            if PICTURES:
                self.tab.screenshot(path=Path(PICTURES) / f"{picture}-{width}-{theme}.png", full_page=True)
        found += self.tab.evaluate(LARGE)
        self.met.add(who)
        return found


def once_each(visits: list[Visit]) -> list[Visit]:
    """Return the first visit of each page: other records, people and questions of it are visited before a release."""
    return list({visit.name: visit for visit in reversed(visits)}.values())[::-1]


@pytest.mark.timeout(600)
def test_every_page_is_accessible_in_both_themes_and_fits_a_phone(browser, live_server, estate):
    assert walked(browser, live_server, estate, once_each) == ("", NO_PAGES)


@pytest.mark.release
@pytest.mark.timeout(900)
def test_every_page_is_so_for_each_record_person_and_question_too(browser, live_server, estate):
    assert walked(browser, live_server, estate, list) == ("", NO_PAGES)


def walked(browser, live_server, estate, chosen) -> tuple[str, dict[str, int]]:
    """Return what is wrong with the visited pages that `chosen` takes, and the addresses that answer otherwise."""
    clients, walk, faults, strays = estate.signed_in(), Walk(browser, live_server), {}, {}
    for number, visit in enumerate(chosen(estate.visits())):
        client, url = clients[visit.who], visit.url
        answer = client.get(url)
        if answer.status_code == 302 and visit.name in LEAD_ON:
            url = answer.headers["Location"]
            answer = client.get(url)
        if answer.status_code not in (200, 405):
            strays[visit.name] = answer.status_code
        answer.close()
        if answer.status_code != 200 or b"<html" not in getattr(answer, "content", b""):
            continue
        walk.open(client, url)
        if found := walk.faults(visit.who, f"{number:03}-{visit.name.replace(':', '-')}-{visit.who}"):
            faults[f"{visit.name} {visit.who} {visit.url}"] = found
    return json.dumps(faults, default=str, indent=1) if faults else "", strays
