"""The map of processes as a drawing: boxes in bands and layers, wires between them. Pure, no template and no table.

Management above, operation in the middle from left to right in the order in which things flow, support below; parties
outside stand at both ends. Layers as in Sugiyama, Tagawa and Toda (1981); wires run in channels between the boxes and
never over one, each on a track of its own (the left-edge rule of Hashimoto and Stevens, 1971).
"""

from collections.abc import Iterable, Sequence

from qms.processes.drawing.parts import Box, Drawing, Edge, Node
from qms.processes.drawing.placing import place
from qms.processes.drawing.routing import Routes
from qms.processes.drawing.setting import set_out

__all__ = ["Box", "Drawing", "Edge", "Node", "draw"]


def draw(nodes: Sequence[Node], edges: Iterable[Edge]) -> Drawing:
    """Return the map of these nodes; edges that lead to none of them, or back to where they begin, are left out."""
    known = {node.key for node in nodes}
    edges = [edge for edge in edges if edge.start in known and edge.end in known and edge.start != edge.end]
    grid = place(nodes, edges)
    return set_out(nodes, grid, Routes(grid, edges))
