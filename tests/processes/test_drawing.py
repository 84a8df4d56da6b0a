"""The map of processes: layers follow the flow, circles are broken, nothing lies on anything else."""

from qms.processes.drawing import BOX_H, BOX_W, Edge, Node, cut, draw, layers_of
from qms.processes.states import Band


def test_layers_follow_the_flow_and_a_circle_is_broken_where_it_leads_back():
    arrows = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "d"), ("d", "c")]
    assert layers_of(["a", "b", "c", "d"], arrows) == [["a"], ["b", "d"], ["c"]]


def test_a_process_that_gives_to_itself_and_one_without_any_flow_have_their_place():
    drawing = draw([_core("a"), _core("b")], [Edge("a", "a", ("x",)), Edge("a", "gone", ("y",))])
    assert ([box.node.key for box in drawing.boxes], drawing.arrows) == (["a", "b"], [])


def test_no_two_boxes_of_thirty_processes_lie_on_each_other_and_all_lie_inside():
    bands = [Band.MANAGEMENT] * 7 + [Band.CORE] * 14 + [Band.SUPPORT] * 9
    nodes = [Node(f"p{at}", f"Process number {at} of many", band=band) for at, band in enumerate(bands)]
    nodes += [Node("customer", "Customer"), Node("supplier", "Supplier")]
    edges = [Edge(f"p{at}", f"p{(at * 7 + 3) % 30}", ("thing",)) for at in range(30)]
    edges += [Edge("supplier", "p7", ("steel",)), Edge("p20", "customer", ("gauge",))]
    drawing = draw(nodes, edges)
    boxes = drawing.boxes
    over = [
        (one.node.key, other.node.key)
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if abs(one.x - other.x) < BOX_W and abs(one.y - other.y) < BOX_H
    ]
    outside = [box.node.key for box in boxes if box.x < 0 or box.x + BOX_W > drawing.width or box.y < 0]
    assert (len(boxes), over, outside, max(box.y + BOX_H for box in boxes) <= drawing.height) == (32, [], [], True)


def test_bands_stand_in_their_order_and_an_empty_one_takes_no_room():
    drawing = draw([Node("s", "S", band=Band.SUPPORT), _core("c")], [])
    assert [stripe.band for stripe in drawing.stripes] == [Band.CORE, Band.SUPPORT]
    assert draw([], []).boxes == []


def test_a_title_takes_two_lines_at_most():
    assert cut("Calibration of measuring equipment in all three plants") == ("Calibration of", "measuring equipment …")


def _core(key: str) -> Node:
    return Node(key, key, band=Band.CORE)
