"""The table that docs/performance.md shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HEAD = """# Speed

What `bench/run` measured on {day}: each figure beside its limit, taken in the same run on the same machine, so that
the ratio tells more than the milliseconds. Nothing in this file is typed in; run `bench/run --size {size}` to measure
your own machine.

**Who asks**: an ordinary user, a reader at one site with one role. **The bare list** is the same fifty documents from
plain Django: session, person, rows with what is joined, revisions, one template, no rights, no shell around it.
**WeasyPrint alone** sets the same text with the same sheets as the same kind of file (tagged PDF/A-3u). Pages are asked
through WSGI in one process; the median of {rounds} is shown, ours and the limit turn by turn.

**The world** ({size}): {world}. `script/manage make_world --size {size}` makes it.

**The machine**: {machine}.{busy}
"""
BUSY = " Other work ran on it at the time (load {load}): every absolute figure is better on a machine at rest."
ROW = "| {work} | {ratio} | {ours} | {limit} | {queries} | {budget} | {holds} |"


def write(file: Path, runs: Sequence[Mapping[str, Any]], rounds: int) -> None:
    """Write the page for these runs, one table for each database."""
    file.write_text("\n".join(_page(runs, rounds)) + "\n", encoding="utf-8")


def _page(runs: Sequence[Mapping[str, Any]], rounds: int) -> Iterator[str]:
    first = runs[0]
    machine = first["machine"]
    yield HEAD.format(
        day=datetime.now(UTC).date().isoformat(),
        size=first["size"],
        rounds=rounds,
        world=", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in first["world"].items()),
        machine="{processor}, {cores} cores, {memory}, {system}, Python {python}".format(**machine),
        busy=BUSY.format(**machine) if machine["load"] > 1 else "",
    )
    for run in runs:
        yield f"## {run['database']}\n"
        yield "| work | ratio | measured | limit | queries | budget | holds |"
        yield "|---|---|---|---|---|---|---|"
        yield from _rows(run["figures"])
        yield ""


def _rows(figures: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for figure in figures:
        unit = figure["unit"]
        note = f" ({figure['note']})" if figure["note"] else ""
        yield ROW.format(
            work=figure["work"],
            ratio=f"**{figure['ratio']:.2f} ×**" if figure["ratio"] is not None else "",
            ours=f"{_number(figure['ours'])} {unit}{note}",
            limit=f"{_number(figure['limit'])} {unit}" if figure["limit"] is not None else "",
            queries=figure["queries"] if figure["queries"] is not None else "",
            budget=figure["budget"],
            holds={True: "yes", False: "**no**", None: ""}[figure["holds"]],
        )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
