"""Sizes, and what the strict policy forbids, read from the files themselves."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile

from qms.core.storage_static import ServedFiles

ROOT = Path(settings.BASE_DIR)
# Not pages under our policy: what becomes a PDF, and the index that is opened from an evidence pack on a disk.
ELSEWHERE = {ROOT / "templates" / "pdf", ROOT / "templates" / "evidence" / "index.html"}
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if not ELSEWHERE & {path, *path.parents})
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))

FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    # `only=` is what an include hands on, not something that happens.
    "an inline handler": re.compile(r"\son(?!ly=)[a-z]+\s*="),
    "htmx code in an attribute": re.compile(r"\s(?:data-)?hx-(?:on|vals='js:|headers='js:)"),
    "another host": re.compile(r"(?:src|href)=[\"'](?:https?:)?//"),
    "an inline script": re.compile(r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))"),
}


def _packed(paths):
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Collect the sheets as a release does; return the folder they are served from."""
    served = ServedFiles(location=tmp_path_factory.mktemp("static"), base_url="/static/")
    names = [path.relative_to(ROOT / "static").as_posix() for path in STYLES]
    for path, name in zip(STYLES, names, strict=True):
        with path.open("rb") as content:
            served.save(name, File(content))
    list(served.post_process({name: (served, name) for name in names}))
    return Path(served.location)


def test_the_sheets_are_two_and_at_most_twelve_kilobytes_as_they_are_served(collected):
    packed = [path.stat().st_size for path in collected.glob("css/*.????????????.css.gz")]
    assert (len(packed), sum(packed) <= 12 * 1024) == (2, True)


def test_a_sheet_loses_its_comments_and_white_space_and_nothing_else(tmp_path):
    sheet = b"/* why */\n.a {\n  :is(.b, .c) .d & { margin: calc(1px + 2px) -1px; }\n  &:hover > .e {color: red}\n}\n"
    served = ServedFiles(location=tmp_path, base_url="/static/")
    served.save("a.css", ContentFile(sheet))
    list(served.post_process({"a.css": (served, "a.css")}))
    short = ".a{:is(.b, .c) .d &{margin:calc(1px + 2px) -1px;}&:hover > .e{color:red}}"
    assert (tmp_path / served.stored_name("a.css")).read_text() == short


def test_the_product_serves_what_this_storage_collects():
    settings_file = (ROOT / "qms" / "settings.py").read_text()
    assert '"staticfiles": {"BACKEND": "qms.core.storage_static.ServedFiles"}' in settings_file


def test_the_modules_are_five_and_at_most_fifteen_kilobytes_packed():
    assert (len(SCRIPTS), _packed(SCRIPTS) <= 15 * 1024) == (5, True)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_keeps_the_strict_policy(path):
    text = path.read_text()
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_colours_stand_in_one_place():
    foundation, components = (path.read_text() for path in sorted(STYLES, reverse=True))
    tokens = foundation.split("@layer base {")[0]
    elsewhere = foundation.removeprefix(tokens) + components.split("@layer print {")[0]
    assert re.findall(r"oklch\((?!in)[^)]*\)|#[0-9a-f]{6}\b", elsewhere.replace("in oklab", "")) == []


def test_every_colour_is_given_for_light_and_for_dark():
    tokens = (ROOT / "static" / "css" / "foundation.css").read_text().split("@layer base {")[0]
    assert [line.strip() for line in tokens.splitlines() if "oklch(" in line and "light-dark(" not in line] == []
