"""Panels: what upper rooms show on a page of a lower one, each with its own template and its own right to be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Panel:
    """A part of a page. `context` takes viewer and subject, and gives None for a viewer who is not shown it."""

    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class Shown:
    """A panel that is shown: the template, and the names it is given."""

    template: str
    given: dict[str, Any]


def shown(panels: Registry[Panel], viewer: object, subject: object) -> list[Shown]:
    """Return the panels that a viewer is shown about a subject, in key order."""
    found = ((panel.template, panel.context(viewer, subject)) for panel in panels)
    return [Shown(template, given) for template, given in found if given is not None]


# On the page of a person: what they owe, for themselves, their line manager and Quality.
person_panels: Registry[Panel] = Registry("panels on the page of a person")
# In the head of the page of what one person owes: the ways to what other rooms know of it.
worker_panels: Registry[Panel] = Registry("panels on the page of what a person owes")
# On the page of a document, beside its facts: the clauses it is linked to, and what else upper rooms know of it.
document_panels: Registry[Panel] = Registry("panels on the page of a document")
# On the sheet of a process, below the turtle: its clauses and their evidence.
process_panels: Registry[Panel] = Registry("panels on the sheet of a process")
# Beside the evidence of a clause or of an edition, given either: what upper rooms make of it.
clause_panels: Registry[Panel] = Registry("panels beside the evidence of a clause or an edition")
# On the page of a kind of record, and of a record: the clauses they are linked to.
record_panels: Registry[Panel] = Registry("panels on the page of a kind of record or a record")
