"""A lifecycle is a table: pure data and pure functions, drawn as buttons, answered in the API, walked by tests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qms.core.errors import NotPermitted, RuleBroken

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known about a row after it was locked. `standing` holds the rights and relations of who acts."""

    standing: frozenset[str]


F = TypeVar("F", bound=Facts)
Guard = Callable[[F], Words | None]


@dataclass(frozen=True, kw_only=True)
class Edge(Generic[F]):
    """One edge: from which states, to which, who may go it, what it asks.

    `row` is the row of the lifecycle tables in docs/lifecycles.md, `who` the standings of which one is enough
    (none: the system alone), `meaning` the signature meaning it asks for, `reason` whether words are demanded.
    """

    verb: str
    row: str
    label: Words
    sources: frozenset[str]
    to: str
    who: frozenset[str] = field(default_factory=frozenset)
    meaning: str = ""
    reason: bool = False
    guards: tuple[Guard[F], ...] = ()


class Lifecycle(Generic[F]):
    """The edges of one kind of record, asked by verb and by state."""

    def __init__(self, name: str, edges: Iterable[Edge[F]], words: Mapping[str, Words]) -> None:
        self.name = name
        self.words = dict(words)
        self.edges: dict[str, Edge[F]] = {}
        for edge in edges:
            if edge.verb in self.edges:
                raise ValueError(f"{name} has two edges {edge.verb!r}")
            self.edges[edge.verb] = edge

    def edge(self, verb: str) -> Edge[F]:
        """Return the edge of a verb; raise KeyError for an unknown one (a mistake of ours, not of a person)."""
        return self.edges[verb]

    def offered(self, state: str, facts: F) -> list[Edge[F]]:
        """Return the edges that this standing may go from this state, whether or not their guards hold yet."""
        return [edge for edge in self.edges.values() if state in edge.sources and edge.who & facts.standing]

    def objections(self, verb: str, facts: F) -> list[str]:
        """Return why an edge cannot be gone now, as sentences; empty when every guard holds."""
        answers = (guard(facts) for guard in self.edge(verb).guards)
        return [str(answer) for answer in answers if answer is not None]

    def check(self, verb: str, state: str, facts: F, *, reason: str = "", system: bool = False) -> Edge[F]:
        """Return the edge, or raise what stands against going it: state, right, reason, guards, in that order.

        Raises RuleBroken (wrong state, missing reason, guard) or NotPermitted (no standing for this edge).
        """
        edge = self.edge(verb)
        if state not in edge.sources:
            raise RuleBroken(
                _("This cannot be done now: it is “%(state)s”.") % {"state": self.state_words(state)},
                code="wrong_state",
            )
        if not system and not edge.who & facts.standing:
            raise NotPermitted(_("You may not do this here."))
        if edge.reason and not reason.strip():
            raise RuleBroken(_("Please give a reason."), code="reason_missing")
        for objection in self.objections(verb, facts):
            raise RuleBroken(objection, code="guard")
        return edge

    def state_words(self, state: str) -> str:
        """Return a state as people say it."""
        return str(self.words[state])
