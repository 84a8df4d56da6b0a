import pytest

from qms.reports.body import prepare
from qms.reports.body_tables import ROOMS


def table(columns, text="word", rows=2):
    row = "".join(f"<td>{text}</td>" for _ in range(columns))
    return f"<table>{f'<tr>{row}</tr>' * rows}</table>"


@pytest.mark.parametrize(
    ("html", "prepared"),
    [
        ("<h1>Cleaning</h1><p>x</p>", "<p>x</p>"),
        ("<h1> CLEANING </h1><h2>Scope</h2>", "<h2>Scope</h2>"),
        ("<h1>Other</h1><h3>Scope</h3>", "<h2>Other</h2><h3>Scope</h3>"),
        ("<p>a</p><h1>Cleaning</h1>", "<p>a</p><h2>Cleaning</h2>"),
        ("<h3>One</h3><h6>Two</h6><h3>Three</h3>", "<h2>One</h2><h3>Two</h3><h2>Three</h2>"),
        ("<h2>a</h2><h4>b</h4><h3>c</h3>", "<h2>a</h2><h3>b</h3><h3>c</h3>"),
        ("plain <b>text</b>", "plain <b>text</b>"),
        ("", ""),
        ("a &lt;b&gt; &amp; c", "a &lt;b&gt; &amp; c"),
        ("<p onclick='x' style='y' class='title-block'>z</p>", "<p>z</p>"),
        ("<script>alert(1)</script><p>z</p>", "<p>z</p>"),
        ('<p class="note other">z</p>', '<p class="note">z</p>'),
        ('<a href="javascript:x">a</a><a href="data:text/html,x">b</a>', "<a>a</a><a>b</a>"),
        ('<a href="https://x.example/">a</a>', '<a href="https://x.example/">a</a>'),
        ("<base href='http://x/'><title>y</title><p>z</p>", "<p>z</p>"),
    ],
)
def test_a_body_is_made_ready(html, prepared):
    assert prepare(html, title="Cleaning") == prepared


@pytest.mark.parametrize(
    ("columns", "text", "classes"),
    [
        (3, "word", None),
        (7, "Verification", None),
        (9, "Verification", "dense"),
        (11, "Verification", "wide"),
        (14, "Verification", "wide dense"),
        (20, "Verification", "wide crammed"),
        (2, "x" * 900, None),
    ],
)
def test_a_wide_table_gets_smaller_letters_then_a_turned_page(columns, text, classes):
    html = prepare(table(columns, text), title="")
    found = classes is None and 'class="' not in html
    assert (found or f'<table class="{classes}">' in html, "landscape" in html) == (True, "wide" in (classes or ""))


def test_the_widths_of_the_columns_fill_the_page():
    html = prepare("<table><tr><td>a</td><td>much longer text</td></tr></table>", title="")
    widths = [float(part.split("%")[0]) for part in html.split('width="')[1:]]
    assert (len(widths), round(sum(widths)), widths[0] < widths[1]) == (2, 100, True)


def test_a_head_without_words_is_left_out():
    html = "<table><thead><tr><th></th><th> </th></tr></thead><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
    assert "thead" not in prepare(html, title="")


@pytest.mark.parametrize("span", ["2", "999999999", "x", "-1", "²"])
def test_cells_that_span_columns_do_no_harm(span):
    html = f'<table><tr><td colspan="{span}">a</td></tr><tr><td>b</td><td>c</td></tr></table>'
    assert prepare(html, title="").count("<td") == 3


def test_text_after_a_wide_table_is_kept():
    html = f"<div>before {table(20, 'Verification')} after</div>"
    assert prepare(html, title="").replace("</div>", "").endswith("after")


def test_a_table_without_cells_is_kept_as_it_is():
    assert prepare("<table></table>", title="") == "<table></table>"


def test_rooms_grow():
    assert sorted(ROOMS, key=lambda room: room.width / room.size) == list(ROOMS)
