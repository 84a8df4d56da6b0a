"""The map of processes: layers follow the flow, nothing lies on anything else, words fit, wires end on boxes."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.processes.drawing import Edge, Node, draw
from qms.processes.drawing.layers import layers_of
from qms.processes.drawing.letters import cut, width_of
from qms.processes.drawing.parts import BOX_H, BOX_W, INSET, LETTER, MOST_LINES
from qms.processes.paper import LEAST, paper_for
from qms.processes.states import Band

WIDE = (BOX_W - 2 * INSET) / LETTER


def core(key: str) -> Node:
    return Node(key, key, band=Band.CORE)


def points(path: str) -> list[tuple[float, float]]:
    """The corners of a path, with the curves cut off."""
    found = re.findall(r"[ML]([\d.-]+) ([\d.-]+)", path)
    return [(float(x), float(y)) for x, y in found]


def lies_on(point, box) -> bool:
    x, y = point
    return box.x - 0.01 <= x <= box.x + BOX_W + 0.01 and box.y - 0.01 <= y <= box.y + BOX_H + 0.01


def crosses(a, b, box) -> bool:
    """Whether a straight piece of a wire runs through the inside of a box."""
    (x1, x2), (y1, y2) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return x1 < box.x + BOX_W - 0.01 and x2 > box.x + 0.01 and y1 < box.y + BOX_H - 0.01 and y2 > box.y + 0.01


def faults(drawing) -> list[str]:
    """All that must not be on any map."""
    boxes = {box.node.key: box for box in drawing.boxes}
    inside = drawing.boxes
    found = [
        f"{one.node.key} on {other.node.key}"
        for at, one in enumerate(inside)
        for other in inside[at + 1 :]
        if abs(one.x - other.x) < BOX_W and abs(one.y - other.y) < BOX_H
    ]
    found += [
        f"{box.node.key} outside"
        for box in inside
        if not (0 <= box.x <= drawing.width - BOX_W and 0 <= box.y <= drawing.height - BOX_H)
    ]
    found += [f"{line} too wide" for box in inside for line in box.lines if width_of(line) > WIDE]
    found += [f"{box.node.key} too tall" for box in inside if box.text and box.text[-1][0] > box.y + BOX_H]
    for arrow in drawing.arrows:
        way, name = points(arrow.path), f"{arrow.edge.start} to {arrow.edge.end}"
        ends = lies_on(way[0], boxes[arrow.edge.start]) and lies_on(way[-1], boxes[arrow.edge.end])
        found += [] if ends else [f"{name} loose"]
        found += [f"{name} over {box.node.key}" for a, b in pairwise(way) for box in inside if crosses(a, b, box)]
    return found


NAMES = st.one_of(
    st.sampled_from(
        ["Sales", "Überprüfung der Kundenaufträge", "校准与测量设备管理流程", "إدارة الجودة", "Kalibrace ľ"]
    ),
    st.text(max_size=120),
)


@st.composite
def maps(drawer):
    bands = drawer(st.lists(st.sampled_from([*Band, None]), max_size=34))
    nodes = [
        Node(f"n{at}", drawer(NAMES), f"PR-{at}" if band else "", pk=at + 1, band=band) for at, band in enumerate(bands)
    ]
    keys = st.sampled_from([node.key for node in nodes] or ["n0"])
    pairs = drawer(st.lists(st.tuples(keys, keys), max_size=60, unique=True))
    return nodes, [Edge(start, end, ("thing",)) for start, end in pairs]


@settings(max_examples=60, deadline=None, database=None)
@given(maps())
def test_whatever_the_processes_nothing_lies_on_anything_and_every_wire_joins_its_boxes(given_map):
    nodes, edges = given_map
    drawing = draw(nodes, edges)
    wanted = [edge for edge in edges if edge.start != edge.end and nodes]
    assert (len(drawing.boxes), len(drawing.arrows), faults(drawing)) == (len(nodes), len(wanted), [])


def thirty():
    """Thirty processes of three bands with sixty flows, and four parties outside."""
    bands = [Band.MANAGEMENT] * 5 + [Band.CORE] * 14 + [Band.SUPPORT] * 11
    nodes = [Node(f"p{at}", f"Process number {at} of many", f"PR-{at}", at + 1, band) for at, band in enumerate(bands)]
    nodes += [Node(key, key.title()) for key in ("customer", "supplier", "authority", "owner")]
    chain = [(f"p{at}", f"p{at + step}") for at in range(5, 18) for step in (1, 2) if at + step < 19]
    support = [(f"p{at}", f"p{5 + at % 14}") for at in range(19, 30)]
    above = [(f"p{at}", f"p{(at * 3) % 14 + 5}") for at in range(5)] + [(f"p{at * 2 + 5}", f"p{at}") for at in range(5)]
    outside = [("customer", "p5"), ("supplier", "p8"), ("p18", "authority"), ("p17", "owner"), ("customer", "p4")]
    return nodes, [Edge(start, end, ("thing",)) for start, end in chain + support + above + outside]


def test_thirty_processes_can_be_read_on_paper_and_on_a_screen_of_1280_pixels():
    drawing = draw(*thirty())
    paper = paper_for(drawing)
    on_screen = min(1, 1000 / drawing.width) * LETTER
    assert (faults(drawing), paper.name, paper.letters >= LEAST, on_screen >= 10.5) == ([], "a3", True, True)


def test_a_small_map_is_printed_on_a4_no_larger_than_it_is():
    paper = paper_for(draw([core("a"), core("b")], [Edge("a", "b", ("x",))]))
    assert (paper.name, round(paper.letters, 1)) == ("a4", 10.5)


def test_a_hundred_processes_get_the_paper_they_need():
    nodes = [Node(f"p{at}", "Process", band=list(Band)[at % 3]) for at in range(100)]
    paper = paper_for(draw(nodes, [Edge(f"p{at}", f"p{at + 1}", ("x",)) for at in range(99)]))
    assert (paper.name, paper.letters >= LEAST) == ("a1", True)


def test_layers_follow_the_flow_and_a_circle_is_broken_where_it_leads_back():
    arrows = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "d"), ("d", "c")]
    assert layers_of(["a", "b", "c", "d"], arrows) == [["a"], ["b", "d"], ["c"]]


def test_two_that_feed_each_other_have_two_arrows_that_do_not_run_on_each_other():
    drawing = draw([core("a"), core("b")], [Edge("a", "b", ("x",)), Edge("b", "a", ("y",))])
    heights = [{y for _x, y in points(arrow.path)} for arrow in drawing.arrows]
    assert (faults(drawing), [len(each) for each in heights], heights[0] & heights[1]) == ([], [1, 1], set())


def test_a_process_that_gives_to_itself_and_one_without_any_flow_have_their_place():
    drawing = draw([core("a"), core("b")], [Edge("a", "a", ("x",)), Edge("a", "gone", ("y",))])
    assert ([box.node.key for box in drawing.boxes], drawing.arrows) == (["a", "b"], [])


def test_bands_stand_in_their_order_and_an_empty_one_takes_no_room():
    drawing = draw([Node("s", "S", band=Band.SUPPORT), core("c")], [])
    assert [stripe.band for stripe in drawing.stripes] == [Band.CORE, Band.SUPPORT]
    assert draw([], []).boxes == []


def test_a_band_of_many_stands_in_rows_of_about_equal_length_over_the_whole_width():
    drawing = draw([Node(f"s{at}", "S", band=Band.SUPPORT) for at in range(14)], [])
    rows = [sum(box.y == y for box in drawing.boxes) for y in sorted({box.y for box in drawing.boxes})]
    assert (rows, len({box.x for box in drawing.boxes})) == ([5, 5, 4], 5)


def test_parties_outside_stand_left_of_operation_when_they_give_and_right_when_they_take():
    nodes = [Node("from", "Customer"), Node("to", "Customer"), core("a")]
    drawing = draw(nodes, [Edge("from", "a", ("x",)), Edge("a", "to", ("y",))])
    assert [box.node.key for box in sorted(drawing.boxes, key=lambda box: box.x)] == ["from", "a", "to"]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("", []),
        ("Calibration", ["Calibration"]),
        ("Calibration of measuring equipment", ["Calibration of", "measuring", "equipment"]),
        (
            "Calibration of measuring equipment in all three plants",
            ["Calibration of", "measuring", "equipment in a…"],
        ),
        ("Qualitätsmanagementsystembewertungsverfahren", ["Qualitätsmanage", "mentsystembew", "ertungsverfahren"]),
    ],
)
def test_a_title_takes_three_lines_at_most_and_what_has_no_room_is_marked(title, lines):
    assert cut(title, WIDE, MOST_LINES) == lines
