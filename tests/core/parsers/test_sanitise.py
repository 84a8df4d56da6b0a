"""What passes the allow-list, and what nobody can bring past it."""

import re

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.core.parsers.sanitise import ATTRIBUTES, TAGS, sanitise

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='//evil.example/x.png'>",
    "<img src='/\\evil.example/x.png'>",
    "<img src='https://evil.example/x.png'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/accounts/logout/'>x</a>",
    "<a href='#main'>x</a>",
    "<a href='https://a.example' target='_blank' onclick='alert(1)'>x</a>",
    "<p hx-get='/delete' hx-trigger='load'>x</p>",
    "<p data-hx-on:click='alert(1)' data-hx-get='/x'>x</p>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<p id='main' class='panel'>x</p>",
    "<span class='button primary'>x</span>",
    "<div class='panel' role='dialog' tabindex='1' aria-label='x'>x</div>",
    "<form action='/x'><input name='csrfmiddlewaretoken'><button>x</button></form>",
    "<iframe src='https://evil.example'></iframe><object data=x></object><embed src=x>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example><style>@import '//evil.example'</style>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<td colspan='9999999'>x</td>",
    "<!--<img src=x onerror=alert(1)>--><![CDATA[<script>alert(1)</script>]]>",
    "{{7*7}} {% load x %}",
    "\u202egnp.exe",
    "<p>" * 2000,
]
ELEMENT = re.compile(r"<([a-z0-9]+)((?:\s[^<>]*)?)>")
ATTRIBUTE = re.compile(r"([a-z-]+)=\"([^\"]*)\"")


def wrong(html: str) -> list[str]:
    """Every element, attribute and address in clean HTML that is not on the list."""
    found = []
    for tag, rest in ELEMENT.findall(html):
        allowed = ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        found += [tag] if tag not in TAGS else []
        for name, value in ATTRIBUTE.findall(rest):
            found += [f"{tag} {name}"] if name not in allowed else []
            found += (
                [value]
                if name in {"href", "src"} and not re.match(r"(?i)https?:|mailto:|#doc-|/(?![/\\])", value)
                else []
            )
    return found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_but_what_is_on_the_list_comes_through(payload):
    clean = sanitise(payload)
    assert (wrong(clean), sanitise(clean)) == ([], clean)


@given(
    st.lists(
        st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=20), st.sampled_from(["<table>", "</td>", "<", '"']))
    )
)
@settings(max_examples=100, deadline=None)
def test_nor_in_any_mixture_and_doing_it_twice_changes_nothing(pieces):
    clean = sanitise("".join(pieces))
    assert (wrong(clean), sanitise(clean)) == ([], clean)


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ('<h2 id="doc-scope">Scope</h2>', '<h2 id="doc-scope">Scope</h2>'),
        ('<h2 id="scope">Scope</h2>', "<h2>Scope</h2>"),
        ('<a href="#doc-scope">x</a>', '<a href="#doc-scope" rel="noopener noreferrer">x</a>'),
        ('<a href="/go/SOP-0012">x</a>', '<a href="/go/SOP-0012" rel="noopener noreferrer">x</a>'),
        (
            '<a href="https://a.example/?x=1&amp;y=2">x</a>',
            '<a href="https://a.example/?x=1&amp;y=2" rel="noopener noreferrer">x</a>',
        ),
        ('<ol start="4"><li>x</li></ol>', '<ol start="4"><li>x</li></ol>'),
        ('<span class="picture">[flow]</span>', '<span class="picture">[flow]</span>'),
        ('<img src="/files/17/" alt="Flow">', '<img src="/files/17/" alt="Flow">'),
        ('<span data-picture="12">x</span>', "<span>x</span>"),
    ],
)
def test_what_a_text_needs_stays(html, clean):
    assert sanitise(html) == clean


def test_the_box_of_a_table_is_labelled_in_the_language_of_the_reader():
    box = '<div class="table-scroll" role="group" tabindex="0"><table></table></div>'
    with translation.override("en"):
        assert sanitise(box) == box.replace('"0">', '"0" aria-label="Table">')
