"""Every specimen page in a real browser: accessible in both themes, on a desk and on a phone, and quiet on the console.

The pages of the product are walked by `tests/browser/test_pages.py`; here are the parts they are made of, and what the
product shows only when something has gone wrong.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.look.conftest import PAGES

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {1366: 768, 390: 844, 360: 780, 320: 640}
EVERY = [("light", 1366), ("dark", 390)]
ONE = [("light", 390)]
# Pages of the product are made of the same and walked each time: their specimens are looked at before a release.
WALKED = dict.fromkeys(
    ("/register/", "/record/", "/work/", "/signing/", "/reader/", "/redline/", "/matrix/", "/current/"),
    pytest.mark.release,
)
PICTURES = os.environ.get("QMS_PICTURES", "")

pytestmark = pytest.mark.browser


def _findings(tab):
    answer = Axe().run(tab, options={"runOnly": RULES}).response
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in answer["violations"]]


def _show(tab, theme, width):
    tab.emulate_media(color_scheme=theme)
    tab.set_viewport_size({"width": width, "height": SIZES[width]})


def _take_pictures(tab, path):
    name = path.strip("/").replace("/", "-")
    for theme in ("light", "dark"):
        for width in (1366, 390, 360):
            _show(tab, theme, width)
            tab.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)


@pytest.mark.parametrize("path", [pytest.param(path, marks=WALKED.get(path, ())) for path in PAGES])
def test_a_page_is_accessible_and_never_scrolls_sideways(opened, path):
    tab = opened(path)
    found = {}
    for theme, width in EVERY if PAGES[path].startswith("specimens/") else ONE:
        _show(tab, theme, width)
        found[theme, width] = _findings(tab)
    if PICTURES:
        _take_pictures(tab, path)
    _show(tab, "light", 320)
    sideways = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert ({where: findings for where, findings in found.items() if findings}, sideways) == ({}, 0)


@pytest.mark.parametrize("path", ["/register/", "/record/", "/form/", "/reader/"])
def test_a_page_is_accessible_with_forced_colours(opened, path):
    assert _findings(opened(path, forced_colors="active")) == []


@pytest.mark.parametrize("path", ["/register/", "/record/", "/work/", "/reader/", "/signing/"])
def test_what_is_touched_on_a_phone_is_large_enough(opened, path):
    tab = opened(path, width=390, height=844, has_touch=True, is_mobile=True)
    small = tab.evaluate(
        """[...document.querySelectorAll('.button, .chip, .tabs a, .bar a, .bar summary, input:not([type=hidden])')]
        .filter(thing => thing.checkVisibility() && !thing.closest('label.row, .pick'))
        .filter(thing => thing.getBoundingClientRect().height < 31)
        .map(thing => thing.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_a_row_of_a_list_is_36_pixels_high_and_19_more_where_a_title_takes_two_lines(opened):
    heights = opened("/register/").evaluate(
        "[...document.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect().height)"
    )
    assert (set(heights), heights.count(55)) == ({36, 55}, 1)


@pytest.mark.parametrize("path", ["/register/", "/record/", "/form/"])
def test_what_has_the_focus_is_never_hidden_under_a_bar(opened, path):
    tab = opened(path, height=500)
    hidden = []
    for _ in range(60):
        tab.keyboard.press("Tab")
        hidden.append(
            tab.evaluate(
                """() => {
                    const box = document.activeElement.getBoundingClientRect();
                    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                    const shown = document.activeElement === document.body || !top
                        || document.activeElement.contains(top) || top.contains(document.activeElement);
                    return shown ? null : document.activeElement.outerHTML.slice(0, 80);
                }"""
            )
        )
    assert [thing for thing in hidden if thing] == []


def test_the_theme_of_the_person_wins_over_the_one_of_the_machine(opened):
    tab = opened("/register/?theme=dark", theme="light")
    assert tab.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_a_page_makes_at_most_ten_requests_and_only_to_its_own_host(opened):
    tab = opened("/register/")
    asked = tab.evaluate("performance.getEntriesByType('resource').map(entry => new URL(entry.name).host)")
    assert (len(asked) + 1 <= 10, set(asked)) == (True, {tab.evaluate("location.host")})


def test_a_printed_page_is_the_record_and_nothing_to_click(opened):
    tab = opened("/record/")
    tab.emulate_media(media="print")
    shown = tab.evaluate(
        "['.rail', '.top', '.bar', '.band', '.tabs', '.head .actions', 'h1', '.on-paper']"
        ".map(name => document.querySelector(name).checkVisibility())"
    )
    assert shown == [False, False, False, False, False, False, True, True]
