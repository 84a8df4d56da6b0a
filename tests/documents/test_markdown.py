"""Markdown as the house writes it: what is drawn, what is refused, what is taken out of it."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.markdown import Heading, attachments, blocks, outline, plain_text, render, rendered
from documents.redline import compare
from qms.core.errors import RuleBroken
from qms.core.parsers import Block, Kind
from qms.core.parsers.sanitise import sanitise

BOX = '<div class="table-scroll" role="group" tabindex="0" aria-label="Table">'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Scope\n", '<h1 id="doc-scope">Scope</h1>\n'),
        ("## Größe & 測定\n", '<h2 id="doc-größe-測定">Größe &amp; 測定</h2>\n'),
        ("# A\n\n# A\n", '<h1 id="doc-a">A</h1>\n<h1 id="doc-a-2">A</h1>\n'),
        ("# ?!\n", '<h1 id="doc-section">?!</h1>\n'),
        ("a **b** *c* ~~d~~ `e`", "<p>a <strong>b</strong> <em>c</em> <s>d</s> <code>e</code></p>\n"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("4. four\n5. five\n", '<ol start="4">\n<li>four</li>\n<li>five</li>\n</ol>\n'),
        ("- [ ] open\n- [x] done\n", "<ul>\n<li>☐ open</li>\n<li>☑ done</li>\n</ul>\n"),
        ("```py\nx < 1\n```\n", "<pre><code>x &lt; 1\n</code></pre>\n"),
        ("one<br>two<br/>three", "<p>one<br>\ntwo<br>\nthree</p>\n"),
        ("a <!-- hidden --> b", "<p>a  b</p>\n"),
        ("<!-- hidden\n\nstill -->\ntext", "<p>text</p>\n"),
        ("a <!-- never ended", "<p>a &lt;!-- never ended</p>\n"),
        ("<b onclick=x>bold</b>", "<p>&lt;b onclick=x&gt;bold&lt;/b&gt;</p>\n"),
        ("<enter name>", "<p>&lt;enter name&gt;</p>\n"),
        ("---\nowner: Ann\n---\ntext", "<p>text</p>\n"),
        ("a \u202eb\0c", "<p>a bc</p>\n"),
        ("", ""),
    ],
)
def test_marks_become_html_and_html_stays_text(text, html):
    assert render(text) == html


def test_a_table_stands_in_a_box_that_scrolls():
    assert render("| a | b |\n|---|--:|\n| 1<br>2 | 3 |\n") == (
        f"{BOX}<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n"
        "<tr>\n<td>1<br>\n2</td>\n<td>3</td>\n</tr>\n</tbody>\n</table></div>\n"
    )


def test_notes_lead_down_and_back():
    html = render("Rest[^1].\n\n[^1]: At 20 °C.\n")
    assert '<a href="#doc-fn1" id="doc-fnref1" rel="noopener noreferrer">[1]</a>' in html
    assert '<li id="doc-fn1"><p>At 20 °C. <a href="#doc-fnref1" rel="noopener noreferrer">↩︎</a></p>' in html


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("mailto:a@a.example", "mailto:a@a.example"),
        ("/go/SOP-0012", "/go/SOP-0012"),
        ("#scope", "#doc-scope"),
        ("other.md", None),
        ("//evil.example", None),
        ("/accounts/logout/", None),
        ("ftp://a.example", None),
    ],
)
def test_links_lead_out_into_the_text_or_to_a_document_by_its_number_and_are_text_otherwise(target, kept):
    shown = "x" if kept is None else f'<a href="{kept}" rel="noopener noreferrer">x</a>'
    assert render(f"[x]({target})") == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "vbscript:x", "data:text/html,x", "file:///x"]
)
def test_an_address_that_does_something_is_shown_as_it_was_written(target):
    assert render(f"[x]({target})") == f"<p>[x]({target})</p>\n"


def test_a_picture_is_shown_only_when_it_is_attached():
    known = {"flow 1.png": "/files/17/"}
    text = "![Flow](attachment:flow%201.png) ![Other](attachment:other.png) ![Web](https://a.example/x.png)"
    assert render(text, pictures=known.get) == (
        '<p><img alt="Flow" src="/files/17/"> <span class="picture">[Other]</span> '
        '<span class="picture">[Web]</span></p>\n'
    )
    assert render(text).count('<span class="picture">') == 3


def test_a_picture_s_description_cannot_break_out_of_it():
    html = render('![" onerror="alert(1)](attachment:a)', pictures=lambda name: "/files/1/")
    assert html == '<p><img alt="&quot; onerror=&quot;alert(1)" src="/files/1/"></p>\n'


def test_the_names_of_attached_pictures_are_found():
    text = "![a](attachment:a.png) ![b](attachment:b%20c.png)\n\n![a](attachment:a.png) ![x](https://a.example/x.png)"
    assert attachments(text) == ["a.png", "b c.png"]


def test_the_outline_has_the_anchors_that_are_drawn():
    text = "# Calibration\n\n## Scope\n\n## Scope\n\n#### **Deep** `x`\n"
    assert outline(text) == [
        Heading(1, "Calibration", "doc-calibration"),
        Heading(2, "Scope", "doc-scope"),
        Heading(2, "Scope", "doc-scope-2"),
        Heading(4, "Deep x", "doc-deep-x"),
    ]
    assert [f'id="{each.anchor}"' in render(text) for each in outline(text)] == [True] * 4


def test_blocks_for_redlines():
    text = "# A\n\npar\nagraph\n\n1. one\n   - two\n\n| x | y |\n|---|---|\n| 1 |  |\n\n```\ncode\n  more\n```\n"
    assert blocks(text) == (
        Block(Kind.HEADING, "A", 1),
        Block(Kind.PARAGRAPH, "par agraph"),
        Block(Kind.NUMBERED_ITEM, "one", 1),
        Block(Kind.LIST_ITEM, "two", 2),
        Block(Kind.TABLE_ROW, "x\ty", 0, ("x", "y")),
        Block(Kind.TABLE_ROW, "1", 0, ("1", "")),
        Block(Kind.CODE, "code\n  more"),
    )


def test_plain_text_is_what_a_text_says():
    assert plain_text("# A\n\n**b** [c](https://d.example)\n\n- e\n") == "A\nb c (https://d.example)\ne"


def test_a_text_without_end_is_refused_in_words():
    with pytest.raises(RuleBroken, match="more than 400000 characters"):
        render("a" * 400_001)


@pytest.mark.parametrize("sign", ["[", "![", "*a_", "a`", "<!--", "**a", "[a](b "])
def test_a_paragraph_of_nothing_but_marks_is_shown_as_it_was_written(sign):
    assert plain_text(sign * 8_000) == (sign * 8_000).strip()


SIGNS = st.text(alphabet="#*_`[]()!<>|-1.\n ab&\"'\\~:^", max_size=80)


@given(st.one_of(st.text(max_size=300), SIGNS))
@settings(max_examples=100, deadline=None)
def test_any_text_at_all_is_drawn_clean(text):
    html = render(text)
    assert (sanitise(html), "<script" in html) == (html, False)
    assert compare(blocks(text), blocks(text)).differs is False


BESIDE = Path(__file__).resolve().parents[3] / "shared" / "corpora"


def test_every_procedure_of_the_corpora_is_drawn_with_all_of_its_tables():
    folder = Path(os.environ.get("QMS_CORPORA", BESIDE)) / "g1-openregulatory-md"
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder.parent}; QMS_CORPORA names their folder")
    wrong = []
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text()
        lines = [set(line.strip()) for line in text.splitlines() if line.strip().startswith("|")]
        rules = sum(1 for signs in lines if signs <= set("|-: "))
        empty = sum(1 for signs in lines if signs <= set("| "))
        wrong += [path.name] if not rules - empty <= render(text).count("<table>") <= rules else []
    assert wrong == []


@pytest.mark.parametrize(
    "text", ["<!--\n" * 8000 + "--> x", "<!--\n" * 8000, "a <!--\n" * 8000, "- <!--\n" * 8000, "> <!--\n" * 2000]
)
def test_comments_that_begin_again_and_again_are_read_once(text):
    start = time.process_time()
    render(text)
    assert time.process_time() - start < 3


def test_a_comment_ends_at_its_own_end_wherever_it_began():
    text = "<!-- one\n-->\n\nfirst\n\n> <!-- two -->\n> second\n\n<!--\nthree --> tail\n\n<!-- never"
    shown = plain_text(text)
    assert shown.splitlines()[:2] == ["first", "second"]
    assert "never" in shown


def test_a_text_of_more_pieces_than_anybody_reads_is_shown_as_it_was_written():
    text = "| a | b |\n|---|---|\n" + "| c | d |\n" * 8000
    html = render(text)
    assert html.startswith("<p>This text has more than 30000 lines and cells")
    assert html.count("| c | d |") == 8000


def test_a_text_that_is_read_again_is_not_drawn_again():
    text = "# Kept\n\nAs it was."
    assert rendered(text) is rendered(text)
    assert rendered(text) == render(text)
