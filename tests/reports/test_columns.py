import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.reports.columns import Wish, share


@pytest.mark.parametrize(
    ("wishes", "width", "widths"),
    [
        ([Wish(10, 50, 40), Wish(10, 50, 40)], 200, [100, 100]),
        ([Wish(30, 400, 10), Wish(10, 100, 10)], 20, [15, 5]),
        ([Wish(10, 12, 12), Wish(10, 500, 99)], 112, [12, 100]),
        ([], 100, []),
    ],
)
def test_the_page_is_shared(wishes, width, widths):
    assert [round(found, 1) for found in share(wishes, width)] == widths


positive = st.floats(1, 500)


@given(st.lists(st.tuples(positive, positive, positive), min_size=1, max_size=12), st.floats(50, 800))
def test_the_widths_fill_the_page(given_wishes, width):
    wishes = [Wish(least, least + more, weight) for least, more, weight in given_wishes]
    widths = share(wishes, width)
    assert sum(widths) == pytest.approx(width, abs=0.1)
    assert min(widths) > 0


@given(st.lists(st.tuples(positive, positive, positive), min_size=1, max_size=6))
def test_no_column_gets_less_than_its_longest_word_where_all_words_fit(given_wishes):
    wishes = [Wish(least, least + more, weight) for least, more, weight in given_wishes]
    widths = share(wishes, sum(wish.least for wish in wishes) + 1)
    assert [width >= wish.least - 0.001 for width, wish in zip(widths, wishes, strict=True)] == [True] * len(wishes)
