import hashlib
import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import override_settings

from qms.reports.controlled import HtmlBody, render_controlled
from qms.reports.pdf import (
    Attachment,
    InMemory,
    Picture,
    has_cjk_fonts,
    installed_fonts,
    needs_cjk_fonts,
    render_pdf,
    srgb_profile,
)
from tests.reports.made import MADE_AT, ROOT, make_copy
from tests.reports.reading import attachments, claims, fonts_not_embedded, lines

ADDRESSES = (
    '<img src="http://127.0.0.1:{port}/a.png" alt="a">',
    '<img src="//127.0.0.1:{port}/b.png" alt="b">',
    '<img src="https://127.0.0.1:{port}/c.png" alt="c">',
    '<img src="ftp://127.0.0.1:{port}/d.png" alt="d">',
    '<img src="HTTP://127.1:{port}/e.png" alt="e">',
    '<img src="http://2130706433:{port}/f.png" alt="f">',
    '<img src="http://[::ffff:127.0.0.1]:{port}/g.png" alt="g">',
    '<img src="http://user@127.0.0.1:{port}/h.png" alt="h">',
    '<img src="file:///etc/hostname" alt="i">',
    '<img src="/static/../../etc/passwd" alt="j">',
    '<object data="http://127.0.0.1:{port}/k.svg"></object>',
    '<embed src="http://127.0.0.1:{port}/l.svg">',
    '<link rel="stylesheet" href="http://127.0.0.1:{port}/m.css">',
    '<link rel="attachment" href="http://127.0.0.1:{port}/n.bin">',
    '<a rel="attachment" href="http://127.0.0.1:{port}/o.bin">o</a>',
    '<style>@import "http://127.0.0.1:{port}/p.css";</style>',
    "<style>@font-face {{ font-family: x; src: url(http://127.0.0.1:{port}/q.ttf) }} p {{ font-family: x }}</style>",
    '<p style="background: url(http://127.0.0.1:{port}/r.png)">r</p>',
    '<svg><image href="http://127.0.0.1:{port}/s.png" width="9" height="9"/></svg>',
    '<svg><use href="http://127.0.0.1:{port}/t.svg#x"/></svg>',
    '<base href="http://127.0.0.1:{port}/"><img src="u.png" alt="u">',
    '<iframe src="http://127.0.0.1:{port}/v"></iframe>',
)


@pytest.fixture
def canary():
    """A listener on this machine that counts who calls."""
    calls = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    end = threading.Event()

    def listen():
        while not end.is_set():
            try:
                caller, address = server.accept()
            except TimeoutError:
                continue
            calls.append(address)
            caller.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], calls
    end.set()
    thread.join()
    server.close()


def test_a_body_with_every_form_of_address_reaches_nobody(canary):
    port, calls = canary
    html = "".join(ADDRESSES).format(port=port)
    logo = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:{port}/x.png"/></svg>'.encode()
    copy = make_copy(logo=Picture("logo", logo, "image/svg+xml"))
    made = render_controlled(copy, HtmlBody(html=html), identifier="x", made_at=MADE_AT)
    assert (calls, attachments(made)) == ([], {})


def test_a_template_that_is_not_cleaned_reaches_nobody_either(canary, tmp_path):
    port, calls = canary
    (tmp_path / "wild.html").write_text("<html lang='en'><title>x</title>" + "".join(ADDRESSES).format(port=port))
    with override_settings(TEMPLATES=[{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]):
        made = render_pdf("wild.html", {}, identifier="x", made_at=MADE_AT, language="en", title="x")
    assert (calls, attachments(made)) == ([], {})


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x.png",
        "file:///etc/hostname",
        "asset:missing",
        "static:pdf/../settings.py",
        "static:css/house.css",
        "static:pdf/missing.css",
        "data:text/html;base64,PGI+",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,A",
        f"{settings.BASE_URL}/media/missing.png",
        "",
    ],
)
def test_what_is_not_in_memory_is_refused(url):
    with pytest.raises(ValueError, match=r"^(not|no such)"):
        InMemory([])(url)


@pytest.mark.parametrize(
    ("url", "media_type"),
    [
        ("asset:logo", "image/png"),
        (f"{settings.BASE_URL}/documents/1/a%20b.png", "image/webp"),
        ("data:image/png;base64,iVBORw0KGgo=", "image/png"),
        ("static:pdf/base.css", "text/css"),
    ],
)
def test_what_is_in_memory_is_served(url, media_type):
    pictures = [Picture("logo", b"1", "image/png"), Picture("/documents/1/a b.png", b"2", "image/webp")]
    assert InMemory(pictures)(url).content_type == media_type


def test_an_attachment_comes_back_byte_for_byte():
    data = bytes(range(256)) * 3
    attachment = Attachment("Prüfplan 計画.bin", data, "Source", relationship="Source")
    body = HtmlBody(html="<p>x</p>")
    made = render_controlled(make_copy(attachments=[attachment]), body, identifier="x", made_at=MADE_AT)
    assert attachments(made) == {"Prüfplan 計画.bin": data}


SCRIPT = """
import django; django.setup()
import hashlib
from qms.reports.controlled import HtmlBody, render_controlled
from qms.reports.pdf import Attachment
from tests.reports.made import MADE_AT, make_copy
copy = make_copy(attachments=[Attachment("a.txt", b"a", "a"), Attachment("b.txt", b"b", "b")])
html = "<h2>Ä 測定</h2><p>x <em>y</em> <strong>z</strong> <code>w</code></p><table><tr><td>1</td></tr></table>"
print(hashlib.sha256(render_controlled(copy, HtmlBody(html=html), identifier="x", made_at=MADE_AT)).hexdigest())
"""


def test_the_same_input_gives_the_same_bytes_in_any_process():
    found = {_digest_made_with(seed) for seed in ("1", "2")}
    assert len(found) == 1
    assert len(found.pop()) == 64


def _digest_made_with(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", SCRIPT]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return run.stdout.strip().splitlines()[-1]


def test_identifier_and_time_are_the_callers():
    digests = {
        hashlib.sha256(render_controlled(make_copy(), HtmlBody(html="<p>x</p>"), identifier=one, made_at=at)).digest()
        for one in ("a", "b")
        for at in (MADE_AT, datetime(2027, 1, 1, tzinfo=UTC))
    }
    assert len(digests) == 4


def test_a_time_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        render_controlled(make_copy(), HtmlBody(html="x"), identifier="x", made_at=MADE_AT.replace(tzinfo=None))


def test_chinese_japanese_and_korean_letters_are_told_apart_from_others():
    texts = {"测定": True, "カナ": True, "한국": True, "Prüfplan Ελ Я": False, "": False}
    assert {text: needs_cjk_fonts(text) for text in texts} == texts


def test_what_is_said_about_fonts_is_what_is_printed():
    body = HtmlBody(html="<p>測定機器</p>", language="ja")
    made = render_controlled(make_copy(), body, identifier="x", made_at=MADE_AT)
    missing = "Chinese, Japanese and Korean letters are missing in this print: no font for them is installed."
    assert ("測定機器" in lines(made), missing in lines(made)) == (has_cjk_fonts(), not has_cjk_fonts())


def test_every_font_is_embedded_and_the_file_claims_an_archive():
    body = HtmlBody(html="<p>x <code>y</code> <strong>Ω</strong></p>")
    made = render_controlled(make_copy(), body, identifier="x", made_at=MADE_AT)
    assert fonts_not_embedded(made) == []
    assert claims(made) == {
        "structure": "True",
        "title": "SOP-0012 Control of measuring equipment",
        "lang": "en",
        "marked": "True",
        "pdfa": "3U",
    }


def test_fonts_and_colour_profile_are_found():
    assert all(path.exists() for path in installed_fonts().values())
    assert srgb_profile()[36:40] == b"acsp"
