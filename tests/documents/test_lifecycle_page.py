"""docs/lifecycles.md shows the table as it is in the code."""

from pathlib import Path

from documents.states import REVISION, STATE_WORDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "lifecycles.md"
START, END = "<!-- revision: from documents/states/table.py -->", "<!-- end -->"


def drawn(lifecycle) -> str:
    """The edges of a lifecycle as a Markdown table."""
    rows = ["| row | verb | from | to | who | signed as | asks |", "|---|---|---|---|---|---|---|"]
    for edge in lifecycle.edges.values():
        guards = [guard.__name__.replace("_", " ") for guard in edge.guards]
        asks = ", ".join([*(["a reason"] if edge.reason else []), *guards])
        who = ", ".join(sorted(edge.who)) or "the system"
        sources = ", ".join(sorted(edge.sources))
        rows.append(f"| {edge.row} | {edge.verb} | {sources} | {edge.to} | {who} | {edge.meaning} | {asks} |")
    return "\n".join(rows)


def test_the_page_shows_the_table_of_a_revision():
    shown = PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0].strip()
    assert shown == drawn(REVISION)


def test_every_state_is_explained_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    assert [state for state in STATE_WORDS if f"| {state} |" not in text] == []
