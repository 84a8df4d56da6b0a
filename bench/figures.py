"""What was measured, beside its limit and its budget."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    `ours` and `limit` are in the unit named (ms, s, /s); `ratio` is ours over the limit where there is one; `queries`
    where they are counted. `holds` is None where the budget is for another size or database.
    """

    work: str
    budget: str
    ours: float
    unit: str = "ms"
    limit: float | None = None
    ratio: float | None = None
    queries: int | None = None
    holds: bool | None = None
    note: str = ""


def of_page(work: str, pair: tuple[float, float], queries: int, *, most: float, most_queries: int) -> Figure:
    """Return the figure of a page beside the bare list."""
    ours, limit = pair
    ratio = ours / limit
    budget = f"≤ {most} × bare, ≤ {most_queries} queries" if most_queries else f"≤ {most} × bare"
    holds = ratio <= most and (not most_queries or queries <= most_queries)
    return Figure(work, budget, ours * 1000, "ms", limit * 1000, ratio, queries, holds)


def of_time(work: str, took: float, *, most: float, unit: str = "ms", note: str = "", scale: float = 1) -> Figure:
    """Return the figure of a piece of work with a budget of seconds.

    `scale` is the world's share of the normal one, for work that grows with it: its budget says nothing of a smaller.
    """
    factor = 1000 if unit == "ms" else 1
    holds = took <= most if scale >= 1 else None
    return Figure(work, f"≤ {most * factor:g} {unit}", took * factor, unit, holds=holds, note=note)


def of_ratio(work: str, ours: float, limit: float, *, most: float, against: str) -> Figure:
    """Return the figure of a piece of work beside a raw tool."""
    ratio = ours / limit
    return Figure(work, f"≤ {most} × {against}", ours * 1000, "ms", limit * 1000, ratio, holds=ratio <= most)
