"""Short ways to say what processes take and give."""

from qms.processes.models import Flow
from qms.processes.services import describe
from qms.processes.states import Band


def say(process, by, **said):
    """Describe a process; what is not named is empty."""
    values = {"band": Band.CORE, "purpose": "To calibrate.", "inputs": [], "outputs": [], "needs": [], **said}
    return describe(process_id=process.pk, by=by, **values)


def flows():
    """What goes from whom to whom now."""
    rows = Flow.objects.filter(valid_until=None).order_by("what", "pk")
    return [(row.what, str(row.maker or row.maker_outside), str(row.taker or row.taker_outside)) for row in rows]


def form(**parts):
    """What a browser sends: `inputs`, `outputs` as pairs, `needs` as pairs of words and kind, and the rest."""
    lists = {"in": ("party", parts.pop("inputs", [])), "out": ("party", parts.pop("outputs", []))}
    lists["need"] = ("kind", parts.pop("needs", []))
    data = {"purpose": "To calibrate.", "band": "core", **parts}
    for prefix, (name, lines) in lists.items():
        data |= {f"{prefix}-TOTAL_FORMS": len(lines), f"{prefix}-INITIAL_FORMS": 0}
        for at, (what, other) in enumerate(lines):
            data |= {f"{prefix}-{at}-what": what, f"{prefix}-{at}-{name}": other}
    return data
