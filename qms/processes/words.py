"""What the gaps of a process are called, and how its history tells that it was described anew."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.processes.sequence import Finding, Gap

GAP_WORDS: dict[Gap, Promise] = {
    Gap.NOT_DESCRIBED: _("Nobody has said yet what this process is for."),
    Gap.NO_OWNER: _("It has no owner."),
    Gap.NO_INPUT: _("It takes nothing from anybody."),
    Gap.NO_OUTPUT: _("It gives nothing to anybody."),
    Gap.NOBODY_MAKES: _("Input “%(what)s”: nobody makes it."),
    Gap.NOBODY_TAKES: _("Output “%(what)s”: nobody takes it."),
    Gap.OUT_OF_USE: _("“%(what)s”: the process at the other end is out of use."),
}


def words_of(finding: Finding) -> str:
    """Return a gap in words."""
    return str(GAP_WORDS[finding.gap]) % {"what": finding.what}


PART_WORDS: dict[str, Promise] = {
    "purpose": _("purpose"),
    "band": _("place on the map"),
    "inputs": _("inputs"),
    "outputs": _("outputs"),
    "resources": _("resources"),
    "measures": _("measures"),
    "risks": _("risks and opportunities"),
}


def told(detail: dict[str, Any]) -> str:
    """Return in words what was said anew of a process: each part, and the things that came and went."""
    changed = detail.get("changed", {})
    if changed.get("band", ["first"])[0] == "":
        return gettext("described %(process)s for the first time") % {"process": detail.get("process", "")}
    parts = [_part(str(words), changed[name]) for name, words in PART_WORDS.items() if name in changed]
    return gettext("described %(process)s: %(parts)s") % {
        "process": detail.get("process", ""),
        "parts": "; ".join(parts),
    }


def _part(words: str, change: Any) -> str:
    if not isinstance(change, dict):
        return words
    things = [f"+ {each}" for each in change["added"]] + [f"− {each}" for each in change["removed"]]
    return f"{words} ({', '.join(things)})"
