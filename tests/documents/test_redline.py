"""Redlines: twelve small pairs as they must read, and what must hold for any two texts."""

from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.markdown import blocks
from documents.redline import Change, Fold, Form, Mark, PagePair, Redline, Row, compare, differing_pages, to_html
from documents.redline.words import compare_words, tokens
from qms.core.parsers import Block, Kind

SIGNS = {Change.UNCHANGED: "=", Change.CHANGED: "~", Change.ADDED: "+", Change.REMOVED: "-", Change.MOVED: ">"}
MARKS = {Mark.SAME: "{}", Mark.INSERTED: "{{+{}+}}", Mark.DELETED: "[-{}-]"}


def written(row: Row) -> str:
    """One row in one line: its sign, then its text with the marked words in brackets."""
    texts = ["".join(MARKS[piece.mark].format(piece.text) for piece in cell.segments) for cell in row.cells]
    texts = texts or ["".join(MARKS[piece.mark].format(piece.text) for piece in row.segments)]
    return SIGNS[row.change] + " " + " | ".join(texts)


def lines(before: str, after: str) -> list[str]:
    return [written(row) for row in compare(blocks(before), blocks(after)).rows]


REST = "Let the gauge and the blocks rest together for one hour at 20 °C."
ZERO = "Set zero on the 1.000 mm block and read at eleven places."
LOCK = "A gauge that fails is locked and marked with a red label on the same day."


def test_one_word_in_a_sentence():
    assert lines(REST, REST.replace("one hour", "two hours")) == [
        "~ Let the gauge and the blocks rest together for [-one hour -]{+two hours +}at 20 °C."
    ]


def test_a_number_is_one_word():
    assert lines(ZERO, ZERO.replace("1.000", "1.005")) == [
        "~ Set zero on the [-1.000 -]{+1.005 +}mm block and read at eleven places."
    ]


def test_a_sentence_added_at_the_end_of_a_paragraph():
    assert lines(ZERO, ZERO + " Do not adjust.") == ["~ " + ZERO + "{+ Do not adjust.+}"]


def test_a_paragraph_added_and_one_removed():
    assert lines(f"{REST}\n\n{ZERO}", f"{ZERO}\n\n{LOCK}") == ["- [-" + REST + "-]", "= " + ZERO, "+ {+" + LOCK + "+}"]


def test_a_paragraph_that_moved_is_marked_in_both_places():
    assert lines(f"{LOCK}\n\n{REST}\n\n{ZERO}", f"{REST}\n\n{ZERO}\n\n{LOCK}") == [
        "> [-" + LOCK + "-]",
        "= " + REST,
        "= " + ZERO,
        "> {+" + LOCK + "+}",
    ]


def test_a_heading_that_became_another_level_is_changed_though_its_words_are_not():
    rows = compare(blocks("## Scope"), blocks("### Scope")).rows
    assert [(written(row), row.kind_changed) for row in rows] == [("~ Scope", True)]


def test_a_step_inserted_between_numbered_steps():
    before = "1. Clean the blocks with alcohol.\n2. Read the gauge three times.\n"
    after = "1. Clean the blocks with alcohol.\n2. Wait until they are dry.\n3. Read the gauge three times.\n"
    assert lines(before, after) == [
        "= Clean the blocks with alcohol.",
        "+ {+Wait until they are dry.+}",
        "= Read the gauge three times.",
    ]


TABLE = "| Grade | Limit | Who |\n|---|---|---|\n| 0 | 2 µm | Ann |\n| 1 | 5 µm | Ben |\n"


def test_a_table_is_compared_row_by_row_and_cell_by_cell():
    assert lines(TABLE, TABLE.replace("5 µm", "4 µm") + "| 2 | 9 µm | Cem |\n") == [
        "= Grade | Limit | Who",
        "= 0 | 2 µm | Ann",
        "~ 1 | [-5 -]{+4 +}µm | Ben",
        "+ {+2+} | {+9 µm+} | {+Cem+}",
    ]


def test_a_column_that_went_is_gone_in_every_row():
    after = "| Grade | Who |\n|---|---|\n| 0 | Ann |\n| 1 | Ben |\n"
    assert lines(TABLE, after) == [
        "~ Grade | [-Limit-] | Who",
        "~ 0 | [-2 µm-] | Ann",
        "~ 1 | [-5 µm-] | Ben",
    ]


def test_japanese_is_compared_by_character():
    assert lines("測定器を一時間放置する。", "測定器を二時間放置する。") == ["~ 測定器を[-一-]{+二+}時間放置する。"]


def test_chinese_and_latin_letters_in_one_sentence():
    assert lines("使用 OpenChain 2.0 规范。", "使用 OpenChain 2.1 规范。") == [
        "~ 使用 OpenChain [-2.0 -]{+2.1 +}规范。"
    ]


def test_a_link_that_points_elsewhere_is_a_change():
    before, after = "See [the form](https://a.example/f1).", "See [the form](https://a.example/f2)."
    assert lines(before, after) == ["~ See the form (https://a.example/[-f1-]{+f2+})."]


def test_an_altogether_new_text_is_removed_and_added_and_not_torn_into_words():
    assert lines(REST, "Purchasing keeps the list of suppliers.") == [
        "- [-" + REST + "-]",
        "+ {+Purchasing keeps the list of suppliers.+}",
    ]


def test_scraps_between_two_replacements_are_replaced_with_them():
    before, after = "Store the old gauges in the red cupboard.", "Store the new blocks in the green drawer."
    assert lines(before, after) == [
        "~ Store the [-old gauges -]{+new blocks +}in the [-red cupboard-]{+green drawer+}."
    ]


def test_words_are_counted_and_what_moved_counts_nothing():
    found = compare(blocks(f"{LOCK}\n\n{REST}\n\n{ZERO}"), blocks(f"{REST}\n\n{ZERO} Never adjust it.\n\n{LOCK}"))
    assert (found.words_added, found.words_removed, found.places) == (3, 0, 2)


def test_equal_texts_do_not_differ():
    found = compare(blocks(TABLE), blocks(TABLE))
    assert (found.differs, found.words_added, found.words_removed, found.places) == (False, 0, 0, 0)


def test_only_changes_keeps_one_block_around_each_change_and_counts_the_rest():
    before = [Block(Kind.PARAGRAPH, f"Paragraph number {number} stands here.") for number in range(9)]
    after = [*before[:4], Block(Kind.PARAGRAPH, "Paragraph number 4 stands there."), *before[5:]]
    shown = compare(before, after).only_changes(context=1)
    assert [row.count if isinstance(row, Fold) else written(row)[:1] for row in shown] == [3, "=", "~", "=", 3]


def test_only_changes_keeps_the_heading_that_a_change_stands_under():
    before = [Block(Kind.PARAGRAPH, f"Paragraph number {number} stands here.") for number in range(9)]
    before[2] = Block(Kind.HEADING, "Intervals", level=2)
    after = [*before[:7], Block(Kind.PARAGRAPH, "Paragraph number 7 stands there."), before[8]]
    shown = compare(before, after).only_changes(context=1)
    assert [row.count if isinstance(row, Fold) else row.block.text[:9] for row in shown] == [
        2,
        "Intervals",
        3,
        "Paragraph",
        "Paragraph",
        "Paragraph",
    ]


def test_pages_are_paired_and_those_that_differ_are_marked():
    assert differing_pages(["one", "two", "three"], ["one", "new", "two ", "3"]) == [
        PagePair(1, 1, differs=False),
        PagePair(None, 2, differs=True),
        PagePair(2, 3, differs=False),
        PagePair(3, 4, differs=True),
    ]


# What is drawn


def test_inline_html_says_added_and_removed_to_screen_readers():
    found = compare(blocks("Wait one hour at least."), blocks("Wait two hours at least."))
    assert to_html(found) == (
        '<div class="prose redline"><p class="changed">Wait '
        '<del><span class="vh">removed: </span>one hour </del>'
        '<ins><span class="vh">added: </span>two hours </ins>at least.</p></div>'
    )


def test_side_by_side_html_shows_each_text_on_its_side():
    found = compare(blocks("Wait one hour at least."), blocks("Wait two hours at least."))
    assert to_html(found, Form.SIDE_BY_SIDE, names=("Revision 4", "Revision 5")) == (
        '<div class="sides redline"><p class="name">Revision 4</p><p class="name">Revision 5</p>'
        '<div class="prose"><p class="changed">Wait <del><span class="vh">removed: </span>one hour </del>at least.</p>'
        '</div><div class="prose"><p class="changed">Wait <ins><span class="vh">added: </span>two hours </ins>at least.'
        "</p></div></div>"
    )


def test_a_changed_row_of_a_table_is_marked_on_its_first_cell():
    html = to_html(compare(blocks(TABLE), blocks(TABLE.replace("5 µm", "4 µm"))))
    assert html.split("<tr")[3].removesuffix("</tbody></table></div></div>") == (
        '><td class="changed">1</td><td><del><span class="vh">removed: </span>5 </del>'
        '<ins><span class="vh">added: </span>4 </ins>µm</td><td>Ben</td></tr>'
    )


def test_lists_keep_their_numbers_and_their_depth():
    before = "1. First\n   - inner\n2. Second\n"
    after = "1. First\n   - inner\n2. Between the two others\n3. Second\n"
    assert to_html(compare(blocks(before), blocks(after))) == (
        '<div class="prose redline"><ol><li class="same" value="1">First'
        '<ul><li class="same">inner</li></ul></li>'
        '<li class="changed" value="2"><ins><span class="vh">added: </span>Between the two others</ins></li>'
        '<li class="same" value="3">Second</li></ol></div>'
    )


def test_beside_each_other_items_keep_the_numbers_of_their_side_and_what_is_below_them():
    before, after = "1. First\n2. Second\n   - inner\n", "1. New and first of all\n2. First\n3. Second\n   - inner\n"
    html = to_html(compare(blocks(before), blocks(after)), Form.SIDE_BY_SIDE)
    second = (
        '<div class="prose"><ol><li class="same" value="{}">Second<ul><li class="same">inner</li></ul></li></ol></div>'
    )
    assert html.endswith(second.format(2) + second.format(3) + "</div>")


def test_a_heading_of_another_level_says_what_it_was():
    assert to_html(compare(blocks("## Scope"), blocks("### Scope"))) == (
        '<div class="prose redline"><h4 class="changed">'
        '<span class="muted">was a heading of level 2: </span>Scope</h4></div>'
    )


def test_a_moved_block_says_where_it_is_now():
    html = to_html(compare(blocks(f"{LOCK}\n\n{REST}\n\n{ZERO}"), blocks(f"{REST}\n\n{ZERO}\n\n{LOCK}")))
    told = '<p class="moved"><span class="muted">moved {} here: </span>'
    assert (html.count(told.format("from")), html.count(told.format("to"))) == (1, 1)


def test_what_is_folded_says_how_much_it_is_and_opens():
    before = [Block(Kind.PARAGRAPH, f"Paragraph number {number} stands here.") for number in range(5)]
    after = [*before[:4], Block(Kind.PARAGRAPH, "Paragraph number 4 stands there.")]
    html = to_html(compare(before, after), context=1)
    inside = "".join(f'<p class="same">Paragraph number {number} stands here.</p>' for number in range(3))
    assert html.split('<p class="same">Paragraph number 3')[0] == (
        '<div class="prose redline"><details class="same fold"><summary>3 parts did not change</summary>'
        f"{inside}</details>"
    )


def test_a_changed_row_far_down_a_table_stands_below_the_names_of_its_columns():
    table = "| Gauge | Months |\n|---|---|\n" + "".join(f"| Number {each} | 12 |\n" for each in range(9))
    html = to_html(compare(blocks(table), blocks(table.replace("8 | 12", "8 | 6"))), context=0)
    head = '<tr class="same"><th scope="col">Gauge</th><th scope="col">Months</th></tr>'
    folded, shown = html.split("</details>")
    assert (folded.count(head), shown.split("<tbody>")[1].split("<tr><td")[0]) == (1, head)


def test_items_below_what_is_folded_keep_their_numbers():
    steps = "".join(f"{each}. Step number {each} of nine.\n" for each in range(1, 10))
    html = to_html(compare(blocks(steps), blocks(steps.replace("9 of", "9, the last of"))), context=0)
    assert html.split("</details>")[1].split(">")[1] == '<li class="changed" value="9"'


def test_beside_each_other_what_is_folded_opens_on_both_sides_at_once():
    before = [Block(Kind.PARAGRAPH, f"Paragraph number {number} stands here.") for number in range(3)]
    after = [*before[:2], Block(Kind.PARAGRAPH, "Paragraph number 2 stands there.")]
    html = to_html(compare(before, after), Form.SIDE_BY_SIDE, context=1)
    line = '<div class="prose"><p class="same">Paragraph number 0 stands here.</p></div>'
    assert html.split("<details")[1].split("</details>")[0] == (
        f' class="same fold"><summary>1 part did not change</summary><div class="sides">{line}{line}</div>'
    )


def test_markup_in_a_text_stays_text():
    found = compare([Block(Kind.PARAGRAPH, "a <b>c</b>")], [Block(Kind.PARAGRAPH, "a <script>c</script>")])
    assert "<script>" not in to_html(found)
    assert "<script>" not in to_html(found, Form.SIDE_BY_SIDE)


# What holds for any two texts

WORDS = st.sampled_from(
    ["gauge", "block", "the", "a", "1.000", "µm", "測定", "器", "rest", "zero", ".", ",", "Ann", "é"]
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
KINDS = st.sampled_from([Kind.HEADING, Kind.PARAGRAPH, Kind.LIST_ITEM, Kind.NUMBERED_ITEM, Kind.CODE])
CELLS = st.lists(TEXTS, min_size=1, max_size=4).map(tuple)
ROWS = CELLS.map(lambda cells: Block(Kind.TABLE_ROW, "\t".join(cells), 0, cells))
BLOCKS = st.one_of(st.builds(Block, KINDS, st.one_of(TEXTS, st.text(max_size=30)), st.integers(0, 4)), ROWS)
DOCUMENTS = st.lists(BLOCKS, max_size=14)


def edited(document: list[Block]) -> st.SearchStrategy[list[Block]]:
    """Texts that share much with the given one, as two revisions do."""
    return st.lists(st.one_of(st.sampled_from(document), BLOCKS) if document else BLOCKS, max_size=14)


PAIRS = DOCUMENTS.flatmap(lambda before: st.tuples(st.just(before), edited(before)))


@given(PAIRS)
@settings(max_examples=60, deadline=None)
def test_either_text_can_be_taken_from_the_redline_exactly(pair):
    found = compare(*pair)
    assert (found.before(), found.after()) == pair


@given(PAIRS)
@settings(max_examples=50, deadline=None)
def test_the_marked_words_of_each_row_make_either_text_exactly(pair):
    for row in compare(*pair).rows:
        for block, hidden in ((row.before, Mark.INSERTED), (row.after, Mark.DELETED)):
            if block is not None:
                assert said(row, hidden) == (list(block.cells) if row.cells else [block.text])


def said(row: Row, hidden: Mark) -> list[str]:
    gone = Change.ADDED if hidden is Mark.INSERTED else Change.REMOVED
    runs = [cell.segments for cell in row.cells if cell.change is not gone or row.change is gone] or [row.segments]
    return ["".join(piece.text for piece in run if piece.mark is not hidden) for run in runs]


@given(PAIRS)
@settings(max_examples=30, deadline=None)
def test_the_same_two_texts_give_the_same_redline(pair):
    assert compare(*pair) == compare(*pair)


@given(DOCUMENTS)
@settings(max_examples=80, deadline=None)
def test_a_text_compared_with_itself_does_not_differ(document):
    assert compare(document, document).differs is False


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_words_compared_give_both_texts_back_and_never_two_pieces_of_one_mark_in_a_row(before, after):
    pieces = compare_words(before, after)
    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.INSERTED) == before
    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.DELETED) == after
    assert [len(list(run)) for _mark, run in groupby(pieces, lambda piece: piece.mark)] == [1] * len(pieces)


@given(st.text(max_size=300))
def test_tokens_joined_are_the_text(text):
    assert "".join(word + space for word, space in tokens(text)) == text


@given(PAIRS)
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("form", Form)
def test_html_can_be_drawn_of_any_redline_and_is_well_formed(form, pair):
    html = to_html(compare(*pair), form)
    for tag in ("ol", "ul", "li", "table", "tr", "td", "ins", "del", "div", "p", "span"):
        assert html.count(f"<{tag}>") + html.count(f"<{tag} ") == html.count(f"</{tag}>")


def test_a_long_text_of_repeated_rows_takes_no_square_of_its_length():
    rows = [Block(Kind.TABLE_ROW, "Complete\tPartial", 0, ("Complete", "Partial"))] * 1500
    found = compare([Block(Kind.PARAGRAPH, "a"), *rows], [*rows, Block(Kind.PARAGRAPH, "b")])
    assert isinstance(found, Redline)
    assert (found.words_added, found.words_removed) == (1, 1)
