"""Questions about processes: the register, the map, one turtle sheet, and what their interaction leaves open."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from qms.core import canonical
from qms.organization.models import Process, User
from qms.organization.queries import may
from qms.organization.states import Scope
from qms.processes.drawing import Drawing, Edge, Node, draw
from qms.processes.models import NOW, Description, Flow, Resource
from qms.processes.rights import Can
from qms.processes.sequence import Finding, Step, Thing, findings
from qms.processes.states import Band, ResourceKind


def may_describe(person: User, process: Process) -> bool:
    """Return whether a person may say what a process takes, gives and needs."""
    return may(person, Can.DESCRIBE, Scope(process.site_id, process.pk))


def processes_in_use() -> QuerySet[Process]:
    """Return the processes in use with owner and site, by number."""
    return Process.objects.filter(is_active=True).select_related("owner", "site").order_by("number")


def processes_listed() -> QuerySet[Process]:
    """Return all processes, in use and out of it."""
    return Process.objects.all()


def processes_out_of_use() -> QuerySet[Process]:
    """Return the processes that are out of use, by number."""
    return Process.objects.filter(is_active=False).order_by("number")


@dataclass(frozen=True)
class Overview:
    """The processes, what is said of each, what goes between them, and what that leaves open by process."""

    processes: Sequence[Process]
    descriptions: dict[int, Description]
    flows: Sequence[Flow]
    gaps: dict[int, list[Finding]]

    @property
    def drawing(self) -> Drawing:
        """Return the map."""
        return draw(list(_nodes(self.processes, self.descriptions, self.flows)), _edges(self.flows))


def overview() -> Overview:
    """Return the processes in use, what goes to and from them and what is open, in three queries."""
    processes = list(processes_in_use())
    used = Q(maker__is_active=True) | Q(taker__is_active=True)
    flows = list(Flow.objects.filter(NOW & used).select_related("maker", "taker").order_by("what", "pk"))
    said = {each.process_id: each for each in Description.objects.filter(NOW)}
    steps = [Step(each.pk, each.pk in said, each.owner_id is not None) for each in processes]
    gaps: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings(steps, map(_thing, flows)):
        gaps[finding.process].append(finding)
    return Overview(processes, said, flows, dict(gaps))


def _thing(flow: Flow) -> Thing:
    return Thing(flow.what, flow.maker_id, flow.taker_id, flow.maker_outside, flow.taker_outside)


def _nodes(processes: Iterable[Process], descriptions: dict[int, Description], flows: Iterable[Flow]) -> Iterable[Node]:
    for process in processes:
        said = descriptions.get(process.pk)
        band = Band(said.band) if said else Band.SUPPORT
        yield Node(_key(process.pk), process.name, process.number, band=band, pk=process.pk)
    outside = {(end, name): None for flow in flows for end, name in _outside(flow)}
    for end, name in outside:
        yield Node(f"{end}:{name}", name)


def _outside(flow: Flow) -> list[tuple[str, str]]:
    ends = [("from", flow.maker_outside), ("to", flow.taker_outside)]
    return [(end, name) for end, name in ends if name]


def _edges(flows: Iterable[Flow]) -> list[Edge]:
    """Return one edge for all that goes from one to another."""
    things: dict[tuple[str, str], list[str]] = defaultdict(list)
    for flow in flows:
        start = _key(flow.maker_id) if flow.maker_id else f"from:{flow.maker_outside}"
        end = _key(flow.taker_id) if flow.taker_id else f"to:{flow.taker_outside}"
        things[start, end].append(flow.what)
    return [Edge(start, end, tuple(sorted(what))) for (start, end), what in things.items()]


def _key(process: int) -> str:
    return f"process:{process}"


def resources_by_process() -> dict[int, list[Resource]]:
    """Return what each process needs now."""
    found: dict[int, list[Resource]] = defaultdict(list)
    for each in Resource.objects.filter(NOW).order_by("kind", "what"):
        found[each.process_id].append(each)
    return dict(found)


@dataclass(frozen=True)
class Sheet:
    """One process: what is said of it now."""

    process: Process
    description: Description | None
    inputs: Sequence[Flow]
    outputs: Sequence[Flow]
    resources: Sequence[Resource]
    gaps: Sequence[Finding]

    @property
    def people(self) -> list[Resource]:
        """Return with whom the process works."""
        return [each for each in self.resources if each.kind == ResourceKind.PEOPLE]

    @property
    def things(self) -> list[Resource]:
        """Return with what the process works."""
        return [each for each in self.resources if each.kind != ResourceKind.PEOPLE]

    @property
    def measures(self) -> list[str]:
        """Return what measures the process, in words."""
        return self.description.measures.splitlines() if self.description else []

    @property
    def risks(self) -> list[str]:
        """Return its risks and opportunities, in words."""
        return self.description.risks.splitlines() if self.description else []

    @property
    def mark(self) -> str:
        """Return what this sheet is known by: another one as soon as anything said on it is closed or opened."""
        spans = {"said": [self.description] if self.description else [], "in": self.inputs, "out": self.outputs}
        keys = {name: sorted(row.pk for row in rows) for name, rows in {**spans, "needs": self.resources}.items()}
        return canonical.sha256(canonical.dumps(keys))[:16]


def sheet_of(process: Process) -> Sheet:
    """Return what is said of a process, and what that leaves open."""
    flows = list(
        Flow.objects.filter(NOW & (Q(maker=process) | Q(taker=process)))
        .select_related("maker", "taker")
        .order_by("what", "pk")
    )
    description = process.descriptions.filter(NOW).first()
    step = Step(process.pk, description is not None, process.owner_id is not None)
    beside = {end.pk for flow in flows for end in _ends(flow) if end.is_active and end.pk != process.pk}
    others = [Step(key, described=True, owned=True) for key in beside]
    return Sheet(
        process,
        description,
        [flow for flow in flows if flow.taker_id == process.pk],
        [flow for flow in flows if flow.maker_id == process.pk],
        list(process.resources.filter(NOW).order_by("kind", "what")),
        [each for each in findings([step, *others], map(_thing, flows)) if each.process == process.pk],
    )


def _ends(flow: Flow) -> list[Process]:
    return [end for end in (flow.maker, flow.taker) if end is not None]


def parties_outside() -> list[str]:
    """Return the names of all parties outside that something goes to or comes from."""
    names = Flow.objects.filter(NOW).values_list("maker_outside", "taker_outside")
    return sorted({name for both in names for name in both if name}, key=str.casefold)


def others_than(process: Process) -> QuerySet[Process]:
    """Return all other processes, those out of use as well, by number."""
    return Process.objects.exclude(pk=process.pk).order_by("number")
