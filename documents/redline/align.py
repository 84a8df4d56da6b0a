"""Which block of one text is which block of the other: equal ones first, then the most alike in between. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from documents.redline.words import words
from qms.core.parsers.model import Block, Kind

Pair = tuple[int, int]

# From this likeness on two blocks are one block that was changed; neighbours that stand alone need less.
_ALIKE = 0.4
_ALIKE_ALONE = 0.25
# Words that stand in more blocks of a gap than this do not suggest that two blocks belong together.
_COMMON = 12
_CANDIDATES = 4
# Gaps up to this size are looked at pair by pair.
_SMALL_GAP = 900
# Two gaps that share no unique block are followed for so many insertions and deletions.
_MOST_STEPS = 300


def align(before: Sequence[Block], after: Sequence[Block]) -> list[Pair]:
    """Return the pairs of blocks that belong together, in order and without crossing."""
    equal = _equal([_key(block) for block in before], [_key(block) for block in after], 0, 0)
    pairs: list[Pair] = []
    last = (-1, -1)
    for pair in [*equal, (len(before), len(after))]:
        pairs += _alike(before, after, (last[0] + 1, pair[0]), (last[1] + 1, pair[1]))
        pairs.append(pair)
        last = pair
    return pairs[:-1]


def _key(block: Block) -> Hashable:
    return (block.kind is Kind.TABLE_ROW, block.cells or block.text)


def _equal(old: Sequence[Hashable], new: Sequence[Hashable], at: int, to: int) -> list[Pair]:
    """Return pairs of equal keys: common ends, then keys that are unique on both sides, then what lies between."""
    start = _common(old, new)
    rest = min(len(old), len(new)) - start
    end = min(_common(old[::-1], new[::-1]), rest)
    inner_old, inner_new = old[start : len(old) - end], new[start : len(new) - end]
    found = [(at + step, to + step) for step in range(start)]
    found += _between(inner_old, inner_new, at + start, to + start)
    tail = (at + len(old) - end, to + len(new) - end)
    return found + [(tail[0] + step, tail[1] + step) for step in range(end)]


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    count = 0
    for was, now in zip(old, new, strict=False):
        if was != now:
            break
        count += 1
    return count


def _between(old: Sequence[Hashable], new: Sequence[Hashable], at: int, to: int) -> list[Pair]:
    if not old or not new:
        return []
    anchors = _anchors(old, new)
    if not anchors:
        return [(at + i, to + j) for i, j in _shortest(old, new)]
    found: list[Pair] = []
    last = (-1, -1)
    for i, j in [*anchors, (len(old), len(new))]:
        found += _equal(old[last[0] + 1 : i], new[last[1] + 1 : j], at + last[0] + 1, to + last[1] + 1)
        found.append((at + i, to + j))
        last = (i, j)
    return found[:-1]


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """Return the longest row of keys that are unique on both sides and stand in the same order (patience)."""
    once_old, once_new = _once(old), _once(new)
    shared = [(at, once_new[key]) for key, at in once_old.items() if key in once_new]
    return _longest(shared)


def _once(keys: Sequence[Hashable]) -> dict[Hashable, int]:
    counts = Counter(keys)
    return {key: at for at, key in enumerate(keys) if counts[key] == 1}


def _longest(pairs: Sequence[Pair]) -> list[Pair]:
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for at, (_i, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(piles[pile - 1] if pile else -1)
        tops[pile:] = [j] if pile == len(tops) else [j, *tops[pile + 1 :]]
        piles[pile:] = [at] if pile == len(piles) else [at, *piles[pile + 1 :]]
    found: list[Pair] = []
    at = piles[-1] if piles else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _shortest(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """Return the pairs kept by the shortest way from one to the other (Myers 1986); none when it is too long."""
    furthest = {1: 0}
    trails: list[dict[int, int]] = []
    for steps in range(_MOST_STEPS):
        trails.append(dict(furthest))
        for line in range(-steps, steps + 1, 2):
            down = line == -steps or (line != steps and furthest[line - 1] < furthest[line + 1])
            i = furthest[line + 1] if down else furthest[line - 1] + 1
            while i < len(old) and i - line < len(new) and old[i] == new[i - line]:
                i += 1
            furthest[line] = i
            if i >= len(old) and i - line >= len(new):
                return _walked(trails, len(old), len(new))
    return []


def _walked(trails: list[dict[int, int]], i: int, j: int) -> list[Pair]:
    """Go the way back and collect the pairs that were kept on it."""
    found: list[Pair] = []
    for steps in range(len(trails) - 1, -1, -1):
        furthest, line = trails[steps], i - j
        down = line == -steps or (line != steps and furthest[line - 1] < furthest[line + 1])
        before = line + 1 if down else line - 1
        start = furthest[before]
        while i > start and j > start - before:
            i, j = i - 1, j - 1
            found.append((i, j))
        i, j = start, start - before
    return found[::-1]


def _alike(before: Sequence[Block], after: Sequence[Block], old: Pair, new: Pair) -> list[Pair]:
    """Return the pairs of a gap that are alike enough, chosen so that their likeness adds up to the most."""
    if old[0] == old[1] or new[0] == new[1]:
        return []
    bags_old = {at: Counter(words(before[at].text)) for at in range(*old)}
    bags_new = {at: Counter(words(after[at].text)) for at in range(*new)}
    alone = len(bags_old) == len(bags_new) == 1
    scored = []
    for i, j in _candidates(bags_old, bags_new):
        score = _likeness(before[i], after[j], bags_old[i], bags_new[j])
        if score >= (_ALIKE_ALONE if alone else _ALIKE):
            scored.append((i, j, score))
    return _best_chain(scored)


def _candidates(old: dict[int, Counter[str]], new: dict[int, Counter[str]]) -> Iterator[Pair]:
    """Give the pairs worth looking at: all of a small gap, those that share rare words of a large one."""
    if len(old) * len(new) <= _SMALL_GAP:
        yield from ((i, j) for i in old for j in new)
        return
    places: dict[str, list[int]] = {}
    for j, bag in new.items():
        for word in bag:
            places.setdefault(word, []).append(j)
    for i, bag in old.items():
        shared = Counter(j for word in bag for j in places.get(word, ()) if len(places[word]) <= _COMMON)
        yield from ((i, j) for j, _count in shared.most_common(_CANDIDATES))


def _likeness(was: Block, now: Block, old: Counter[str], new: Counter[str]) -> float:
    """Return how alike two blocks are, from 0 to 1: the share of words in common, or of cells in a table row."""
    if (was.kind is Kind.TABLE_ROW) != (now.kind is Kind.TABLE_ROW):
        return 0.0
    total = old.total() + new.total()
    by_words = 2 * (old & new).total() / total if total else 0.0
    if was.kind is not Kind.TABLE_ROW:
        return by_words + 0.01 * (was.kind == now.kind)
    filled = [pair for pair in zip(was.cells, now.cells, strict=False) if any(pair)]
    by_cells = sum(1 for left, right in filled if left == right) / len(filled) if filled else 0.0
    return max(by_words, by_cells)


def _best_chain(scored: list[tuple[int, int, float]]) -> list[Pair]:
    """Return the pairs without crossings whose scores add up to the most (a Fenwick tree of best chains)."""
    ordered = sorted(scored, key=lambda pair: (pair[0], -pair[1]))
    ranks = {j: rank for rank, j in enumerate(sorted({j for _i, j, _score in ordered}), start=1)}
    tree: list[tuple[float, int]] = [(0.0, -1)] * (len(ranks) + 1)
    before: list[int] = []
    for at, (_i, j, score) in enumerate(ordered):
        best = _up_to(tree, ranks[j] - 1)
        before.append(best[1])
        _raise_from(tree, ranks[j], (best[0] + score, at))
    found: list[Pair] = []
    at = _up_to(tree, len(ranks))[1]
    while at >= 0:
        found.append(ordered[at][:2])
        at = before[at]
    return found[::-1]


def _up_to(tree: list[tuple[float, int]], rank: int) -> tuple[float, int]:
    best = (0.0, -1)
    while rank > 0:
        best = max(best, tree[rank], key=lambda chain: chain[0])
        rank -= rank & -rank
    return best


def _raise_from(tree: list[tuple[float, int]], rank: int, chain: tuple[float, int]) -> None:
    while rank < len(tree):
        if chain[0] > tree[rank][0]:
            tree[rank] = chain
        rank += rank & -rank
