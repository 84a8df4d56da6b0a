"""How the width of a page is shared among the columns of a table (after CSS 2.1, 17.5.2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What a column asks for: not to break its longest word, at best to keep its longest text on one line.

    `weight` is how much it holds, as the mean width of its texts: what is left over goes by it.
    """

    least: float
    most: float
    weight: float


def share(wishes: Sequence[Wish], width: float) -> list[float]:
    """Return a width for each column; together they fill `width`.

    Where everything fits on one line, what is left over is shared by size. Where not, each keeps its longest word and
    the rest goes by weight. Where even the words do not fit, all give way alike.
    """
    least = sum(wish.least for wish in wishes)
    most = sum(wish.most for wish in wishes)
    if most <= width:
        return [wish.most * width / most for wish in wishes]
    if least >= width:
        return [wish.least * width / least for wish in wishes]
    return _by_weight(wishes, width - least)


def _by_weight(wishes: Sequence[Wish], spare: float) -> list[float]:
    """Share what is spare; who has all that is wished leaves the rest to the others."""
    widths = [wish.least for wish in wishes]
    waiting = [place for place, wish in enumerate(wishes) if wish.most > wish.least]
    while waiting and spare > 0.01:
        unit = spare / sum(wishes[place].weight + 1 for place in waiting)
        for place in waiting:
            given = min(unit * (wishes[place].weight + 1), wishes[place].most - widths[place])
            widths[place] += given
            spare -= given
        waiting = [place for place in waiting if wishes[place].most - widths[place] > 0.01]
    return widths
