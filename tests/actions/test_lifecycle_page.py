"""docs/lifecycles.md shows the table of an action as it is in the code."""

from qms.actions.states import ACTION, STATE_WORDS
from tests.documents.test_lifecycle_page import END, PAGE, drawn

START = "<!-- action: from qms/actions/states.py -->"


def test_the_page_shows_the_table_of_an_action():
    shown = PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0].strip()
    assert shown == drawn(ACTION)


def test_every_state_of_an_action_is_explained_on_the_page():
    text = PAGE.read_text(encoding="utf-8").partition("## An action")[2]
    assert [state for state in STATE_WORDS if f"| {state} |" not in text] == []
