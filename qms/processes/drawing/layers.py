"""Layers of what flows: circles are broken, the longest path counts, neighbours stand near each other."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

SWEEPS = 4


def layers_of(keys: Sequence[str], arrows: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return keys in layers, so that arrows lead to the right but for those that close a circle."""
    before, order = _without_circles(keys, arrows)
    depth: dict[str, int] = {}
    for key in order:
        depth[key] = max((depth[each] + 1 for each in before[key]), default=0)
    layers = [[key for key in keys if depth[key] == at] for at in range(max(depth.values(), default=-1) + 1)]
    return _untangled(layers, before)


def _without_circles(keys: Sequence[str], arrows: Sequence[tuple[str, str]]) -> tuple[dict[str, list[str]], list[str]]:
    """Return who comes before whom, and an order that keeps to it; of each circle the arrow that leads furthest back
    in the order of the keys is left out.
    """
    place = {key: at for at, key in enumerate(keys)}
    before = {key: [start for start, end in arrows if end == key] for key in keys}
    while True:
        try:
            return before, list(TopologicalSorter(before).static_order())
        except CycleError as found:
            circle = found.args[1]
            start, end = min(pairwise(circle), key=lambda arrow: place[arrow[1]] - place[arrow[0]])
            before[end] = [each for each in before[end] if each != start]


def _untangled(layers: list[list[str]], before: Mapping[str, list[str]]) -> list[list[str]]:
    """Order each layer by the middle of its neighbours, to the right and back again."""
    after = {key: [end for end, starts in before.items() if key in starts] for key in before}
    for sweep in range(SWEEPS):
        rightwards = sweep % 2 == 0
        ats = range(1, len(layers)) if rightwards else range(len(layers) - 2, -1, -1)
        for at in ats:
            places = {key: float(place) for layer in layers for place, key in enumerate(layer)}
            layers[at] = by_middle(layers[at], before if rightwards else after, places)
    return layers


def by_middle(keys: Sequence[str], neighbours: Mapping[str, Sequence[str]], places: Mapping[str, float]) -> list[str]:
    """Return keys in the order of where their neighbours stand on average; who has none stays about where it is."""

    def middle(key: str) -> float:
        near = [places[each] for each in neighbours.get(key, ()) if each in places]
        return sum(near) / len(near) if near else places.get(key, 0.0)

    return sorted(keys, key=middle)
