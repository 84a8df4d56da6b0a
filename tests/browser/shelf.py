"""Standards, a scope, links and a move to another edition, for the small house whose pages are looked at."""

from collections.abc import Iterator

from qms.filing.services.files import store
from qms.standards.guide import QUESTIONS
from qms.standards.models import Edition, Mapping
from qms.standards.queries.links import PROCESS
from qms.standards.reading import Head
from qms.standards.services import LeftOut, confirm_scope, load_shipped, plan
from qms.standards.services.links import link, propose
from qms.standards.states import Standing
from qms.transition.services import start

QUALITY = "quality"


def visit(name: str, who: str = QUALITY, keys: tuple = (), query: str = "") -> tuple[str, str, tuple, str]:
    """Return who opens which page, as the estate takes it."""
    return name, who, keys, query


class Shelf:
    """The library with what stands on it: an edition of one's own that waits, a scope, links, a move."""

    def __init__(self, house) -> None:
        self.house = house
        load_shipped()
        self.edition = Edition.objects.get(standard="ISO 9002")
        table = b"number,title,strength\n1,Deliveries,\n1.1,Each delivery has its certificate,beyond\n"
        head = Head("Customer rules", "1", "What customers ask")
        self.catalogue = plan(file=store([table]), name="rules.csv", head=head, by=house.quality)
        self.guided = Edition.objects.get(standard="ISO 9001", edition="2026")
        design = LeftOut(self.guided.clauses.get(number="8.3"), "Drawings come from customers.")
        told = {"products": "Gauges", "editions": [self.guided], "sites": [house.site], "answers": {"design": "given"}}
        confirm_scope(**told, left_out=[design], by=house.quality)
        self.scoped = self.guided.clauses.get(number="4.3")
        link(model="documents.document", keys=[str(house.document.pk)], clauses=[self.scoped], by=house.quality)
        link(model=PROCESS, keys=[str(house.process.pk)], clauses=[self.scoped], by=house.quality)
        propose(
            pairs=[(self.scoped, "documents.document", str(house.drafted.document_id))],
            standing=Standing.CARRIED,
            by=None,
        )
        self.move = start(mapping=Mapping.objects.get(source__edition="2015", target=self.guided), by=house.quality)

    def visits(self) -> Iterator[tuple]:
        """Yield who opens which page of standards and of the move."""
        for query in ("", "?q=lean"):
            yield visit("standards:library", "reader", query=query)
        for query in ("", "?by=stage"):
            yield visit("standards:edition", keys=(self.edition.pk,), query=query)
        yield visit("standards:clause", keys=(self.edition.clauses.get(number="4.10.3").pk,))
        yield visit("standards:compare", keys=(self.edition.mappings_from.get().pk,), query="?relation=split")
        yield visit("standards:glossary", "reader")
        for name in ("planned", "drop"):
            yield visit(f"standards:{name}", keys=(self.catalogue.pk,))
        yield visit("standards:clause", "reader", (self.guided.clauses.get(number="8.3").pk,))
        for query in ("", "?on=2020-01-01"):
            yield visit("standards:scope", "reader", query=query)
        answers = "".join(f"&{name}={question.answers[-1]}" for name, question in QUESTIONS.items())
        yield visit("standards:confirm_scope", query=f"?editions={self.guided.pk}{answers}")
        yield from self._of_evidence()
        yield from self._of_move()

    def _of_evidence(self) -> Iterator[tuple]:
        for query in ("", "?by=stage", "?on=2020-01-01"):
            yield visit("standards:evidence", "reader", (self.guided.pk,), query)
        yield visit("standards:evidence_on_paper", "reader", (self.guided.pk, "pdf"))
        for name in ("to_confirm", "suggest"):
            yield visit(f"standards:{name}", keys=(self.guided.pk,))
        for name in ("clause", "link_clause", "expect", "judge"):
            yield visit(f"standards:{name}", keys=(self.scoped.pk,))
        yield visit(
            "standards:link_records", keys=("documents.document",), query=f"?chosen={self.house.drafted.document_id}"
        )

    def _of_move(self) -> Iterator[tuple]:
        for query in ("", "?open=1", "?gap=new"):
            yield visit("transition:project", keys=(self.move.pk,), query=query)
        yield visit("transition:project", "reader", (self.move.pk,))
        for name in ("assess", "end", "close"):
            yield visit(f"transition:{name}", keys=(self.move.pk,))
        yield visit("transition:report", "reader", (self.move.pk, "pdf"))
        yield visit("transition:line", keys=(self.move.lines.exclude(source=None).first().pk,))
        yield visit(
            "transition:start", keys=(Mapping.objects.get(source__edition="1994", source__standard="ISO 9001").pk,)
        )
